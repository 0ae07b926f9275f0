"""Theorem 1: from sigma_succ on a step is very successful."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.sr2.problems import CONVEX, HILL, Mixed, draw_problem
from verify.claims.sr2.runs import Step, draw_rules, fine, hyper, iterate
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.methods.sr2 import SR2, Adaptive, Regularisation, Sums


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


def very_successful(p: Any) -> Any:
    """dF >= eta2 dpsi."""
    sigma, kappa, rules, sums = sums_of(p)
    predicted, error = sums.penalty - sums.slope, -sums.loss - sums.slope
    p.assume(sums.square > 0, predicted >= sigma / 2 * sums.square, error <= kappa * sums.square)
    p.assume(sigma * (1 - rules.eta2) >= 2 * kappa)
    return sums.penalty + sums.loss >= rules.eta2 * predicted


def decided(p: Any) -> Any:
    """The running decision takes such a step, and sigma does not grow."""
    sigma, _, rules, sums = sums_of(p)
    predicted = sums.penalty - sums.slope
    p.assume(sums.missing == 0, sums.square > 0, predicted > 0, sums.penalty + sums.loss >= rules.eta2 * predicted)
    made = SR2().decide(sigma, sums, rules, p.xp)
    return p.conj(made.taken, made.sigma <= sigma, made.sigma >= rules.sigma_min)


@claim(
    "SR2.T1",
    place="Theorem 1",
    expected="proved",
    why="kappa/(1 - eta2) for 2 kappa/(1 - eta2) fails at the tie f = kappa (x - 1)^2, R = lam |x|_0, x = 1, sigma = 2 lam",
)
class Success(OneIteration):
    r"""If $s_t \ne 0$ minimises the model, Assumption 3 holds for it with $\kappa_m$, and $\sigma_t \ge \frac{2\kappa_m}{1 -
    \eta_2}$, then $\rho_t \ge \eta_2$: the step is accepted and $\sigma_{t+1} \le \sigma_t$ (printed $\sigma_t \le \sigma_t$,
    an index lost). Only $f(x + s) - f(x) - \langle g, s\rangle \le \kappa_m |s|^2$ is used. The constant is the least one."""

    def proof(self) -> list[Lemma]:
        return [Lemma("rho >= eta2", very_successful), Lemma("the running decision", decided)]


def accepted(p: Any) -> Any:
    sigma, kappa, rules, sums = sums_of(p)
    predicted, error = sums.penalty - sums.slope, -sums.loss - sums.slope
    p.assume(sums.square > 0, predicted >= sigma / 2 * sums.square, error <= kappa * sums.square)
    p.assume(sigma * (1 - rules.eta1) >= 2 * kappa)
    return sums.penalty + sums.loss >= rules.eta1 * predicted


def convex(p: Any) -> Any:
    sigma, kappa, rules, sums = sums_of(p)
    predicted, error = sums.penalty - sums.slope, -sums.loss - sums.slope
    p.assume(sums.square > 0, predicted >= sigma * sums.square, error <= kappa * sums.square)
    p.assume(sigma * (1 - rules.eta2) >= kappa)
    return sums.penalty + sums.loss >= rules.eta2 * predicted


@claim(
    "SR2.T1.sharp",
    place="Theorem 1",
    expected="proved",
    why="attained by R = 0, f = x^2/2, where rho = 1 - 1/(2 sigma); with a nonconvex R drawn it fails",
)
class Sharp(OneIteration):
    r"""For convex $R$, $\sigma_t \ge \frac{\kappa_m}{1 - \eta_2}$ is enough, half of $\sigma_{succ}$. (And a step is accepted,
    whatever $R$, from $\frac{2\kappa_m}{1 - \eta_1}$ on.)"""

    kinds = CONVEX
    needed_factor = 1.0
    large = Hypothesis(r"$\sigma \ge \kappa_m/(1 - \eta_2)$", lambda c, xp: c["sigma0"] * (1 - c["eta2"]) - c["kappa"])

    def proof(self) -> list[Lemma]:
        return [Lemma("convex R", convex), Lemma("acceptance", accepted), Lemma("the running decision", decided)]


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
