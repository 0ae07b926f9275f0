"""Section 5.4: when u_lim = 0, and when c_2 = 0."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from verify.claims.rvsm.limit import BEHIND, Limits, distance, removed, slack
from verify.claims.rvsm.limit_cases import Runs, short
from verify.claims.rvsm.pictures import trajectory_picture
from verify.claims.rvsm.setting import curvature, penalised
from verify.claims.rvsm.settle import Limit
from verify.claims.rvsm.stationary import c_two
from verify.evidence import Case, claim
from verify.evidence.margins import column, least
from verify.losses import unit

PRUNED = short([1.0], [1.0], 0.25, 0.2)


def largest(w: Any, xp: Any) -> Any:
    return xp.max(xp.abs(w), axis=-1)


@claim(
    "RVSM.S54.nonzero",
    place="Section 5.4, below Equation (17)",
    kind="run",
    expected="refuted",
    why="|w_lim| < 1: d = 1, w* = 1, k = 2, beta = .25, lam = .2 has w_lim = a/(a + beta) = .72502 < .8 = lam/beta",
    erratum="false",
    fix="RVSM.S54.nonzero.fix",
    falls="where u_lim = 0 is excluded (c_2 = 0), it is not: u_lim = 0 with theta = 0 and w_lim = a/(a + beta) w*",
)
class NonZero(Limits):
    r"""Under Theorem 1's conditions, $\frac{\lambda}{\beta} < \frac{1}{\sqrt d}$ among them, not all coordinates of $w_{lim}$
    are below $\frac{\lambda}{\beta}$: $u_{lim} \ne 0$ ($\ell_1$)."""

    known = (PRUNED,)
    brief = True

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        return largest(x.w, xp) - case["lam"] / case["beta"]

    def picture(self, case: Case) -> Any:
        return trajectory_picture(case, {"w0": case["w0"]}, 60, "the limit lies below the threshold")


@claim(
    "RVSM.S54.nonzero.fix",
    place="Section 5.4, below Equation (17)",
    kind="run",
    expected="unrefuted",
    why="with |w_lim| taken as 1 (the printed bound) or a/(a + beta) as 1/(1 + beta) it fails; equal components attain it",
)
class NonZeroFix(Limits):
    r"""With $a = \frac{\pi + k - 1}{k \pi}$: $u_{lim} = 0$ exactly when $\frac{\lambda}{\beta} \ge \frac{a}{a + \beta} \max_i
    |w^*_i|$, and then $w_{lim} = \frac{a}{a + \beta} w^*$ ($\ell_1$; $\beta$ and $w^0$ as in Theorem 1, $\lambda$ any). So it
    is excluded for every $w^*$ if and only if $\frac{\lambda}{\beta} < \frac{a}{a + \beta} \frac{1}{\sqrt d}$, equal components
    being the worst case; under Theorem 1 $\frac{a}{a + \beta} \ge 0.694$."""

    sparsity = None
    known = (PRUNED,)
    broken = MappingProxyType(
        {
            "start": [short([1.0], [-1.0], 0.1, 0.04, 1.0)],
            "coupling": [short([1.0], [1.0], 1.0, 0.1, 1.0) | {"eta": 0.4}],
            "patches": [short([1.0], [1.0], 0.5, 0.1) | {"k": 1, "eta": 0.6}],
        }
    )

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        from verify.arrays import NUMPY

        case = Runs.cases(self, rng, size, without)  # type: ignore[arg-type]
        a = curvature(case["k"], NUMPY)
        edge = largest(unit(case["w_star"], NUMPY), NUMPY) * a / (a + case["beta"])
        near = (rng.random(size) < 0.4) & (without is None)
        return case | {"lam": NUMPY.where(near, case["beta"] * edge * rng.choice([0.5, 0.999, 1.001, 2.0], size), case["lam"])}

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        a, e, ratio = curvature(case["k"], xp), unit(case["w_star"], xp), case["lam"] / case["beta"]
        shrink, tiny = a / (a + case["beta"]), slack(case, xp)
        alive = largest(x.w, xp) - ratio + tiny
        dead = tiny - xp.norm(x.u, axis=-1) - xp.norm(x.w - column(shrink) * e, axis=-1)
        edge = largest(e, xp) * shrink - ratio
        either = xp.maximum(alive, dead)
        exact = xp.where(edge > tiny, alive, xp.where(edge < -tiny, dead, either))
        return xp.minimum(exact, shrink - xp.constant("0.694"))


@claim(
    "RVSM.S54.c2",
    place="Section 5.4, below Equation (17)",
    kind="run",
    expected="refuted",
    why="c_2 = (pi - theta)/(k pi) is 1/k, not 0, at theta = 0; d = 1, k = 2, beta = .25, lam = .1: w_lim = 1 - lam/a = .8483",
    erratum="false",
    fix="RVSM.S54.c2.fix",
    falls="the exclusion of an event of probability zero, which is not needed: (18) and what follows hold at theta = 0 too",
)
class SecondConstant(Limits):
    r"""Under Theorem 1's conditions $c_2 = 0$ when $\theta = 0$ (or $\pi$), and then $w_{lim} = w^*$ ($\ell_1$)."""

    brief = True

    def sensible(self, case: Case, xp: Any) -> Any:
        return xp.both(Limits.sensible(self, case, xp), penalised(case, xp))

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        return xp.where(x.theta == 0, -c_two(case, x, xp) - distance(case, x, xp), xp.full_like(x.theta, 1))


@claim(
    "RVSM.S54.c2.fix",
    place="Section 5.4, below Equation (17)",
    kind="run",
    expected="unrefuted",
    why="0.9 in place of 0.895 is not refuted by draws, 1/2 in c_2 for 1/(k pi) is; the l0 case of RVSM.C2.limit has c_2 = 0",
)
class SecondConstantFix(Limits):
    r"""$c_2 = \frac{\pi - \theta}{k \pi}$ vanishes only at $\theta = \pi$. Under Theorem 1's conditions ($\ell_1$) it never
    does: $c_2 \ge \frac{0.895}{k}$. If $\theta = 0$ then all nonzero $|w^*_i|$ are equal or $u_{lim} = 0$, and $w_{lim} \ne
    w^*$ for $\lambda > 0$: $|w_{lim} - w^*| \ge \frac{\pi}{\pi + k - 1} k \beta |w_{lim} - u_{lim}|$."""

    broken = MappingProxyType({"start": BEHIND, "coupling": [short([0.6, 1.0], [0.0, 1.0], 0.06, 0.009, 1.0) | {"k": 42}]})

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        e, tiny = xp.abs(unit(case["w_star"], xp)), slack(case, xp)
        unequal = xp.max(xp.where(e > 0, 1 - e / column(xp.max(e, axis=-1)), xp.zeros_like(e)), axis=-1)
        either = xp.constant("1e-6") - xp.minimum(unequal, xp.norm(x.u, axis=-1))
        far = distance(case, x, xp) * curvature(case["k"], xp) - removed(case, x, xp) / case["k"] + tiny
        aligned = xp.minimum(either, far)
        on_line = xp.both(case["lam"] > 0, x.theta <= xp.constant("1e-12") * case["lam"])
        return least(case["k"] * c_two(case, x, xp) - xp.constant("0.895"), xp.where(on_line, aligned, far), xp=xp)
