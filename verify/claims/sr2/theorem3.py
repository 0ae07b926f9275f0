"""Theorem 3: the steps tend to 0."""

from __future__ import annotations

from typing import Any

from verify.claims.sr2.watch import Counted, hits, success, tree
from verify.evidence import Case, claim
from verify.methods.sr2 import SR2


class Tree(Counted):
    """Two samples, all draws of six iterations, no stopping: the sum of p_t E|s_t|^2 against the height of the start."""

    samples, steps, d = 2, 6, 1
    method = SR2()

    def margin(self, case: Case, xp: Any) -> Any:
        total = 0 * case["sigma0"]
        for nodes, steps in tree(case, xp, self.steps, self.method):
            for step in steps:
                moved = xp.sum(xp.where(step.made.taken, step.moved, 0 * step.sigma), axis=1)
                total = total + moved / (2 * nodes)
        return self.height(case, xp) - case["eta1"] * case["sigma_min"] / 2 * total


@claim(
    "SR2.T3",
    place="Theorem 3",
    expected="unrefuted",
    kind="run",
    why="with rho from the sampled objective (SR2.S5.sampled) or 9/10 of the bound it fails; for f = -x all steps are 1/sigma",
    experiments=("Batches",),
)
class Limit(Tree):
    r"""With infinitely many successes and $F \ge F_{low}$, almost surely $\liminf_t \mathbb{E}|s_t|^2 = 0$ over the successful
    samples. Explicitly: $\mathbb{E} \sum_t p_t \hat{\mathbb{E}}_t |s|^2 \le \frac{2 (F(x_1) - F_{low})}{\eta_1 \sigma_{min}}$,
    $p_t$ the probability of success, whose sum is infinite almost surely there. (The paper takes it from $t(\epsilon) < \infty$
    for all $\epsilon$, which bounds the infimum; the sum, or the same from every later start, gives the limit inferior. Theorem
    2 has "w.p.1", Theorem 3 has not, and needs it: SR2.T3.path.)"""


@claim(
    "SR2.T3.sharp",
    place="Theorem 3",
    expected="unrefuted",
    kind="run",
    why="with rho from the sampled objective the expected count grows for ever, past the bound; 9/10 of the bound fails",
)
class LimitSharp(Tree):
    r"""If a sample that can succeed does so with probability at least $p$, the number of $t$ with $p_t > 0$ and
    $\hat{\mathbb{E}}_t |s|^2 > \epsilon^2$ has expectation at most $\frac{2 (F(x_1) - F_{low})}{p\, \eta_1 \sigma_{min}
    \epsilon^2}$, for every $\epsilon$: the limit is 0 along all $t$ with $p_t > 0$. (Here $p = \frac12$.)"""

    def margin(self, case: Case, xp: Any) -> Any:
        total = 0 * case["eps"]
        for nodes, steps in tree(case, xp, self.steps, self.method):
            any_good = xp.either(success(steps[0], xp), success(steps[1], xp))
            far = xp.both(any_good, xp.negate(hits(steps, case["eps"][:, None], xp)))
            total = total + xp.sum(xp.where(far, 1, 0), axis=1) * self.unit(case, xp) / nodes
        return 2 * self.height(case, xp) - total
