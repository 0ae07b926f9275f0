"""Theorem 2 with zero steps as successes: how many failures there can be in a row."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.iteration import ratio
from verify.claims.sr2.problems import draw_problem
from verify.claims.sr2.runs import draw_rules, fine, run
from verify.claims.sr2.sigma_max import STEPS, limits
from verify.evidence import Case, claim
from verify.evidence.margins import least


@claim(
    "SR2.T2.fix",
    place="Theorem 2",
    expected="unrefuted",
    kind="run",
    why="with 2/gamma1 of the limit it fails: the last failure may be just below sigma_succ",
)
class FiniteFailures:
    r"""No iteration with $s \ne 0$ fails at $\sigma_t \ge \frac{2\kappa_m}{1 - \eta_1}$ (if above $\frac1\lambda$): $n$
    failures in a row, zero steps aside, have $\gamma_1^{n - 1} \sigma_{min} \le \max(\frac{2\kappa_m}{1 - \eta_1},
    \frac1\lambda)$. So after the last success with $s \ne 0$, all but finitely many steps are zero, whatever is drawn,
    and Theorem 2 follows with a zero step as a success."""

    vectors = ("x", "a", "c", "b")

    def cases(self, rng: Any, size: int) -> Case:
        case = draw_rules(rng, size, draw_problem(rng, size), STEPS, full=0.7)
        case["sigma0"] = case["sigma0"] * np.where(rng.random(size) < 0.5, 0.1, 1.0)
        return case | {"sigma_min": np.minimum(case["sigma_min"], case["sigma0"])}

    def domain(self, case: Case, xp: Any) -> Any:
        return fine(case, xp)

    def margin(self, case: Case, xp: Any) -> Any:
        kappa = 0 * case["sigma0"]
        lowest, margins, steps = case["sigma_min"], [], list(run(case, xp))
        for step in steps:
            kappa = xp.maximum(kappa, ratio(step, xp))
        limit = limits(case, kappa, xp)[1]
        size = xp.where(limit > 0, limit, 1)
        for step in steps:
            spare = limit - xp.maximum(step.sigma, lowest)
            margins.append(xp.where(step.made.failed, spare / size, 0 * limit))
            longer = xp.where(step.made.failed, lowest * case["gamma1"], lowest)
            lowest = xp.where(step.made.taken, case["sigma_min"], longer)
        return least(*margins, xp=xp)
