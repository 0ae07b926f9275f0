"""Theorem 1, part (iii), and Equation (12): where the limit lies."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from verify.claims.rvsm.draws import STEP
from verify.claims.rvsm.limit_cases import Known, Runs, short
from verify.claims.rvsm.setting import DELTA_POSITIVE, dimension
from verify.claims.rvsm.settle import Limit, rising, settle, turning
from verify.evidence import Case, claim
from verify.evidence.margins import column, least
from verify.losses import unit

BEHIND: Known = [short([1.0], [-1.0], 0.1, 0.0, 1.0, penalty=0, a=1.0)]
LINE: Known = [short([1.0], [1.0], 0.25, 0.1, penalty=0, a=1.0)]
WIDE = short([1.0, 2.0], [1.0, 2.0], 0.00579, 5.78e-9, 2.0287, side=[1, 10**6], penalty=0, a=1.0) | {"k": 100}
WIDE_SLOPE = short([1.0, 1.8], [1.0, 1.8], 0.00523, 5.22e-9, 1.65, side=[1, 10**6], penalty=0, a=1.0) | {"k": 100}
NEAR_ZERO = "1e-11"  # times k: what a residual of 1e-12 leaves of an equality


class Limits(Runs):
    """Runs with eta <= 1/(beta + 2a/k^2) and delta > 0 that settle: the margin is about their limit, a stationary point whose
    residual is rounding."""

    step = None
    known = LINE
    broken: Mapping[str, Known] = MappingProxyType(
        {"start": BEHIND, "coupling": [short([0.6, 0.8], [0.6, 0.8], 0.25, 0.1, 0.05, penalty=0, a=1.0)]}
    )

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(self.sensible(case, xp), STEP.holds(case, xp))
        fine = fine if "positive" in self.hypotheses else xp.both(fine, case["delta"] > 0)  # type: ignore[attr-defined]
        return xp.both(fine, settle(case, xp).settled)

    def margin(self, case: Case, xp: Any) -> Any:
        return self.at_limit(case, settle(case, xp), xp)  # type: ignore[attr-defined]

    def trace(self, case: Case, xp: Any) -> list[tuple[str, Any]]:
        x = settle(case, xp)
        rows = [(f"w_lim[{i}]", x.w[..., i]) for i in range(x.w.shape[-1])]
        rows += [(f"u_lim[{i}]", x.u[..., i]) for i in range(x.w.shape[-1])]
        return [*rows, ("|w_lim|", x.r), ("theta", x.theta), ("C", across_factor(case, x, xp))]


def across_factor(case: Case, x: Limit, xp: Any) -> Any:
    """C = [pi + k - 1 - (sin theta + k - 1)/r]/(pi - theta) of Equation (12)."""
    k = case["k"]
    return (xp.pi + k - 1 - (xp.sin(x.theta) + k - 1) / x.r) / open_angle(x, xp)


def pull(case: Case, x: Limit, xp: Any) -> Any:
    """D = k pi beta/(pi - theta) of Equation (12)."""
    return case["k"] * xp.pi * case["beta"] / open_angle(x, xp)


def open_angle(x: Limit, xp: Any) -> Any:
    """pi - theta; 1 at theta = pi, where (12) divides by zero."""
    return xp.where(x.theta < xp.pi, xp.pi - x.theta, xp.full_like(x.theta, 1))


def distance(case: Case, x: Limit, xp: Any) -> Any:
    return xp.norm(x.w - unit(case["w_star"], xp), axis=-1)


def slack(case: Case, xp: Any) -> Any:
    return case["k"] * xp.constant(NEAR_ZERO)


def removed(case: Case, x: Limit, xp: Any) -> Any:
    """k beta |w_lim - u_lim|."""
    return case["k"] * case["beta"] * xp.norm(x.v, axis=-1)


@claim(
    "RVSM.T1.iii.angle",
    place="Theorem 1 (iii)",
    kind="run",
    expected="unrefuted",
    why="h(theta) < h(pi - delta) allows theta > pi - delta, the invariance does not; delta/6 fails in 1e12 dimensions (0.175)",
)
class LimitAngle(Limits):
    r"""Under Theorem 1's conditions the limit of the run has $\theta(w_{lim}, w^*) < \delta$ ($\ell_1$). (The printed proof
    concludes it from $(\pi - \theta) \sin\theta < \delta \sin\delta$ alone, which $\theta = 3$, $\delta = 0.5$ meet; what
    closes it is that $\theta^t \le \pi - \delta$ along the run, RVSM.S54.inv.l1.)"""

    any_dimension = True
    known = (*LINE, WIDE_SLOPE)
    positive = DELTA_POSITIVE
    broken = MappingProxyType({**Limits.broken, "positive": [short([1.0], [1.0], 0.13, 0.05, -1.0)]})

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        return case["delta"] - x.theta


@claim(
    "RVSM.T1.iii.angle.sharp",
    place="Theorem 1 (iii)",
    kind="run",
    expected="unrefuted",
    why="c_2 = (pi - theta)/pi, with the 1/k lost, makes X too small and fails; so do 0.32 and 0.175 delta in 1e12 dimensions",
)
class LimitAngleSharp(Limits):
    r"""With $X = k \pi \min(\lambda \sqrt{d - 1}, \beta |w_{lim}|/2)$ the limit under Theorem 1's conditions has $(\pi -
    \theta) \sin\theta \le X$ on the rising branch, that is $\theta \le \theta_-(X)$, and $\theta < \min(\delta, \pi - \delta)$,
    $\theta \le 0.3295$, whatever $\delta$ and $k \ge 2$, and $\theta \le 0.1775 \delta$. (Both follow from $X \le \frac{1}{2}
    \delta \sin\delta$, whose $\theta_-$ is at most 0.32948, at $\delta = 2.0288$, and at most $0.17750 \delta$, at $\delta =
    1.65$. Attained are 0.3253 and $0.1753 \delta$, with $k = 100$ in $10^{12}$ dimensions; in four the largest angle seen is
    0.176.)"""

    any_dimension = True
    known = (WIDE, WIDE_SLOPE)
    largest_angle = "0.3295"
    largest_share = "0.1775"
    broken = MappingProxyType({"start": BEHIND, "coupling": [short([1.0, 1.0], [1.0, 0.0], 0.043, 0.02, 1.0) | {"k": 43}]})

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        reach = case["lam"] * xp.sqrt(dimension(case, xp) - 1)
        cap = case["k"] * xp.pi * xp.minimum(reach, case["beta"] * x.r / 2)
        below = cap - turning(x.theta, xp) + xp.pi * slack(case, xp)
        inside = xp.minimum(case["delta"], xp.pi - case["delta"]) - x.theta
        inside = xp.where(case["delta"] < xp.pi, inside, xp.constant("1e-12") - x.theta)
        small = xp.constant(self.largest_angle) - x.theta
        share = xp.constant(self.largest_share) * case["delta"] - x.theta
        return least(below, rising(x.theta, xp), inside, small, share, xp=xp)


@claim(
    "RVSM.E12",
    place="Corollary 1, Equation (12)",
    kind="run",
    expected="unrefuted",
    why="a gradient of f/2 (a factor 2 in Equation 13) or a C without k leaves a remainder",
)
class Expansion(Limits):
    r"""Under Theorem 1's conditions the limit satisfies $w^* = \frac{k \pi}{\pi - \theta} \beta (w_{lim} - S(w_{lim})) + C
    w_{lim}$, with $C = \frac{1}{\pi - \theta} [\pi + k - 1 - \frac{\sin\theta + k - 1}{|w_{lim}|}]$ ($\ell_1$; any penalty when
    $S(w)$ is read as the limit of $u$)."""

    any_dimension = True
    broken = MappingProxyType({"start": BEHIND})

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        rest = unit(case["w_star"], xp) - column(pull(case, x, xp)) * x.v - column(across_factor(case, x, xp)) * x.w
        return 10 * slack(case, xp) / open_angle(x, xp) - xp.norm(rest, axis=-1)
