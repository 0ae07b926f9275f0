"""The bound on sigma after Theorem 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.iteration import ratio, sums_of
from verify.claims.sr2.problems import NONE, Mixed, draw_problem
from verify.claims.sr2.runs import draw_rules, fine, run
from verify.evidence import Case, Lemma, claim
from verify.evidence.margins import least
from verify.methods.sr2 import SR2

STEPS = 10
EXISTS = "that the model has a minimiser above 1/lambda (Rockafellar and Wets, Theorem 1.25)"


def observe(case: Case, xp: Any, method: SR2) -> tuple[Any, list[Any]]:
    """Assumption 3's constant, the largest ratio of the run, and sigma_1, ..., sigma_T after each iteration."""
    kappa, sigmas = 0 * case["sigma0"], []
    for step in run(case, xp, method):
        kappa = xp.maximum(kappa, ratio(step, xp))
        sigmas.append(step.made.sigma)
    return kappa, sigmas


def limits(case: Case, kappa: Any, xp: Any) -> tuple[Any, Any]:
    """sigma_succ, and max(2 kappa/(1 - eta1), 1/lambda), from where steps are accepted."""
    threshold = Mixed(case, xp).threshold(xp)
    success = xp.maximum(2 * kappa / (1 - case["eta2"]), threshold)
    return success, xp.maximum(2 * kappa / (1 - case["eta1"]), threshold)


class Runs:
    """Runs with exact and with sampled gradients; kappa is the largest ratio in Assumption 3 that occurs."""

    vectors = ("x", "a", "c", "b")
    method = SR2()
    steps, samples = STEPS, 2
    kinds: tuple[int, ...] = tuple(range(6))

    def cases(self, rng: Any, size: int) -> Case:
        case = draw_rules(rng, size, draw_problem(rng, size, kinds=self.kinds, samples=self.samples), self.steps)
        simple = rng.random(size) < 0.1  # f = x^2/2, R = 0 from 1 and 0
        shape = (-1, 1, 1)
        for name, value in (("a", 1.0), ("c", 0.0), ("b", 0.0)):
            case[name] = np.where(simple.reshape(shape), value, case[name])
        case["x"] = np.where(simple[:, None], rng.choice([0.0, 1.0], (size, 1)), case["x"])
        case["kind"] = np.where(simple, 0, case["kind"])
        return case

    def domain(self, case: Case, xp: Any) -> Any:
        return fine(case, xp)

    def limit(self, case: Case, kappa: Any, xp: Any) -> Any:
        return xp.maximum(case["sigma0"], case["gamma2"] * limits(case, kappa, xp)[0])

    def margin(self, case: Case, xp: Any) -> Any:
        kappa, sigmas = observe(case, xp, self.method)
        limit = self.limit(case, kappa, xp)
        return least(*[limit - sigma for sigma in sigmas], xp=xp) / xp.where(limit > 0, limit, 1)


@claim(
    "SR2.T1.sigmamax",
    place="after Theorem 1",
    expected="refuted",
    kind="run",
    why="f = x^2/2, R = 0, x = 1, sigma0 = 1, eta1 = eta2 = 0.9: rho = 1/2, rejected, sigma = 2 > min(1, 20); 0.1 is alike",
    erratum="misprint",
    fix="SR2.T1.sigmamax.fix",
    falls="Lemma 2, Theorem 4 and Corollary 1 with this constant; with max for min they stand",
)
class Printed(Runs):
    r"""$\sigma_t \le \sigma_{max} = \min(\sigma_0, \gamma_2 \sigma_{succ})$ for all $t$."""

    steps, samples, kinds = 2, 1, (NONE,)

    def domain(self, case: Case, xp: Any) -> Any:
        """The first step is rejected, so that sigma0 >= min is passed at once."""
        return xp.both(fine(case, xp), next(run(case, xp)).made.failed)

    def limit(self, case: Case, kappa: Any, xp: Any) -> Any:
        return xp.minimum(case["sigma0"], case["gamma2"] * limits(case, kappa, xp)[0])


def induction(p: Any) -> Any:
    """success = sigma_succ."""
    sigma, _, rules, sums = sums_of(p)
    success, start = p.positive("success"), p.positive("sigma0")
    limit = p.xp.maximum(start, rules.gamma2 * success)
    actual, predicted = sums.penalty + sums.loss, sums.penalty - sums.slope
    step = p.conj(sums.missing == 0, sums.square > 0, sigma > success)
    p.assume(sums.square >= 0, sigma <= limit, p.implies(step, actual >= rules.eta2 * predicted))
    p.assume(p.implies(sums.missing == 0, predicted >= sigma / 2 * sums.square))  # (9)
    p.assume(p.implies(p.xp.negate(sums.missing == 0), sigma <= success))
    made = SR2().decide(sigma, sums, rules, p.xp)
    return p.conj(made.sigma <= limit, made.sigma >= rules.sigma_min)


def sharp_induction(p: Any) -> Any:
    sigma, _, rules, sums = sums_of(p)
    success, accept, start = p.positive("success"), p.positive("accept"), p.positive("sigma0")
    limit = p.xp.maximum(start, p.xp.maximum(rules.gamma2 * accept, rules.gamma1 * success))
    actual, predicted = sums.penalty + sums.loss, sums.penalty - sums.slope
    step = p.conj(sums.missing == 0, sums.square > 0)
    p.assume(sums.square >= 0, sigma <= limit, accept <= success)
    p.assume(p.implies(p.conj(step, sigma > success), actual >= rules.eta2 * predicted))
    p.assume(p.implies(p.conj(step, sigma > accept), actual >= rules.eta1 * predicted))
    p.assume(p.implies(sums.missing == 0, predicted >= sigma / 2 * sums.square))
    p.assume(p.implies(p.xp.negate(sums.missing == 0), sigma <= accept))
    made = SR2().decide(sigma, sums, rules, p.xp)
    return p.conj(made.sigma <= limit, made.sigma >= rules.sigma_min)


@claim(
    "SR2.T1.sigmamax.fix",
    place="after Theorem 1",
    expected="proved",
    kind="run",
    why="attained at R = -x^2, f = 0, sigma0 = 2; gamma1 for gamma2 fails there, and zero steps that fail break it",
)
class Fix(Runs):
    r"""$\sigma_{min} \le \sigma_t \le \max(\sigma_0, \gamma_2 \sigma_{succ})$ for all $t$, $\kappa_m$ any constant that serves
    along the run, where a zero step keeps $\sigma$. It is $\gamma_2$ that counts, $\gamma_1 \le \gamma_2$ being needed
    for the middle interval."""

    def proof(self) -> list[Lemma]:
        return [Lemma(f"one iteration of the running decision, from SR2.T1 and {EXISTS}", induction)]


@claim(
    "SR2.T1.sigmamax.sharp",
    place="after Theorem 1",
    expected="proved",
    kind="run",
    why="gamma1 for gamma2 at the accepting threshold fails where a failure takes its whole interval",
)
class Sharp(Runs):
    r"""$\sigma_t \le \max(\sigma_0, \gamma_2 \max(\frac{2\kappa_m}{1 - \eta_1}, \frac1\lambda), \gamma_1 \sigma_{succ})$."""

    def limit(self, case: Case, kappa: Any, xp: Any) -> Any:
        success, accept = limits(case, kappa, xp)
        return xp.maximum(case["sigma0"], xp.maximum(case["gamma2"] * accept, case["gamma1"] * success))

    def proof(self) -> list[Lemma]:
        return [Lemma(f"one iteration of the running decision, from SR2.T1, SR2.T1.sharp and {EXISTS}", sharp_induction)]
