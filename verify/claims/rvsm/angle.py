"""The overview after Theorem 1: the angle theta^t of w^t to w* along the run."""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType
from typing import Any

from verify.claims.rvsm.limit_cases import Runs, short
from verify.claims.rvsm.pictures import trajectory_picture
from verify.claims.rvsm.settle import cap, rising, trajectory, turning
from verify.evidence import Case, claim
from verify.evidence.margins import least
from verify.losses import angle

STEPS = 40
TINY = "1e-12"
SLIDES = short([0.6, 0.8], [0.6, 0.8], 0.25, 0.1)
PULLED = [short([0.6, 0.8], [-10.0, 1.1], 0.3, 0.2, 1.035, penalty=0, a=1.0)]
SWAYS = [short([0.0, 1.0], [1.0, 0.0], 0.001, 0.0, 1.0, penalty=1, a=1.0) | {"eta": 8.0}]


def angles(case: Case, xp: Any, steps: int = STEPS) -> list[tuple[Any, Any]]:
    """(w^t, theta^t) along the run."""
    return [(w, angle(w, case["w_star"], xp)) for w, _ in trajectory(case, xp, steps)]


def falls(case: Case, xp: Any) -> Any:
    """The least theta^t - theta^{t+1}."""
    path = angles(case, xp)
    return least(*(now - then for (_, now), (_, then) in pairwise(path)), xp=xp) + xp.constant(TINY)


def falls_to_cap(case: Case, xp: Any) -> Any:
    """The least of: theta^{t+1} <= theta^t, or theta^{t+1} <= theta_-(X_t), whichever holds better."""
    path, worst = angles(case, xp), None
    for (w, now), (_, then) in pairwise(path):
        inside = xp.minimum(cap(case, w, xp) - turning(then, xp), rising(then, xp))
        step = xp.maximum(now - then, inside)
        worst = step if worst is None else xp.minimum(worst, step)
    return worst + xp.constant(TINY)


@claim(
    "RVSM.T1.angle",
    place="Sect. 4, the overview after Theorem 1, and Corollary 2",
    kind="run",
    expected="refuted",
    why="the limit has theta = 0.0569 for w* = (.6, .8), beta = .25, lam = .1, k = 2: a run from w* starts at 0 and must rise",
    erratum="false",
    fix="RVSM.T1.angle.fix",
    falls="theta^t <= pi - delta for all t survives (RVSM.S54.inv.l1), and so does the bound on the limit's angle",
)
class AngleFalls(Runs):
    r"""Under Theorem 1's conditions the angle $\theta^t$ of $w^t$ to $w^*$ never increases along the run ($\ell_1$, 40
    steps)."""

    known = (SLIDES,)
    brief = True

    def margin(self, case: Case, xp: Any) -> Any:
        return falls(case, xp)

    def trace(self, case: Case, xp: Any) -> list[tuple[str, Any]]:
        return [(f"theta^{t}", theta) for t, (_, theta) in enumerate(angles(case, xp, 12))]

    def picture(self, case: Case) -> Any:
        return trajectory_picture(case, {"w0": case["w0"]}, STEPS, "the angle rises towards its limit")


@claim(
    "RVSM.T1.angle.fix",
    place="Sect. 4, the overview after Theorem 1, and Corollary 2",
    kind="run",
    expected="unrefuted",
    why="X without k, or c_2 w* with 1/(2 k pi) in the update, lets the angle rise above its cap",
)
class AngleFallsToCap(Runs):
    r"""With $h(\theta) = (\pi - \theta) \sin\theta$ and $X_t = k \pi \min(\lambda \sqrt{d - 1}, \beta |w^t|/2)$, let
    $\theta_-(X)$ be the smaller root of $h = X$. Under Theorem 1's conditions $\theta^{t+1} \le \max(\theta^t, \theta_-(X_t))$:
    the angle falls until it is below its cap, and never leaves it. Reason: $w^{t+1}$ is a positive multiple of $w^t$ plus a
    positive multiple of $c_2 w^* - \beta v_\perp$, $c_2 = \frac{\pi - \theta}{k\pi}$, where $v_\perp$, the part of $w - S(w)$
    across $w$, has $k \pi \beta |v_\perp| \le X_t$; that vector is within $\theta^t$ of $w^*$ when $X_t \le h(\theta^t)$."""

    any_dimension = True
    known = (SLIDES,)
    broken = MappingProxyType(
        {
            "sparsity": [short([0.6, 0.8], [-10.0, 2.0], 0.15, 0.3, 1.12)],
            "coupling": [short([0.0, 1.0], [3.0, 1.0], 2.0, 1.0, 1.0) | {"eta": 0.3}],
            "start": [short([0.6, 0.8], [-10.0, 1.1], 0.25, 0.17, 1.6)],
            "step": SWAYS,
        }
    )
    largest = 30.0

    def margin(self, case: Case, xp: Any) -> Any:
        return falls_to_cap(case, xp)
