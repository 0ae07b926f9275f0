"""Assumption 2: which regularisers it excludes; and the Algorithm's test of it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from verify.claims.sr2.draws import Steps, trial
from verify.claims.sr2.problems import Mixed
from verify.evidence import Case, Fact, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.methods.sr2 import SR2, Adaptive, Sums


def quotient(value: Any, x: Fraction, v: Fraction, h: Fraction) -> Fraction:
    """(R(x + h) - R(x) - v h)/|h|, whose liminf must be >= 0 for v to be a Frechet subgradient at x."""
    return (value(x + h) - value(x) - v * h) / abs(h)


STEPS = [sign * Fraction(1, 10**k) for k in range(1, 7) for sign in (1, -1)]


@claim(
    "SR2.A2.scope",
    place="after Assumption 2",
    kind="text",
    expected="refuted",
    why="-x^2 is smooth: at x = 0, v = 0 the quotient is -|h|, which tends to 0; at every x it is so with v = -2x",
    erratum="false",
    fix="SR2.A2.scope.fix",
    falls="that R is bounded below is not implied; nothing printed uses it, but unbounded models do occur",
)
class Excluded:
    r"""Assumption 2 (a Fréchet subgradient exists) excludes $-|x|$ and $-|x|^2$. (What it admits: SR2.A2.admits.)"""

    def facts(self) -> list[Fact]:
        points = [Fraction(n, 2) for n in range(-4, 5)]
        square = [[quotient(lambda w: -w * w, x, -2 * x, h) for h in STEPS] for x in points]
        corner = [min(quotient(lambda w: -abs(w), Fraction(0), v, h) for h in STEPS[-2:]) for v in points]
        apart = [quotient(lambda w: -abs(w), x, Fraction(-1 if x > 0 else 1), h) for x in points if x for h in STEPS[2:]]
        return [
            Fact("-|x| has no subgradient at 0", all(q <= -1 for q in corner), f"quotients {', '.join(map(str, corner))}"),
            Fact("-|x| has one at every other point", not any(apart), "v = -sign(x), quotient 0 for small h"),
            Fact(
                "-x^2 has no subgradient at some x",
                not all(q == -abs(h) for row in square for q, h in zip(row, STEPS, strict=True)),
                "with v = -2x the quotient is -|h| at every x tried",
            ),
        ]


def fermat(p: Any) -> Any:
    """m(s + h) >= m(s): n = |s|^2, sh = <s, h>, hh = |h|^2, gs + gh = <g, s + h>."""
    sigma, hh = p.positive("sigma"), p.nonnegative("hh")
    n, sh, gs, gh, here, there = p.reals("n sh gs gh R0 R1")
    p.assume(gs + here + sigma / 2 * n <= gs + gh + there + sigma / 2 * (n + 2 * sh + hh))
    return there - here + (gh + sigma * sh) >= -sigma / 2 * hh


@claim(
    "SR2.A2.scope.fix",
    place="after Assumption 2",
    expected="proved",
    why="-sigma/4 |h|^2 for -sigma/2 |h|^2 fails for R = -x^2 and sigma close to 2; the sign of g flipped fails at once",
)
class Automatic(Steps):
    r"""Assumption 2 holds by itself at every point $y = x + s$ that a step reaches: $v = -(g + \sigma s)$ meets $R(y + h)
    - R(y) - \langle v, h\rangle \ge -\frac\sigma2 |h|^2$ for all $h$, so $v \in \hat\partial R(y)$. It restricts the
    start alone, and admits $-a|x|^2$, which only prox-boundedness limits."""

    def margin(self, case: Case, xp: Any) -> Any:
        y, _ = trial(case, xp)
        v = -(case["g"] + case["sigma"][..., None] * (y - case["x"]))
        h = case["other"]
        change = -xp.sum(Mixed(case, xp).fall(y, y + h, xp), axis=-1)
        outside = xp.sum(Mixed(case, xp)._value(y + h, xp), axis=-1) == xp.inf
        spare = change - xp.dot(v, h) + case["sigma"] * xp.dot(h, h) / 2
        return xp.where(outside, 1, spare)

    def proof(self) -> list[Lemma]:
        return [Lemma("the step minimises the model", fermat)]


def error_over_square(b: Fraction, x: Fraction, sigma: Fraction) -> Fraction:
    """|f(x + s) - f(x) - g s|/s^2 for f = x^2/2, the sample gradient g = x + b, R = 0."""
    s = -(x + b) / sigma
    return abs((x + s) ** 2 / 2 - x * x / 2 - (x + b) * s) / (s * s)


@claim(
    "SR2.Alg.assumption",
    place="Algorithm 1",
    kind="text",
    expected="refuted",
    why="Assumption 2 says nothing of xi; f_i = x^2/2 +- x, R = 0, x = -0.9: it holds, and the ratio of Assumption 3 is 10.5",
    erratum="misprint",
    fix="SR2.Alg.assumption.fix",
    falls="the branch s = 0 leaves x, rho and sigma undefined; with Assumption 3, a given kappa and a rejection it is sound",
)
class Test:
    r"""The test whether $\xi_t$ satisfies Assumption 2 finds the samples that the theory must exclude, and can be carried out
    as it stands."""

    def facts(self) -> list[Fact]:
        b, x, one = Fraction(1), Fraction(-9, 10), Fraction(1)
        ratio = error_over_square(b, x, one)
        outcomes = {kappa: ratio <= kappa for kappa in (10, 11)}
        return [
            Fact(
                "a sample that fails Assumption 3 with kappa = 10 fails Assumption 2",
                outcomes[10],
                f"f = x^2/2, g = x + 1, R = 0, x = -0.9, sigma = 1: ratio {float(ratio)}, while R = 0 meets Assumption 2",
            ),
            Fact(
                "read as Assumption 3, the outcome does not depend on the constant, which only exists",
                outcomes[10] == outcomes[11],
                f"the same sample fails with kappa = 10 and passes with kappa = 11: the ratio is {float(ratio)}",
            ),
        ]


def tested(p: Any) -> Any:
    """The decision of the method with ``unmodelled='failure'``."""
    sigma, kappa = p.positive("sigma"), p.positive("kappa")
    square = p.nonnegative("square")
    penalty, slope, loss, terms, missing, size = p.reals("penalty slope loss terms missing size")
    eta1, eta2, low, g1, g2, g3 = p.reals("eta1 eta2 low g1 g2 g3")
    rules = Adaptive(eta1, eta2, g1, g2, g3, low, sigma, kappa=kappa)
    sums = Sums(penalty, slope, square, size, terms, missing, loss)
    made = SR2(unmodelled="failure").decide(sigma, sums, rules, p.xp)
    error = p.xp.abs(loss + slope)
    return p.conj(p.implies(made.taken, error <= kappa * square), p.implies(made.failed, made.sigma == g1 * sigma))


@claim(
    "SR2.Alg.assumption.fix",
    place="Algorithm 1",
    expected="proved",
    why="with the choice to ignore the test, noise of size 1 at x = -0.9 breaks it",
)
class TestFix:
    r"""With $\kappa_m$ given, a test of Assumption 3 on the trial step that makes a violation a failed iteration: every
    accepted step then meets $|f(x + s) - f(x) - \langle g, s\rangle| \le \kappa_m |s|^2$. (It needs $f$ at $x + s$, which
    $\rho$ needs too. For $\kappa_m < L/2$ even the full gradient may never pass.)"""

    method = SR2(unmodelled="failure")

    def cases(self, rng: Any, size: int) -> Case:
        case = {n: np.round(rng.normal(size=size) * 2, 1) for n in ("x", "b")}
        return case | {"sigma": rng.choice([0.5, 1.0, 2.0, 10.0], size), "kappa": log_uniform(rng, 0.1, 10.0, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["sigma"] > 0, case["kappa"] > 0)

    def margin(self, case: Case, xp: Any) -> Any:
        x, g, sigma = case["x"], case["x"] + case["b"], case["sigma"]
        s = -g / sigma
        one = xp.full_like(x, 1)
        rules = Adaptive(one / 10, one / 2, 2 * one, 2 * one, one, sigma, sigma, kappa=case["kappa"])
        sums = Sums(0 * x, g * s, s * s, x * x, xp.abs(g * s), 0 * x, -s * (x + s / 2))
        made = self.method.decide(sigma, sums, rules, xp)
        spare = case["kappa"] * s * s - xp.abs(sums.loss + sums.slope)
        return xp.where(made.taken, spare, 0 * x)

    def proof(self) -> list[Lemma]:
        return [Lemma("the running decision", tested)]
