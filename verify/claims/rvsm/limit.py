"""Theorem 1, part (iii), and Equation (12): where the limit lies."""

from __future__ import annotations

from typing import Any

from verify.claims.rvsm.draws import STEP
from verify.claims.rvsm.limit_cases import SMALL_START, Known, Runs, column, least, short
from verify.claims.rvsm.setting import DELTA_POSITIVE, curvature, dimension
from verify.claims.rvsm.settle import Limit, rising, settle, turning
from verify.evidence import Case, claim
from verify.losses import unit

BEHIND: Known = [short([1.0], [-1.0], 0.1, 0.0, 1.0, penalty=0, a=1.0)]
LINE: Known = [short([1.0], [1.0], 0.25, 0.1, penalty=0, a=1.0)]
NEAR_ZERO = "1e-11"  # times k: what a residual of 1e-12 leaves of an equality


class Limits(Runs):
    """Runs with eta <= 1/(beta + 2a/k^2) and delta > 0 that settle: the margin is about their limit, a stationary point whose
    residual is rounding."""

    step = None
    known = LINE
    broken = {"start": BEHIND, "coupling": [short([0.6, 0.8], [0.6, 0.8], 0.25, 0.1, 0.05, penalty=0, a=1.0)]}

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


def soft_bound(case: Case, x: Limit, xp: Any) -> Any:
    """lam sqrt(d)/beta - |v| for l1, which prunes no more than lam/beta a coordinate; 0 for the others."""
    bound = case["lam"] / case["beta"] * xp.sqrt(dimension(case, xp)) - xp.norm(x.v, axis=-1)
    return xp.where(case["penalty"] == 0, bound, 0) if "penalty" in case else bound


@claim(
    "RVSM.T1.iii.angle",
    place="Theorem 1 (iii)",
    kind="run",
    expected="unrefuted",
    why="the proof has a gap: h(theta) < h(pi - delta) allows theta > pi - delta, which only the invariance excludes; delta/4 fails",
)
class LimitAngle(Limits):
    r"""Under Theorem 1's conditions the limit of the run has $\theta(w_{lim}, w^*) < \delta$ ($\ell_1$). (The printed proof
    concludes it from $(\pi - \theta) \sin\theta < \delta \sin\delta$ alone, which $\theta = 3$, $\delta = 0.5$ meet; what closes it
    is that $\theta^t \le \pi - \delta$ along the run, RVSM.S54.inv.l1.)"""

    positive = DELTA_POSITIVE
    broken = {**Limits.broken, "positive": [short([1.0], [1.0], 0.13, 0.05, -1.0)]}

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        return case["delta"] - x.theta


@claim(
    "RVSM.T1.iii.angle.sharp",
    place="Theorem 1 (iii)",
    kind="run",
    expected="unrefuted",
    why="attained in one dimension; c_2 = (pi - theta)/pi, with the 1/k lost, makes X too small and fails",
)
class LimitAngleSharp(Limits):
    r"""With $X = k \pi \min(\lambda \sqrt{d - 1}, \beta |w_{lim}|/2)$ the limit under Theorem 1's conditions has $(\pi - \theta)
    \sin\theta \le X$ on the rising branch, that is $\theta \le \theta_-(X)$, and $\theta < \min(\delta, \pi - \delta)$, $\theta \le
    0.3295$, whatever $\delta$ and $k \ge 2$. (0.3295 is the maximum found on a grid, attained to 1e-3 as $k$ grows.)"""

    broken = {"start": BEHIND, "coupling": [short([1.0, 1.0], [1.0, 0.0], 0.043, 0.02, 1.0) | {"k": 43}]}

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        reach = case["lam"] * xp.sqrt(dimension(case, xp) - 1)
        cap = case["k"] * xp.pi * xp.minimum(reach, case["beta"] * x.r / 2)
        below = cap - turning(x.theta, xp) + xp.pi * slack(case, xp)
        inside = xp.minimum(case["delta"], xp.pi - case["delta"]) - x.theta
        inside = xp.where(case["delta"] < xp.pi, inside, xp.constant("1e-12") - x.theta)
        return least(below, rising(x.theta, xp), inside, xp.constant("0.3295") - x.theta)


@claim(
    "RVSM.T1.iii.dist",
    place="Theorem 1 (iii)",
    kind="run",
    expected="unrefuted",
    why="the constant must carry k: 1.1325 beta fails from k = 2 on (beta = .25, lam = .2, d = 1: .275)",
)
class LimitDistance(Limits):
    r"""Under Theorem 1's conditions $|w_{lim} - w^*| = O(\beta)$, read with the explicit constant $1.1325 k$: $|w_{lim} - w^*| \le
    1.1325 k \beta$ ($\ell_1$). (True, but $\beta$ is the wrong scale: see the sharp form. While no coordinate is pruned the
    limit does not depend on $\beta$ at all, and the final form of the proof, $O(k \beta \sin\gamma)$, is false:
    RVSM.S54.chord.)"""

    broken = {"start": BEHIND}

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        return xp.constant("1.1325") * case["k"] * case["beta"] - distance(case, x, xp)


@claim(
    "RVSM.T1.iii.dist.fix",
    place="Theorem 1 (iii)",
    kind="run",
    expected="unrefuted",
    why="kappa = pi/(pi - theta) without the cosine, times 0.9, fails; so does a bound without k",
)
class LimitDistanceFix(Limits):
    r"""Under Theorem 1's conditions, with $\ell_1$, $\ell_0$ or transformed-$\ell_1$ and $|w^0| \le 2$ or $t \sqrt{d - 1} \le 1$
    ($t$ the pruning threshold): $|w_{lim} - w^*| \le \kappa k \beta |w_{lim} - u_{lim}|$ with $\kappa = \frac{\pi}{(\pi - \theta)
    \cos(\theta/2)} \le 1.1325$ and $|w_{lim} - u_{lim}| \le |w_{lim}| \le 1$; for $\ell_1$ also $\beta |w_{lim} - u_{lim}| \le \lambda
    \sqrt{d}$, hence $|w_{lim} - w^*| \le 1.1325 k \lambda \sqrt{d}$: the scale is $\lambda$."""

    small_start = SMALL_START
    penalties = True
    broken = {
        "start": BEHIND,
        "coupling": [short([1.0, 1.0], [0.0, 1.0], 0.3, 0.02, 1.0, penalty=1, a=1.0) | {"k": 4}],
    }

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        width = (xp.pi - x.theta) * xp.cos(x.theta / 2) / xp.pi
        tight = removed(case, x, xp) - width * distance(case, x, xp) + slack(case, xp)
        inside = xp.minimum(x.r - xp.norm(x.v, axis=-1), 1 - x.r) + xp.constant("1e-12")
        soft = soft_bound(case, x, xp) + xp.constant("1e-12")
        return least(tight, xp.constant("1.1325") * width - 1, inside, soft)


@claim(
    "RVSM.T1.iii.dist.sharp",
    place="Theorem 1 (iii)",
    kind="run",
    expected="unrefuted",
    why="1 in place of 1.0287 fails for l0 (up to 1.02865 at k = 2); the lower bound is attained when w_lim is parallel to w*",
)
class LimitDistanceSharp(Limits):
    r"""Under the same conditions, for all three penalties, $\frac{\pi}{\pi + k - 1} k \beta |v| \le |w_{lim} - w^*| \le 1.0287 k
    \beta |v|$ with $v = w_{lim} - u_{lim}$ (checked where $k \beta |v| \ge 10^{-4}$, to $10^{-6}$ relative). The lower bound is exact
    (curvature of $f$ along a ray), the upper constant the maximum of two variables on a grid, rounded up: 1.02867 for $k = 2$,
    1.0224 for 3, 1.0199 as $k \to \infty$."""

    small_start = SMALL_START
    penalties = True
    broken = {
        "start": [BEHIND[0] | {"lam": 0.05}],
        "coupling": [short([1.0, 1.0], [0.0, 1.0], 0.4, 0.034, 1.0, penalty=1, a=1.0) | {"eta": 0.9}],
        "patches": [short([1.0, 1.0], [1.0, 0.0], 0.5, 0.1, penalty=1, a=1.0) | {"k": 1, "eta": 0.4}],
    }
    known = LINE + [short([0.6, 0.8], [0.6, 0.8], 0.28, 0.05, penalty=1, a=1.0)]
    largest_ratio = "1.0287"

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        size = removed(case, x, xp)
        seen = size >= xp.constant("1e-4")
        ratio = distance(case, x, xp) / xp.where(seen, size, xp.full_like(size, 1))
        low = ratio * curvature(case["k"], xp) * case["k"] - 1 + xp.constant("1e-6")
        return xp.where(seen, xp.minimum(low, xp.constant(self.largest_ratio) - ratio), xp.full_like(ratio, 1))


@claim(
    "RVSM.T1.iii.dist.scale",
    place="Theorem 1 (iii)",
    kind="run",
    form="own",
    expected="unrefuted",
    why="a limit computed with the threshold lam instead of lam/beta depends on beta",
)
class LimitScale(Limits):
    r"""While neither limit has a pruned coordinate, the $\ell_1$ limit is the same for every $\beta$ at a fixed $\lambda$: halving
    $\beta$ (within Theorem 1's conditions) changes neither it nor its distance from $w^*$."""

    known = [short([0.6, 0.8], [0.6, 0.8], 0.25, 0.05)]
    broken = {"start": [short([1.0, 1.0], [-1.0, -1.0], 0.25, 0.05)]}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Limits.domain(self, case, xp), settle(halved(case), xp).settled)  # type: ignore[arg-type]

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        y = settle(halved(case), xp)
        live = xp.either(case["w_star"] != 0, case["w0"] != 0)
        kept = xp.both(xp.either(x.u != 0, xp.negate(live)), xp.either(y.u != 0, xp.negate(live)))
        near = slack(case, xp) - xp.norm(x.w - y.w, axis=-1)
        return xp.where(xp.all(kept, axis=-1), near, xp.full_like(near, 1))


def halved(case: Case) -> Case:
    return case | {"beta": case["beta"] / 2}


@claim(
    "RVSM.E12",
    place="Corollary 1, Equation (12)",
    kind="run",
    expected="unrefuted",
    why="a gradient of f/2 (a factor 2 in Equation 13) or a C without k leaves a remainder",
)
class Expansion(Limits):
    r"""Under Theorem 1's conditions the limit satisfies $w^* = \frac{k \pi}{\pi - \theta} \beta (w_{lim} - S(w_{lim})) + C w_{lim}$,
    with $C = \frac{1}{\pi - \theta} [\pi + k - 1 - \frac{\sin\theta + k - 1}{|w_{lim}|}]$ ($\ell_1$; any penalty when $S(w)$ is read as
    the limit of $u$)."""

    broken = {"start": BEHIND}

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        rest = unit(case["w_star"], xp) - column(pull(case, x, xp)) * x.v - column(across_factor(case, x, xp)) * x.w
        return 10 * slack(case, xp) / open_angle(x, xp) - xp.norm(rest, axis=-1)
