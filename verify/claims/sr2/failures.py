"""Theorem 2: where all steps are zero the iterate is stationary."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.iteration import sums_of
from verify.claims.sr2.problems import BOUNDED, Mixed, draw_problem, rounding
from verify.claims.sr2.sigma_max import EXISTS
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.methods.sr2 import SR2


class Stuck:
    """x, sigma and three sample gradients for each of which the zero step is a minimiser of the model."""

    vectors = ("x", "g", "bias")

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        problem = draw_problem(rng, size, kinds=BOUNDED, samples=1)
        kind, lam = problem["kind"][:, None], problem["lam"][:, None]
        sigma = np.where(rng.random(size) < 0.5, 1.0, log_uniform(rng, 0.1, 10.0, size))
        x = np.where((kind == 3) & (rng.random(problem["x"].shape) < 0.5), lam * np.sign(problem["x"]), problem["x"])
        x = np.where((kind < 3) & (rng.random(x.shape) < 0.5), 0.0, x)
        x = np.where((kind == 2) & (x != 0), 3 * np.sign(x) * (1 + np.sqrt(2 * lam / sigma[:, None])), x)
        u = np.where(rng.random((size, 3, x.shape[1])) < 0.3, 1.0, rng.uniform(-1, 1, (size, 3, x.shape[1])))
        at, lam = x[:, None], lam[:, None]
        one = np.where(at == 0, lam * u, -lam * np.sign(at))
        zero = np.where(at == 0, np.sqrt(2 * lam * sigma[:, None, None]) * u, 0.0)
        corner = np.where(np.abs(at) == lam, -np.sign(at) * np.abs(u) * 2, 0.0)
        k = problem["kind"][:, None, None]
        g = np.where(k == 1, one, np.where(k == 2, zero, np.where(k == 3, corner, 0.0)))
        bias = rng.normal(size=x.shape) if without == "unbiased" else np.zeros_like(x)
        return {"x": x, "g": g, "bias": bias, "sigma": sigma, "kind": problem["kind"], "lam": problem["lam"]}

    def still(self, case: Case, xp: Any) -> Any:
        """x is a minimiser for each gradient: the prox of the method does no better. (At a tie it may take another.)"""
        penalty, x, sigma = Mixed(case, xp), case["x"], case["sigma"][..., None]
        result = case["sigma"] > 0
        for i in range(3):
            g = case["g"][..., i, :]
            y = penalty._prox(x - g / sigma, 1 / sigma, xp)
            s = y - x
            gain = xp.sum(penalty.fall(x, y, xp), axis=-1) - xp.dot(g, s) - case["sigma"] * xp.dot(s, s) / 2
            rounded = 64 * rounding(xp) * (case["lam"] + xp.dot(g, g) / case["sigma"])
            result = xp.both(result, gain <= rounded)
        return result

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["lam"] > 0, case["kind"] < 4), xp.both(case["sigma"] > 0, self.still(case, xp)))

    def slope(self, case: Case, xp: Any) -> Any:
        """grad f(x): the mean of the three, but for a bias."""
        return xp.sum(case["g"], axis=-2) / 3 + case["bias"]

    def bound(self, case: Case, xp: Any) -> Any:
        return 1 + case["lam"] + xp.norm(self.slope(case, xp), axis=-1)


def zero_at_last(p: Any) -> Any:
    """A failure from 2 kappa/(1 - eta1) on is a zero step, and failures go on to raise sigma by gamma1."""
    sigma, kappa, rules, sums = sums_of(p)
    predicted, error = sums.penalty - sums.slope, -sums.loss - sums.slope
    p.assume(sums.missing == 0, sums.square >= 0, predicted >= sigma / 2 * sums.square, error <= kappa * sums.square)
    made = SR2(zero="failure").decide(sigma, sums, rules, p.xp)
    late = p.conj(made.failed, sigma * (1 - rules.eta1) >= 2 * kappa)
    return p.conj(p.implies(late, sums.square == 0), p.implies(made.failed, made.sigma >= rules.gamma1 * sigma))


def mean_of_two(p: Any) -> Any:
    """m(s) >= m(0) at sigma and other: ``rise`` = R(x + s) - R(x), n = |s|^2, and <g, s> of two gradients."""
    share, sigma, other, top, n, first, second, rise = p.reals("share>= sigma> other> top> n>= first second rise")
    p.assume(share <= 1, sigma <= top, other <= top)
    p.assume(rise + first + sigma / 2 * n >= 0, rise + second + other / 2 * n >= 0)
    return rise + share * first + (1 - share) * second + top / 2 * n >= 0


def stationary(p: Any) -> Any:
    """The definition of Frechet's subgradients, with e: ``slope`` = <E g, s>, size = |s|, f differentiable at x."""
    top, size, e, slope, rise, loss = p.reals("top> size>= e> slope rise loss")
    p.assume(rise + slope + top / 2 * size * size >= 0, top * size <= 2 * e, p.xp.abs(loss - slope) <= e * size)
    return p.conj(rise + slope >= -e * size, loss + rise >= -2 * e * size)


@claim(
    "SR2.T2",
    place="Theorem 2",
    expected="proved",
    why="a sum of the gradients for their mean (m + 1 terms over m, as printed) fails at R = |x|; E g != grad f is caught",
)
class Stationary(Stuck):
    r"""If finitely many steps succeed, the iterate $x^*$ is stationary with probability 1. Explicitly: where the zero
    step minimises the model for every sample (each recurs for ever, with probability 1), $-\mathbb{E}\, g \in
    \hat\partial R(x^*)$, so $0 \in \hat\partial F(x^*)$. It needs fresh draws of $\xi$, Assumption 3 for the run (see
    SR2.T2.freeze), and zero steps as failures; surely it is false ($f_1 = 0$, $f_2 = 2x$, the path that never draws 2)."""

    unbiased = Hypothesis(r"$\mathbb{E}\, g = \nabla f(x)$", lambda c, xp: -xp.norm(c["bias"], axis=-1))

    def margin(self, case: Case, xp: Any) -> Any:
        return -Mixed(case, xp).gap(case["x"], self.slope(case, xp), xp)

    def proof(self) -> list[Lemma]:
        return [
            Lemma(f"late failures of the running decision are zero steps, from SR2.E9 and {EXISTS}", zero_at_last),
            Lemma(
                "the mean of two gradients, at the larger sigma; of more by induction; each recurs (Borel, Cantelli)",
                mean_of_two,
            ),
            Lemma("where the zero step is best for the mean, 0 is a subgradient of F", stationary),
        ]


@claim(
    "SR2.T2.mean",
    place="proof of Theorem 2",
    expected="refuted",
    why="R = |x| at 0, g = 1, m = 1: -(g + g)/1 = -2 is not in [-1, 1]",
    erratum="misprint",
    fix="SR2.T2",
    falls="nothing: the mean of m + 1 terms is to be divided by m + 1; and the subdifferential is convex for every R",
)
class Mean(Stuck):
    r"""$-\frac1m \sum_{i = t_2}^{t_2 + m} g_i \in \hat\partial R(x)$ (here $m = 2$, three terms)."""

    def margin(self, case: Case, xp: Any) -> Any:
        return -Mixed(case, xp).gap(case["x"], xp.sum(case["g"], axis=-2) / 2, xp)
