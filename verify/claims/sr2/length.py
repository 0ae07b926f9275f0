"""Section 1.2: a larger sigma makes no longer a step."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.draws import Steps, trial
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform


def no_longer(p: Any) -> Any:
    """first and other: f + <g, s> + R(x + s) at the two steps; n and m their squared lengths."""
    sigma, larger, first, other, n, m = p.reals("sigma> larger> first other n>= m>=")
    p.assume(larger > sigma, first + sigma / 2 * n <= other + sigma / 2 * m, other + larger / 2 * m <= first + larger / 2 * n)
    return m <= n


@claim(
    "SR2.S12.shorter",
    place="Section 1.2",
    expected="proved",
    why="with the smaller sigma's step said to be the shorter it fails for R = 0",
)
class Shorter(Steps):
    r"""The larger $\sigma$, the shorter the step, for every $R$, $x$ and $g$ and every choice of minimisers: $\sigma' > \sigma$
    implies $|s_{\sigma'}| \le |s_\sigma|$."""

    def cases(self, rng: Any, size: int) -> Case:
        case = Steps.cases(self, rng, size)
        return case | {"factor": np.where(rng.random(size) < 0.5, 2.0, 1 + log_uniform(rng, 1e-3, 1e3, size))}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Steps.domain(self, case, xp), case["factor"] > 1)

    def margin(self, case: Case, xp: Any) -> Any:
        larger = case | {"sigma": case["sigma"] * case["factor"]}
        return trial(case, xp)[1].square - trial(larger, xp)[1].square

    def proof(self) -> list[Lemma]:
        return [Lemma("each step minimises its own model", no_longer)]
