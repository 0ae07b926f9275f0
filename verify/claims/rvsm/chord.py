"""Section 5.4, the last display: the chord of the angle and the distance of the limit from w*."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from verify.claims.rvsm.limit import BEHIND, LINE, Limits, distance, slack
from verify.claims.rvsm.limit_cases import SMALL_START, short
from verify.claims.rvsm.settle import Limit
from verify.evidence import Case, Hypothesis, claim
from verify.evidence.margins import column, least


def spread(case: Case, xp: Any) -> Any:
    """The largest |w*_i| less the least that is not 0."""
    size = xp.abs(case["w_star"])
    most = xp.max(size, axis=-1)
    return most + xp.max(xp.where(size > 0, -size, -column(most)), axis=-1)


GENERIC = Hypothesis(r"the non-zero $|w^*_i|$ are not all equal", spread, strict=True)


@claim(
    "RVSM.S54.chord",
    place="Section 5.4, the last display",
    kind="run",
    expected="refuted",
    why="w* = (1, -.6), lam/beta = .68: all is pruned, w_lim = a/(a + beta) w*, the chord 0. Or w* = (1, 1.0001), beta = .2, "
    "lam = .1, k = 2: theta = 2e-5 and |w_lim - w*| = .2145, 10,880 chords",
    erratum="false",
    fix="RVSM.S54.chord.fix",
    falls="O(sin theta) and O(k beta sin gamma) with it; O(k beta) survives by another way (RVSM.T1.iii.dist)",
)
class Chord(Limits):
    r"""Under Theorem 1's conditions $|w_{lim} - w^*| = O(2 \sin\frac{\theta}{2})$, checked with the constant 1000 ($\ell_1$).
    Left out, as in the proof, which gives them probability zero: all non-zero $|w^*_i|$ equal, where the chord is 0. Near them
    it is as small as one likes, and it is 0 on the open set where all coordinates are pruned: no constant survives."""

    brief = True
    generic = GENERIC
    known = (short([1.0, 1.0001], [1.0, 1.0001], 0.2, 0.1),)

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        return 2000 * xp.sin(x.theta / 2) - distance(case, x, xp)


@claim(
    "RVSM.S54.chord.fix",
    place="Section 5.4, the last display",
    kind="run",
    expected="unrefuted",
    why="the two sides exchanged fail in one dimension; equality below where |w_lim| = cos theta",
)
class ChordFix(Limits):
    r"""With the chord $2 \sin\frac{\theta}{2}$: $\cos\frac{\theta}{2}$ times it, that is $\sin\theta$, is at most $|w_{lim} -
    w^*|$, which is at most the chord plus $1 - |w_{lim}|$, and $1 - |w_{lim}| = \frac{\pi - \psi + X_r}{\pi + k - 1} \ge 0$,
    $\psi = \sin\theta + (\pi - \theta) \cos\theta$, $X_r = k \pi \beta \langle w - u, w \rangle / |w|$ at the limit. (All three
    penalties.)"""

    penalties = True
    small_start = SMALL_START
    known = LINE
    broken = MappingProxyType(
        {
            "start": BEHIND,
            "coupling": [short([1.0, 0.0], [0.0, 1.0], 0.5, 0.04, 1.0, penalty=1, a=1.0) | {"k": 4}],
        }
    )

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        k, far, tiny = case["k"], distance(case, x, xp), slack(case, xp)
        chord = 2 * xp.sin(x.theta / 2)
        psi = xp.sin(x.theta) + (xp.pi - x.theta) * xp.cos(x.theta)
        radial = k * xp.pi * case["beta"] * xp.dot(x.v, x.w) / x.r
        short_by = (xp.pi - psi + radial) / (xp.pi + k - 1)
        exact = tiny - xp.abs(1 - x.r - short_by)
        low = far - xp.constant("0.9864") * chord + tiny
        return least(far - xp.sin(x.theta) + tiny, low, chord + 1 - x.r - far + tiny, 1 - x.r + tiny, exact, xp=xp)
