"""Corollary 1: the constant C of Equation (12), and w* as an expansion of C w_lim."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from verify.claims.rvsm.distance import soft_bound
from verify.claims.rvsm.limit import BEHIND, LINE, Limits, across_factor, pull, removed, slack
from verify.claims.rvsm.limit_cases import SMALL_START, short
from verify.claims.rvsm.setting import dimension
from verify.claims.rvsm.settle import Limit
from verify.evidence import Case, claim
from verify.evidence.margins import column, least
from verify.losses import unit

EMPTY = short([1.0], [1.0], 0.28, 0.26)
TILTED = short([0.6, 0.8], [0.6, 0.8], 0.25, 0.1)
STRONG = short([1.0], [1.0], 2.0, 1.0, 1.0, penalty=0, a=1.0) | {"k": 3, "eta": 0.3}


@claim(
    "RVSM.C1.interval",
    place="Corollary 1",
    kind="run",
    expected="refuted",
    why="d = 1, k = 2, delta = 2, beta = .28, lam = .26: the upper end is 1/(1 - 1.04) = -25, C = .8648; lam = .25 gives 1/0",
    erratum="false",
    fix="RVSM.C1.interval.fix",
    falls="only for delta sin delta > pi/2, delta in (1.571, 2.444), can the interval be empty; C > 0 survives everywhere",
)
class Interval(Limits):
    r"""Under Theorem 1's conditions $C \in (0, \frac{1}{1 - 2 k \lambda \sqrt d})$: that is $1 - 2 k \lambda \sqrt d \ge 0$
    (the interval is not empty), $C > 0$ and $C (1 - 2 k \lambda \sqrt d) \le 1$ ($\ell_1$)."""

    known = (EMPTY,)
    brief = True

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        gap = 1 - 2 * case["k"] * case["lam"] * xp.sqrt(dimension(case, xp))
        c = across_factor(case, x, xp)
        return least(gap, c, 1 - c * gap, xp=xp)


@claim(
    "RVSM.C1.interval.fix",
    place="Corollary 1",
    kind="run",
    expected="unrefuted",
    why="0.45 in place of 0.413 fails (d = 1, k = 1000, u = 0: C = .4226), 0.9 in place of 1.041 fails, and no k fails",
)
class IntervalFix(Limits):
    r"""Under Theorem 1's conditions, with all three penalties (and $|w^0| \le 2$ or $t \sqrt{d - 1} \le 1$): $0.413 < C \le 1$
    and $C \ge 1 - 1.041 k \beta |w_{lim} - u_{lim}|$, for $\ell_1$ hence $C \ge 1 - 1.041 k \lambda \sqrt d$. (The constants
    are maxima of two variables found on a grid, 1.0405 and 0.4137 as $k \to \infty$, rounded away.)"""

    any_dimension = True
    small_start = SMALL_START
    penalties = True
    known = (*LINE, short([1.0], [1.0], 0.000579, 0.0005, 2.02876, penalty=0, a=1.0) | {"k": 1000})
    broken = MappingProxyType(
        {
            "start": BEHIND,
            "coupling": [STRONG],
        }
    )
    lowest, rate = "0.413", "1.041"

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        c, tiny = across_factor(case, x, xp), slack(case, xp)
        near = c - 1 + xp.constant(self.rate) * removed(case, x, xp) + tiny
        return least(c - xp.constant(self.lowest), 1 - c + tiny, near, soft_bound(case, x, xp) + xp.constant("1e-12"), xp=xp)


def expands(case: Case, x: Limit, xp: Any) -> Any:
    """The least sign(w_i) w*_i - C |w_i|, and C > 0."""
    e, c = unit(case["w_star"], xp), across_factor(case, x, xp)
    rest = -xp.max(column(c) * xp.abs(x.w) - xp.sign(x.w) * e, axis=-1)
    return xp.minimum(rest + 10 * slack(case, xp), c)


@claim(
    "RVSM.C1.sign",
    place="Corollary 1, the sentence below Equation (12)",
    kind="run",
    expected="unrefuted",
    why="with 1 in place of C it fails: |w_i| can exceed |w*_i| (l0), and a soft threshold without its sign fails at once",
)
class Expands(Limits):
    r"""Under Theorem 1's conditions $w^*$ is coordinate by coordinate an expansion of $C w_{lim}$: each $w^*_i$ has the sign of
    $w_{lim, i}$ and $|w^*_i| \ge C |w_{lim, i}|$, with $C > 0$ ($\ell_1$)."""

    known = (TILTED,)
    broken = MappingProxyType({"start": BEHIND, "coupling": [STRONG]})

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        return expands(case, x, xp)


@claim(
    "RVSM.C1.sign.sharp",
    place="Corollary 1, the sentence below Equation (12)",
    kind="run",
    expected="unrefuted",
    why="the order fails for l0, whose w -> C w + D (w - S(w)) jumps down at the threshold; C + D/2 above fails where u_i = 0",
)
class ExpandsSharp(Limits):
    r"""With $D = \frac{k \pi \beta}{\pi - \theta}$ also $|w^*_i| \le (C + D) |w_{lim, i}|$, with equality where $u_{lim, i} =
    0$, and for $\ell_1$ the order is kept, $(w^*_i - w^*_j)(w_i - w_j) \ge C (w_i - w_j)^2$ at the limit."""

    known = (TILTED,)
    broken = MappingProxyType({"start": BEHIND, "coupling": [STRONG]})

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        e, c, tiny = unit(case["w_star"], xp), across_factor(case, x, xp), 10 * slack(case, xp)
        above = -xp.max(xp.abs(e) - column(c + pull(case, x, xp)) * xp.abs(x.w), axis=-1)
        apart = x.w[..., :, None] - x.w[..., None, :]
        order = (e[..., :, None] - e[..., None, :]) * apart - column(column(c)) * apart * apart
        ordered = -xp.max(xp.max(-order, axis=-1), axis=-1)
        return least(expands(case, x, xp), above + tiny, ordered + tiny, xp=xp)
