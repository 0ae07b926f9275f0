"""The abstract and the conclusion: the limit is a global one."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np

from verify.claims.rvsm.limit import BEHIND, Limits
from verify.claims.rvsm.limit_cases import SMALL_START, Runs, short
from verify.claims.rvsm.pictures import trajectory_picture
from verify.claims.rvsm.setting import INITIAL_ANGLE, VECTORS
from verify.claims.rvsm.settle import Limit, settle
from verify.claims.rvsm.two_starts import APART, AWAY, SECOND_START, TwoStarts, at, objective, rivals, second
from verify.evidence import Case, Hypothesis, claim
from verify.evidence.draw import log_uniform


@claim(
    "RVSM.S0.global",
    place="the abstract and Section 7",
    kind="run",
    expected="refuted",
    why="l0, d = 1, beta = .25, lam = .1: from 1 the limit is 1, from .5 it is .72502; tl1 has two limits as well",
    erratum="gap",
    fix="RVSM.S0.global.fix",
    falls="for l0 and transformed-l1 the limit depends on the start. The abstract says a global limit which is a "
    "transformation of the true weight, and nothing of starts; l1 survives in this reading too (RVSM.S0.global.l1)",
)
class GlobalLimit(TwoStarts):
    r"""Under Theorem 1's conditions, for $\ell_1$, $\ell_0$ and transformed-$\ell_1$ (penalty 0, 1, 2), the limit is a global
    one: runs from two starts $w^0$, $w^0_2$, both at an angle of at most $\pi - \delta$ to $w^*$, end at the same point."""

    known = (*APART, short([1.0], [1.0], 0.1, 0.049, penalty=2, a=1.0, w1=[0.5]))
    brief = True

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        return self.agree(case, x, xp)

    def trace(self, case: Case, xp: Any) -> list[tuple[str, Any]]:
        x, y = settle(case, xp), settle(case, xp, second)
        coordinates = range(x.w.shape[-1])
        return [(f"limit from {n}, [{i}]", z.w[..., i]) for n, z in (("w0", x), ("w1", y)) for i in coordinates]

    def picture(self, case: Case) -> Any:
        return trajectory_picture(case, {"w0": case["w0"], "w1": case["w1"]}, 60, "two starts, two limits")


@claim(
    "RVSM.S0.global.l1",
    place="the abstract and Section 7",
    kind="run",
    form="printed",
    expected="unrefuted",
    why="starts at angle pi end elsewhere; hard instead of soft thresholding gives several limits",
)
class GlobalLimitL1(TwoStarts):
    r"""Under Theorem 1's conditions with $\ell_1$ the limit is the same for every start with $\theta^0 \le \pi - \delta$, and
    it is the global minimiser of $\min_u L_\beta(w, u) = f(w) + \sum_i H(w_i)$, $H$ the Huber function: no other point $z$ is
    lower."""

    vectors = (*VECTORS, "w1", "z")
    which = 0
    known = (short([1.0], [1.0], 0.25, 0.1, penalty=0, a=1.0, w1=[0.5]),)
    broken = MappingProxyType(
        {
            "start": [c | {"w1": [1.0]} for c in BEHIND],
            "second_start": AWAY,
            "coupling": [short([1.0, 1.0], [0.0, 1.0], 0.07, 0.04, 1.0, penalty=0, a=1.0, w1=[1.0, 0.0]) | {"k": 18}],
        }
    )

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = TwoStarts.cases(self, rng, size, without)  # type: ignore[arg-type]
        return case | {"z": rivals(rng, case) * (0.0 if without in self.broken else 1.0)}

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        there = objective(case, case["z"], xp)
        here = objective(case, x.w[..., None, :], xp)
        lowest = -xp.max(here - there, axis=-1) + xp.constant("1e-13")
        return xp.minimum(self.agree(case, x, xp), lowest)


@claim(
    "RVSM.S0.global.fix",
    place="the abstract and Section 7",
    kind="run",
    expected="unrefuted",
    why="the set pruned from another start, or no pruned set at all, gives a lower point somewhere",
)
class PrunedLimit(Limits):
    r"""With $\ell_0$, Theorem 1's conditions and $|w^0| \le 2$ or $t \sqrt{d - 1} \le 1$, the limit is the global minimiser of
    $f(z) + \frac{\beta}{2} \sum_{i \in J} z_i^2$, where $J$ is the set of its own pruned coordinates: one limit at most for
    each $J$. Which $J$ depends on the start; up to $2^d$ occur ($w^* = (1, 1)/\sqrt2$, $k = 2$, $\beta = 0.25$, $\lambda =
    0.05$: all four)."""

    small_start = SMALL_START
    vectors = (*VECTORS, "z")
    penalties = True
    known = tuple(short([1.0, 1.0], start, 0.25, 0.05, penalty=1, a=1.0) for start in ([0.7, 0.7], [0.7, 0.4], [0.4, 0.4]))
    broken = MappingProxyType({"start": [c | {"penalty": 1} for c in BEHIND]})

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = Runs.cases(self, rng, size, without)  # type: ignore[arg-type]
        return case | {"penalty": np.full(size, 1), "z": rivals(rng, case)}

    def sensible(self, case: Case, xp: Any) -> Any:
        return xp.both(Limits.sensible(self, case, xp), case["penalty"] == 1)  # type: ignore[arg-type]

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        wide, loss = at(case, case["z"], xp)
        pruned = xp.where(x.u == 0, 1, 0)[..., None, :]

        def energy(z: Any) -> Any:
            return loss.value(z, xp) + wide["beta"] / 2 * xp.sum(pruned * z * z, axis=-1)

        return -xp.max(energy(x.w[..., None, :]) - energy(case["z"]), axis=-1) + xp.constant("1e-13")


@claim(
    "RVSM.S0.global.tl1",
    place="the abstract and Section 7",
    kind="run",
    form="fix",
    expected="unrefuted",
    why="a = 1, beta = .1, lam = .049 (outside the condition) has two limits in one dimension",
)
class SmoothLimit(TwoStarts):
    r"""With transformed-$\ell_1$, parameter $a$ and $m = \frac{2 (a + 1)}{a^2}$: if $k \pi m \lambda < 0.76 (1 - \frac{m
    \lambda}{\beta})$, so that the concavity of its Moreau envelope is below the curvature of $f$, the limit is the same for
    every start with $\theta^0 \le \pi - \delta$ (under Theorem 1's other conditions, $|w^0| \le 2$ or $t \sqrt{d - 1} \le
    1$)."""

    mild = Hypothesis(
        r"$k \pi m \lambda < 0.76 (1 - m \lambda / \beta)$, $m = 2 (a + 1)/a^2$",
        lambda c, xp: xp.constant("0.76") * (1 - modulus(c) * c["lam"] / c["beta"]) - c["k"] * xp.pi * modulus(c) * c["lam"],
        strict=True,
    )
    which = 2
    start = None
    second_start = None
    known = (short([0.6, 0.8], [0.6, 0.8], 0.25, 0.02, penalty=2, a=2.0, w1=[0.1, 0.1]),)
    broken = MappingProxyType(
        {
            "mild": [short([1.0], [1.0], 0.1, 0.05, 1.0, penalty=2, a=1.0, w1=[0.5])],
            "coupling": [short([1.0, 0.0], [0.0, 1.0], 0.6, 0.09, 1.0, penalty=2, a=20.0, w1=[0.0, -1.0]) | {"k": 9}],
        }
    )

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = TwoStarts.cases(self, rng, size, without)  # type: ignore[arg-type]
        if without == "mild":
            return case
        if without == "sparsity":
            case["a"] = log_uniform(rng, 5.0, 100.0, size)
        most = 0.76 / (modulus(case) * (case["k"] * np.pi + 0.76 / case["beta"]))
        return case | {"lam": np.minimum(case["lam"], most * np.where(rng.random(size) < 0.5, 0.999, rng.random(size)))}

    def domain(self, case: Case, xp: Any) -> Any:
        starts = xp.both(INITIAL_ANGLE.holds(case, xp), SECOND_START.holds(case, xp))
        fine = xp.both(starts, SMALL_START.holds(case, xp))
        return xp.both(TwoStarts.domain(self, case, xp), fine)  # type: ignore[arg-type]

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        return self.agree(case, x, xp)


def modulus(case: Case) -> Any:
    """m with m lam the weak-convexity modulus of transformed-l1."""
    return 2 * (case["a"] + 1) / (case["a"] * case["a"])
