"""Theorem 4: the distance of 0 to the subdifferential at t(eps)."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.sr2.lemma2 import largest
from verify.claims.sr2.problems import HILL, NONE, Mixed, Samples, draw_problem
from verify.claims.sr2.runs import Step, draw_rules, fine, iterate
from verify.claims.sr2.symbols import variables
from verify.claims.sr2.watch import success
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import uniform


def distance(case: Case, y: Any, xp: Any) -> Any:
    """dist(0, subdifferential of F at y)."""
    return Mixed(case, xp).gap(y, Samples(case).gradient(y, -1, xp), xp)


def noise(case: Case, step: Step, xp: Any) -> Any:
    """|grad f(x) - g|."""
    return xp.norm(Samples(case).gradient(step.x, -1, xp) - step.g, axis=-1)


def constant(case: Case, top: Any, xp: Any) -> Any:
    """C = 3 (L^2 + top^2)."""
    smooth = Samples(case).smoothness(xp)
    return 3 * (smooth * smooth + top * top)


class Node:
    """One iteration at t(eps), what each of two samples does, and ``top``, a bound on sigma."""

    vectors = ("x", "a", "c", "b")
    samples = 2
    kinds: tuple[int, ...] = tuple(range(6))

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        problem = draw_problem(rng, size, kinds=self.kinds, samples=self.samples)
        plain = (rng.random(size) < 0.3)[:, None, None]
        problem["a"] = np.where(plain, rng.choice([1.0, -1.0], (size, 1, 1)), problem["a"])
        problem["c"] = np.where(plain, 0.0, problem["c"])
        problem["x"] = np.where(plain[:, 0], 1.0, problem["x"])
        problem["kind"] = np.where(plain[:, 0, 0], NONE, problem["kind"])
        case = draw_rules(rng, size, problem, 1)
        case["sigma0"] = case["sigma0"] * rng.choice([1.0, 10.0], size) + np.where(case["kind"] == HILL, 2 * case["lam"], 0)
        case["top"] = case["sigma0"] * (
            uniform(rng, 0.1, 0.9, size) if without == "below" else rng.choice([1.0, 1.0, 2.0], size)
        )
        with np.errstate(all="ignore"):
            number, total, *_ = self.means(case, NUMPY)
            mean = np.sqrt(np.nan_to_num(total / number))
        over = rng.uniform(0.1, 0.9, size) if without == "small" else rng.choice([1.0, 1.0, 1.5], size) * (1 + 1e-12)
        eps = np.where(rng.random(size) < 0.5, np.ceil(mean * 10) / 10, mean)
        case["eps"] = (mean if without == "small" else eps) * over
        return case

    def trials(self, case: Case, xp: Any) -> list[Step]:
        picks = range(self.samples) if self.samples > 1 else [-1]
        return [iterate(case, xp, case["x"], case["sigma0"], i)[2] for i in picks]

    def means(self, case: Case, xp: Any) -> tuple[Any, Any, Any, Any]:
        """How many samples succeed; their sums of |s|^2, of the squared noise and of the squared distance."""
        number, sums = 0, [0 * case["sigma0"]] * 3
        for step in self.trials(case, xp):
            ok = success(step, xp)
            number = number + xp.where(ok, 1, 0)
            far, rest = distance(case, step.y, xp), noise(case, step, xp)
            values = (step.moved, rest * rest, far * far)
            sums = [total + xp.where(ok, v, 0 * total) for total, v in zip(sums, values, strict=True)]
        return number, *sums

    def domain(self, case: Case, xp: Any) -> Any:
        eps = xp.both(case["eps"] > 0, case["eps"] < 1)
        return xp.both(xp.both(fine(case, xp), eps), xp.both(self.means(case, xp)[0] > 0, case["top"] > 0))

    def bound(self, case: Case, xp: Any) -> Any:
        number, _, rest, _ = self.means(case, xp)
        return constant(case, case["top"], xp) * case["eps"] * case["eps"] * number + 3 * rest


SMALL = Hypothesis(
    r"$t = t(\epsilon)$: $\hat{\mathbb{E}}|s|^2 \le \epsilon^2$",
    lambda c, xp: c["eps"] * c["eps"] * Node().means(c, xp)[0] - Node().means(c, xp)[1],
)
BELOW = Hypothesis(r"$\sigma_t \le \sigma_{max}$", lambda c, xp: c["top"] - c["sigma0"])


class FirstIteration(Node):
    """One sample, R = 0, and t(eps) = 1, so that sigma_t is sigma0."""

    samples = 1
    kinds = (NONE,)

    def printed_top(self, case: Case, xp: Any) -> Any:
        return xp.minimum(case["sigma0"], largest(case, xp))

    def domain(self, case: Case, xp: Any) -> Any:
        here = case["eps"] * case["eps"] >= self.means(case, xp)[1]
        return xp.both(xp.both(Node.domain(self, case, xp), here), Samples(case).smoothness(xp) > 0)


@claim(
    "SR2.T4",
    place="Theorem 4",
    expected="refuted",
    why="f = x^2/2, R = 0, x = 1, sigma0 = 10, eta = 0.5, gamma2 = 2: C = 51, s = -0.1, eps = 0.1: 0.81 > 0.51",
    erratum="misprint",
    fix="SR2.T4.fix",
    falls="nothing but the constant: with max for min in sigma_max it holds",
)
class Printed(FirstIteration):
    r"""$\hat{\mathbb{E}}\, \mathrm{dist}(0, \hat\partial F(x_t + s))^2 \le C \epsilon^2 + 3 \hat{\mathbb{E}} |\nabla f(x_t) -
    g|^2$ at $t = t(\epsilon)$, $C = 3 (L^2 + \sigma_{max}^2)$ with $\sigma_{max} = \min(\sigma_0, \gamma_2 \sigma_{succ})$ as
    printed (here without noise, $t(\epsilon) = 1$)."""

    def margin(self, case: Case, xp: Any) -> Any:
        _, _, _, far = self.means(case, xp)
        return constant(case, self.printed_top(case, xp), xp) * case["eps"] * case["eps"] - far


def three_terms(p: Any) -> Any:
    """v = grad f(x + s) - g - sigma s: u = |s|, q = |grad f - g|."""
    L, sigma, u, q, d = variables(p, "L>= sigma> u>= q>= d>=")
    p.assume(d <= L * u + q + sigma * u)
    return d * d <= 3 * (L * L + sigma * sigma) * u * u + 3 * q * q


def larger_sigma(p: Any) -> Any:
    """sigma <= top, n = E|s|^2 <= eps^2."""
    L, sigma, top, n, square = variables(p, "L>= sigma> top n>= e>=")
    p.assume(sigma <= top, n <= square)
    return p.conj(sigma * sigma <= top * top, (L * L + top * top) * n <= (L * L + top * top) * square)


@claim(
    "SR2.T4.fix",
    place="Theorem 4",
    expected="proved",
    kind="run",
    why="C = L^2 + sigma_max^2 fails on f = -x^2/2, R = 0, sigma = L, where the distance is 2 |s|",
)
class Fix(Node):
    r"""$\hat{\mathbb{E}}\, \mathrm{dist}(0, \hat\partial F(x_t + s))^2 \le C \epsilon^2 + 3 \hat{\mathbb{E}} |\nabla
    f(x_t) - g|^2$ wherever $\hat{\mathbb{E}}|s|^2 \le \epsilon^2$, $C = 3 (L^2 + \sigma_{max}^2)$, for any $\sigma_{max}
    \ge \sigma_t$ (such as $\max(\sigma_0, \gamma_2 \sigma_{succ})$). It is a bound at the trial point, for each
    realisation; $\epsilon < 1$ is not used. (Proof: $\nabla f(x + s) - g - \sigma s \in \hat\partial F(x + s)$ by
    Fermat's rule.)"""

    small = SMALL
    below = BELOW

    def margin(self, case: Case, xp: Any) -> Any:
        number, _, rest, far = self.means(case, xp)
        return constant(case, case["top"], xp) * case["eps"] * case["eps"] * number + 3 * rest - far

    def proof(self) -> list[Lemma]:
        return [Lemma("each realisation", three_terms), Lemma("the mean", larger_sigma)]


def three_halves(p: Any) -> Any:
    L, sigma, u, q, d = variables(p, "L>= sigma> u>= q>= d>=")
    p.assume(d <= L * u + q + sigma * u)
    return 2 * d * d <= 3 * (L + sigma) * (L + sigma) * u * u + 6 * q * q


def no_larger(p: Any) -> Any:
    L, sigma = p.nonnegative("L"), p.positive("sigma")
    return (L + sigma) * (L + sigma) <= 2 * (L * L + sigma * sigma)


def triangle(p: Any) -> Any:
    """A coordinate-free sum of three norms: change = |grad f(x + s) - grad f(x)|."""
    L, sigma, u, q, d, change = variables(p, "L>= sigma> u>= q>= d>= change>=")
    p.assume(d <= change + q + sigma * u, change <= L * u)
    return d <= (L + sigma) * u + q


@claim(
    "SR2.T4.sharp",
    place="Theorem 4",
    expected="proved",
    why="attained by f = -L x^2/2, R = 0; max(L, sigma) for L + sigma fails there",
)
class Sharp(Node):
    r"""$\mathrm{dist}(0, \hat\partial F(x + s)) \le (L + \sigma) |s| + |\nabla f(x) - g|$ for each realisation; so
    $\frac32 (L + \sigma_{max})^2 \le 3 (L^2 + \sigma_{max}^2)$ serves for $C$, and $\sqrt{\hat{\mathbb{E}}\,
    \mathrm{dist}^2} \le (L + \sigma_{max}) \epsilon + \sqrt{\hat{\mathbb{E}}|\nabla f - g|^2}$."""

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Node.domain(self, case, xp), self.trials(case, xp)[0].sums.missing == 0)

    def parts(self, case: Case, xp: Any) -> tuple[Any, Any, Any]:
        step = self.trials(case, xp)[0]
        size = xp.norm(step.y - step.x, axis=-1)
        limit = (Samples(case).smoothness(xp) + case["sigma0"]) * size + noise(case, step, xp)
        return limit, distance(case, step.y, xp), case["sigma0"] * (size + xp.norm(step.x, axis=-1))

    def margin(self, case: Case, xp: Any) -> Any:
        limit, far, _ = self.parts(case, xp)
        return limit - far

    def bound(self, case: Case, xp: Any) -> Any:
        limit, _, scale = self.parts(case, xp)
        return limit + scale

    def proof(self) -> list[Lemma]:
        return [Lemma("the three norms", triangle), Lemma("squared", three_halves), Lemma("no larger", no_larger)]
