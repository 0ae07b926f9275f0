"""Theorem 1: from sigma_succ on a step is very successful."""

from __future__ import annotations

from typing import Any

from verify.claims.sr2.iteration import OneIteration, sums_of
from verify.claims.sr2.problems import CONVEX
from verify.evidence import Hypothesis, Lemma, claim
from verify.methods.sr2 import SR2


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
    an index lost, and $\frac{2\kappa_m}{\sigma_{succ}} = 1 - \eta_2$, where it is $\le$). Only $f(x + s) - f(x) - \langle g,
    s\rangle \le \kappa_m |s|^2$ is used. The constant is the least one."""

    def proof(self) -> list[Lemma]:
        return [Lemma("rho >= eta2, from SR2.E9", very_successful), Lemma("the running decision", decided)]


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
        return [
            Lemma("convex R, from SR2.E9.sharp", convex),
            Lemma("acceptance", accepted),
            Lemma("the running decision", decided),
        ]
