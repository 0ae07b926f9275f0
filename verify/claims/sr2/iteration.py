"""One iteration of the run, and its variables in the proofs."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.sr2.problems import HILL, Mixed, draw_problem
from verify.claims.sr2.runs import Step, draw_rules, fine, iterate
from verify.evidence import Case, Hypothesis
from verify.methods.sr2 import Adaptive, Sums


def first(case: Case, xp: Any) -> Step:
    """The iteration from x with sigma0."""
    return iterate(case, xp, case["x"], case["sigma0"], case["xi"][..., 0], case["place"][..., 0])[2]


def ratio(step: Step, xp: Any) -> Any:
    """|f(x + s) - f(x) - <g, s>|/|s|^2, 0 where there is no step or a zero one."""
    there = xp.both(step.moved > 0, step.sums.missing == 0)
    return xp.where(there, xp.abs(step.error), 0 * step.sigma) / xp.where(there, step.moved, 1)


def enough(case: Case, xp: Any) -> Any:
    """sigma (1 - eta2) - 2 kappa: >= 0 from 2 kappa/(1 - eta2) on."""
    return case["sigma0"] * (1 - case["eta2"]) - 2 * case["kappa"]


MODEL = Hypothesis(
    r"$|f(x + s) - f(x) - \langle g, s\rangle| \le \kappa_m |s|^2$", lambda c, xp: c["kappa"] - ratio(first(c, xp), xp)
)
LARGE = Hypothesis(r"$\sigma \ge 2\kappa_m/(1 - \eta_2)$", enough)


class OneIteration:
    """One iteration with kappa at its ratio or above, and eta2 mostly as large as sigma allows; ties of l0 among them."""

    vectors = ("x", "a", "c", "b")
    kinds: tuple[int, ...] = tuple(range(6))
    model = MODEL
    large = LARGE
    needed_factor = 2.0

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw_rules(rng, size, draw_problem(rng, size, kinds=self.kinds), 1, full=0.5)
        case["sigma0"] = np.where(case["kind"] == HILL, 2 * case["lam"], 0) + case["sigma0"]
        tie = (rng.random(size) < 0.15) & (2 in self.kinds)  # f = kappa (x - 1)^2, R = lam |x|_0, sigma = 2 lam: s = -1
        case["kind"] = np.where(tie, 2, case["kind"])
        case["xi"] = np.where(tie[:, None], -1, case["xi"])
        for name, value in (("a", 2.0), ("c", 1.0), ("b", 0.0), ("x", 1.0)):
            case[name] = np.where(tie.reshape((-1,) + (1,) * (case[name].ndim - 1)), value, case[name])
        case["lam"] = np.where(tie, rng.choice([1.5, 2.0, 4.0], size), case["lam"])
        case["sigma0"] = np.where(tie, 2 * case["lam"], case["sigma0"])
        case["sigma_min"] = np.minimum(case["sigma_min"], case["sigma0"])
        with np.errstate(all="ignore"):
            least = np.maximum(ratio(first(case, NUMPY), NUMPY), 1e-6)
        over = rng.uniform(0.2, 0.95, size) if without == "model" else np.where(rng.random(size) < 0.6, 1.0, 1.3)
        case["kappa"] = least * over
        top = 1 - self.needed_factor * case["kappa"] / case["sigma0"]
        if without == "large":
            top = 1 - case["kappa"] / case["sigma0"] * rng.uniform(0.1, 0.95, size) * self.needed_factor
        eta2 = np.where(rng.random(size) < 0.7, top, top * rng.random(size))
        eta2 = np.where((eta2 > 0) & (eta2 < 1), eta2, 0.5)
        return case | {"eta2": eta2, "eta1": eta2 * rng.choice([1.0, 0.5, 1e-2], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        step = first(case, xp)
        here = xp.both(step.sums.missing == 0, xp.both(step.moved > 0, xp.negate(step.made.still)))
        return xp.both(xp.both(fine(case, xp), case["kappa"] > 0), xp.both(here, log_free(case, xp)))

    def margin(self, case: Case, xp: Any) -> Any:
        step = first(case, xp)
        spare = (step.actual - case["eta2"] * step.predicted) / step.predicted
        grows = (case["sigma0"] - step.made.sigma) / case["sigma0"]
        return xp.minimum(spare, grows)

    def bound(self, case: Case, xp: Any) -> Any:
        step = first(case, xp)
        return 1 + (xp.abs(step.sums.loss) + step.sums.terms) / step.predicted


def log_free(case: Case, xp: Any) -> Any:
    """sigma > 1/lambda: the model has a minimiser."""
    return case["sigma0"] > Mixed(case, xp).threshold(xp)


def sums_of(p: Any) -> tuple[Any, Any, Adaptive, Sums]:
    """sigma, kappa, rules and sums of an iteration as variables: (9) and Assumption 3 where there is a minimiser."""
    sigma, kappa = p.positive("sigma"), p.positive("kappa")
    eta1, eta2, low = p.positive("eta1"), p.real("eta2"), p.positive("low")
    g1, g2, g3 = p.reals("gamma1 gamma2 gamma3")
    places = p.reals("fall hold rise")
    p.assume(eta1 <= eta2, eta2 < 1, g3 > 0, g3 <= 1, g1 > 1, g2 >= g1, sigma >= low, *(u >= 0 for u in places))
    p.assume(*(u <= 1 for u in places))
    rules = Adaptive(eta1, eta2, g1, g2, g3, low, sigma, *places)
    names = ("penalty", "slope", "square", "size", "terms", "missing", "loss")
    return sigma, kappa, rules, Sums(*p.reals(" ".join(names)))
