"""Algorithm 1, line 8, and Eq. 2: where they differ, and two misprints."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.proxgen.update import Steps
from verify.evidence import Case, Fact, claim
from verify.evidence.margins import column, soft
from verify.penalties import L1


@claim(
    "PG.E2.newton",
    place="Sect. 2, proximal Newton methods",
    form="own",
    expected="refuted",
    why="f = -x^2, delta = 0.1: C + delta = -1.9, line 8 falls without end",
    erratum="gap",
    fix="PG.E2",
    falls="nothing that is printed: the paper asks for positive preconditioners; the exact Hessian is one for convex f, or "
    "with a delta above its negative curvature",
)
class Newton(Steps):
    r"""Without positivity: with the exact Hessian of a nonconvex $f$, $C_t = \nabla^2 f(\theta_t)$, (2) minimises line 8 (here
    for $\lambda |\theta|_1$)."""

    def cases(self, rng: Any, size: int) -> Case:
        case = Steps.cases(self, rng, size)
        case = {n: v for n, v in case.items() if n not in ("kind", "gamma")}
        return case | {"C": rng.choice([-2.0, -1.0, 0.0, 1.0], size), "x": case["x"][:, :3] * 100}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(case["alpha"] > 0, case["lam"] >= 0)
        return xp.both(fine, xp.both(case["delta"] > 0, case["C"] + case["delta"] != 0))

    def penalty(self, case: Case) -> Any:
        return L1._unchecked(lam=column(case["lam"]))

    bound = None  # type: ignore[assignment]


@claim(
    "PG.E2.omega",
    place="Algorithm 1, line 8, and Eq. 2",
    expected="refuted",
    why="R = 0, Omega = [1, inf), theta = 1, m = 1, alpha = C + delta = 1: line 8 gives 1, (2) gives 0",
    erratum="gap",
    fix="PG.E2",
    falls="nothing: with R infinite outside Omega both are the same",
)
class Constrained(Steps):
    r"""Line 8 and (2) agree for a constraint set $\Omega$ other than $\mathbb{R}^p$ (here $[1, \infty)$, $R = 0$; (2) knows
    nothing of it)."""

    def cases(self, rng: Any, size: int) -> Case:
        case = Steps.cases(self, rng, size)
        return {n: case[n] for n in ("m", "alpha", "delta", "C")} | {"theta": 1 + np.abs(case["theta"])}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["theta"] >= 1, case["alpha"] > 0), xp.both(case["delta"] > 0, case["C"] >= 0))

    def margin(self, case: Case, xp: Any) -> Any:
        free = case["theta"] - case["alpha"] * case["m"] / (case["C"] + case["delta"])
        return -xp.abs(xp.maximum(free, 1) - free)

    bound = None  # type: ignore[assignment]


@claim(
    "PG.E2.lambda",
    place="Sect. 2, before Eq. 3, and Algorithm 1, line 8",
    expected="refuted",
    why="lambda = 1/2, theta = 1: (3) gives 1/2, line 8 gives 3/4",
    erratum="misprint",
    fix="PG.E3.fix",
    falls="nothing: (3) and (4) have lambda once, Sect. 3 puts it into R",
)
class Twice:
    r"""(3)'s threshold is that of line 8 with $\lambda R$ and the $R = \lambda \sum_j |\theta_j|^q$ that is given there ($q =
    1$, $\alpha_t = C_t + \delta = 1$, $m_t = 0$)."""

    def cases(self, rng: Any, size: int) -> Case:
        return {"lam": rng.choice([1.0, 2.0, 0.5], size), "theta": rng.choice([-1.0, 1.0, 4.0], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return case["lam"] >= 0

    def margin(self, case: Case, xp: Any) -> Any:
        theta, lam = case["theta"], case["lam"]
        return -xp.abs(soft(theta, lam * lam, xp) - soft(theta, lam, xp))


@claim(
    "PG.E2.norm",
    place="Sect. 2, the Adam instance and the W-shaped regulariser",
    kind="text",
    expected="refuted",
    why="theta = (1, 1), q = 1/2: the norm is 4, the sum of powers 2",
    erratum="misprint",
    fix="PG.lq",
    falls="nothing: Sect. 4 and all proximal maps have the sum of powers, which is separable and has a limit at q = 0",
)
class NormOrSum:
    r"""$\|\theta\|_q = (\sum_j |\theta_j|^q)^{1/q}$, of the instances, is the regulariser $\sum_j |\theta_j|^q$ of (3) and
    (4)."""

    def facts(self) -> list[Fact]:
        total = float(NUMPY.sum(np.sqrt(np.ones(2))))
        same = [Fact("at q = 1 they are the same", total == 2.0, "(1, 1): 2")]
        return [*same, Fact("at q = 1/2 they are the same", total**2 == total, f"(1, 1): {total**2:g} and {total:g}")]
