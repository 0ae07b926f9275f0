"""Section 5.4, the last display: the chord of the angle and the distance of the limit from w*."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from verify.claims.rvsm.limit import BEHIND, LINE, Limits, distance, slack
from verify.claims.rvsm.limit_cases import SMALL_START, short
from verify.claims.rvsm.settle import Limit
from verify.evidence import Case, claim
from verify.evidence.margins import least


@claim(
    "RVSM.S54.chord",
    place="Section 5.4, the last display",
    kind="run",
    expected="refuted",
    why="theta = 0 in one dimension, and whenever all |w*_i| are equal, while |w_lim - w*| = lam/a = .1517 (lam = .1, k = 2)",
    erratum="false",
    fix="RVSM.S54.chord.fix",
    falls="O(sin theta) and O(k beta sin gamma) with it; O(k beta) survives by another way (RVSM.T1.iii.dist)",
)
class Chord(Limits):
    r"""Under Theorem 1's conditions $|w_{lim} - w^*| = O(2 \sin\frac{\theta}{2})$, checked with the constant 1000 ($\ell_1$;
    the counterexample refutes every constant)."""

    brief = True

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
