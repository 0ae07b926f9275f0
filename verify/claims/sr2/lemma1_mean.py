"""Equation (13): the fall of F in the mean over the samples that succeed."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.iteration import sums_of
from verify.claims.sr2.node import trials
from verify.claims.sr2.problems import settle
from verify.claims.sr2.watch import Bowls, Counted, success
from verify.evidence import Case, Lemma, claim
from verify.methods.sr2 import SR2


def averages(case: Case, xp: Any) -> tuple[Any, Any, Any]:
    """Means over the samples that succeed, times their number: F(x) - F(x + s), eta1 dpsi, eta1 sigma_min |s|^2/2."""
    totals = [0 * case["sigma0"]] * 3
    for step in trials(case, xp):
        values = (step.actual, case["eta1"] * step.predicted, case["eta1"] * case["sigma_min"] / 2 * step.moved)
        ok = success(step, xp)
        totals = [total + xp.where(ok, value, 0 * total) for total, value in zip(totals, values, strict=True)]
    return totals[0], totals[1], totals[2]


@claim(
    "SR2.L1.E13",
    place="Eq. 13",
    expected="refuted",
    why="f_1 = x^2/2, f_2 = x^2/20, x = 1, sigma = 10, eta1 = 0.5: both succeed, F falls by 0.029, eta1 dpsi_1 = 0.05",
    erratum="misprint",
    fix="SR2.L1.E13.fix",
    falls="nothing: with the mean of dpsi in the middle it holds, and (14) and (15) use the ends only",
)
class Printed(Bowls):
    r"""$F(x_t) - \hat{\mathbb{E}} F(x_t + s) \ge \eta_1 \Delta\psi_t \ge \frac12 \eta_1 \sigma_{min} \hat{\mathbb{E}} |s|^2$,
    $\Delta\psi_t$ that of the sample drawn (here both samples succeed)."""

    samples, steps = 2, 1

    def cases(self, rng: Any, size: int) -> Case:
        case = Bowls.cases(self, rng, size)
        fixed = {"a": np.array([[1.0], [0.1]]), "c": 0.0, "x": 1.0, "xi": 0, "eta1": 0.5, "eta2": 0.5}
        return settle(case, rng.random(size) < 0.3, fixed | {"sigma0": 10.0, "sigma_min": 10.0, "gamma3": 1.0, "place": 0.0})

    def domain(self, case: Case, xp: Any) -> Any:
        first, second = (step.made.taken for step in trials(case, xp))
        return xp.both(Bowls.domain(self, case, xp), xp.both(first, second))

    def margin(self, case: Case, xp: Any) -> Any:
        fall, _, moved = averages(case, xp)
        promised = case["eta1"] * trials(case, xp)[0].predicted
        return xp.minimum(fall / 2 - promised, promised - moved / 2)


def one_success(p: Any) -> Any:
    """A step that the running decision takes, or a zero one."""
    sigma, _, rules, sums = sums_of(p)
    p.assume(sums.missing == 0, sums.square >= 0, sums.penalty - sums.slope >= sigma / 2 * sums.square)
    p.assume(p.implies(sums.square == 0, p.conj(sums.penalty == 0, sums.slope == 0, sums.loss == 0)))
    made = SR2().decide(sigma, sums, rules, p.xp)
    promised = rules.eta1 * (sums.penalty - sums.slope)
    ends = p.conj(sums.penalty + sums.loss >= promised, promised >= rules.eta1 * rules.sigma_min / 2 * sums.square)
    return p.implies(p.disj(made.taken, made.still), ends)


def mean(p: Any) -> Any:
    share, fall, other_fall, low, other_low = p.reals("share>= fall other_fall low other_low")
    p.assume(share <= 1, fall >= low, other_fall >= other_low)
    return share * fall + (1 - share) * other_fall >= share * low + (1 - share) * other_low


@claim(
    "SR2.L1.E13.fix",
    place="Eq. 13",
    expected="proved",
    why="with sigma_min |s|^2 for half of it the second inequality fails at the ties of l0",
)
class Fix(Counted):
    r"""$F(x_t) - \hat{\mathbb{E}} F(x_t + s) \ge \eta_1 \hat{\mathbb{E}} \Delta\psi \ge \frac12 \eta_1 \sigma_{min}
    \hat{\mathbb{E}} |s|^2$, the means over the samples that succeed, zero steps among them. (Two samples with any
    probabilities; more by induction.)"""

    samples, steps, d = 2, 1, 1
    factor = 1  # of eta1 sigma_min |s|^2/2

    def margin(self, case: Case, xp: Any) -> Any:
        fall, promised, moved = averages(case, xp)
        return xp.minimum(fall - promised, promised - self.factor * moved)

    def proof(self) -> list[Lemma]:
        return [Lemma("one success of the running decision, from SR2.E9", one_success), Lemma("the mean", mean)]
