"""Theorem 1 where the model has no minimiser."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.problems import HILL, Mixed, draw_problem
from verify.claims.sr2.runs import draw_rules, fine, hyper
from verify.evidence import Case, claim
from verify.evidence.draw import log_uniform
from verify.methods.sr2 import SR2, Regularisation


@claim(
    "SR2.T1.boundary",
    place="Theorem 1",
    expected="refuted",
    why="R = -x^2, f = 0, sigma = 2 = 1/lambda: no minimiser, the iteration fails and sigma grows",
    form="own",
    erratum="gap",
    fix="SR2.T1",
    falls="sigma_succ needs sigma > 1/lambda, or a lambda below the threshold; sigma_max is not affected",
)
class Boundary:
    r"""From $\sigma_t = \sigma_{succ} = \frac1\lambda$ on, $\lambda$ the threshold of prox-boundedness, $\sigma_{t+1} \le
    \sigma_t$. (Theorem 1 where $\frac{2\kappa_m}{1 - \eta_2} \le \frac1\lambda$, read as a statement on every iteration.)"""

    vectors = ("x", "a", "c", "b")

    def cases(self, rng: Any, size: int) -> Case:
        case = draw_rules(rng, size, draw_problem(rng, size, kinds=(HILL,), samples=1), 1)
        factor = np.where(rng.random(size) < 0.5, 1.0, log_uniform(rng, 1.0, 10.0, size))
        sigma = 2 * case["lam"] * factor
        case["a"] = case["a"] * 0.0
        return case | {"sigma0": sigma, "sigma_min": sigma}

    def domain(self, case: Case, xp: Any) -> Any:
        flat = xp.all(xp.all(xp.both(case["a"] == 0, case["b"] == 0), axis=-1), axis=-1)
        return xp.both(xp.both(fine(case, xp), flat), xp.both(case["kind"] == HILL, case["sigma0"] >= 2 * case["lam"]))

    def margin(self, case: Case, xp: Any) -> Any:
        x, sigma = case["x"], case["sigma0"]
        method, rules, penalty = SR2(), hyper(case, xp), Mixed(case, xp)
        _, sums = method.propose(Regularisation(sigma), x, xp.zeros_like(x), rules, penalty, xp)
        made = method.decide(sigma, sums._replace(loss=0 * sigma), rules, xp)
        return (sigma - made.sigma) / sigma
