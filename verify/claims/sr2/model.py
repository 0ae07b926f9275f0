"""Assumptions 3 and 4: when the linear model is good enough, and what prox-boundedness asks."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.problems import BOUNDED, Mixed, Samples, draw_problem
from verify.claims.sr2.symbols import variables
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform


class Moves:
    """f of one or two samples, with waves on a third of the draws, a point x and any step s."""

    vectors = ("x", "s", "a", "c", "b", "wave", "pitch")
    samples = 1

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw_problem(rng, size, samples=self.samples, noise=1.0)
        shape = case["a"].shape
        case["wave"] = rng.uniform(-2, 2, shape) * (rng.random((size, 1, 1)) < 0.3)
        case["pitch"] = log_uniform(rng, 0.3, 5.0, shape)
        case["s"] = rng.normal(size=case["x"].shape) * log_uniform(rng, 1e-3, 10.0, (size, 1))
        least = Samples(case).smoothness(_numpy())
        room = rng.uniform(0.1, 0.9, size) if without == "smooth" else np.where(rng.random(size) < 0.7, 1.0, 1.5)
        case["L"] = np.maximum(least * room, 1e-3)
        return {n: v for n, v in case.items() if n not in ("kind", "lam")}

    def domain(self, case: Case, xp: Any) -> Any:
        away = xp.both(xp.dot(case["s"], case["s"]) > 0, xp.all(xp.all(case["pitch"] > 0, axis=-1), axis=-1))
        return xp.both(away, case["L"] > 0)


def _numpy() -> Any:
    from verify.arrays import NUMPY

    return NUMPY


SMOOTH = Hypothesis(r"$f$ is $L$-smooth", lambda c, xp: c["L"] - Samples(c).smoothness(xp))


def error(case: Case, pick: Any, xp: Any) -> Any:
    """|f(x + s) - f(x) - <g, s>| with g of the sample ``pick``."""
    loss, x, s = Samples(case), case["x"], case["s"]
    return xp.abs(-loss.drop(x, x + s, -1, xp) - xp.dot(loss.gradient(x, pick, xp), s))


def curvature(p: Any) -> Any:
    """f = a x^2/2 a coordinate at a time: the error of the linear model is a s^2/2."""
    x, s, a, L = p.reals("x s a L")
    p.assume(a >= -L, a <= L)
    gap = a * (x + s) * (x + s) / 2 - a * x * x / 2 - a * x * s
    return p.conj(gap <= L / 2 * s * s, gap >= -L / 2 * s * s)


@claim(
    "SR2.A3.exact",
    place="after Assumption 3",
    expected="unrefuted",
    why="L/4 for L/2 fails on f = L x^2/2, which attains L/2; the solver's lemma is for quadratics only",
)
class Exact(Moves):
    r"""With $g = \nabla f(x)$ of an $L$-smooth $f$, $|f(x + s) - f(x) - \langle g, s\rangle| \le \frac L2 |s|^2$ for all $x$,
    $s$. The constant is the least one."""

    complete_proof = False
    smooth = SMOOTH

    def constant(self, case: Case) -> Any:
        return case["L"] / 2

    def margin(self, case: Case, xp: Any) -> Any:
        return self.constant(case) * xp.dot(case["s"], case["s"]) - error(case, -1, xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return xp.dot(case["s"], case["s"]) * (case["L"] + xp.norm(case["x"], axis=-1) / xp.norm(case["s"], axis=-1))

    def proof(self) -> list[Lemma]:
        return [Lemma("quadratics, a coordinate at a time", curvature)]


def noisy_ratio(b: Any, x: Any, sigma: Any, xp: Any) -> Any:
    """|f(x + s) - f(x) - g s|/s^2 for f = x^2/2, g = x + b, R = 0, s = -g/sigma != 0."""
    s = -(x + b) / sigma
    return xp.abs(s * (x + s / 2) - (x + b) * s) / (s * s)


@claim(
    "SR2.A3.noise",
    place="Assumption 3",
    expected="refuted",
    why="f_i = x^2/2 +- x, R = 0, sigma = 1, x = -1 + 1/(2 kappa): the ratio is 2 kappa + 1/2, for any kappa",
    erratum="false",
    fix="SR2.A3.noise.fix",
    falls="Theorems 1 and 2 and Lemma 2 for sampled gradients, whose threshold 2 kappa/(1 - eta2) runs ahead of sigma",
)
class Uniform:
    r"""With sampled gradients one $\kappa_m$ serves all iterations: $|f(x + s) - f(x) - \langle g, s\rangle| \le \kappa_m
    |s|^2$. (Here $f_i = \frac{x^2}{2} \pm x$, $R = 0$, $\sigma = 1$, the sample with $+$, and $x$ near $-1$ chosen for
    $\kappa_m$.)"""

    def cases(self, rng: Any, size: int) -> Case:
        return {"kappa": np.where(rng.random(size) < 0.5, rng.choice([1.0, 10.0], size), log_uniform(rng, 1.0, 1e4, size))}

    def domain(self, case: Case, xp: Any) -> Any:
        return case["kappa"] >= 1

    def margin(self, case: Case, xp: Any) -> Any:
        one = xp.full_like(case["kappa"], 1)
        return case["kappa"] - noisy_ratio(one, -one + 1 / (2 * case["kappa"]), one, xp)


@claim(
    "SR2.A3.noise.finite",
    place="after Assumption 3",
    expected="refuted",
    why="f = x^2/2 (L = 1), the full gradient, kappa = 0.4: the ratio is 1/2 at every x and s",
    erratum="gap",
    fix="SR2.A3.exact",
    falls="nothing for kappa >= L/2 and sampling without replacement, where at most N - 1 enlargements are needed",
)
class Finite(Moves):
    r"""Whatever $\kappa_m > 0$ Assumption 3 asks for, enlarging the batch ends: the full gradient meets it."""

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = Moves.cases(self, rng, size)
        return case | {"kappa": rng.choice([0.1, 0.4, 0.5, 1.0], size), "wave": np.zeros_like(case["wave"])}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Moves.domain(self, case, xp), case["kappa"] > 0)

    def margin(self, case: Case, xp: Any) -> Any:
        return case["kappa"] * xp.dot(case["s"], case["s"]) - error(case, -1, xp)


@claim(
    "SR2.A3.noise.unbiased",
    place="after Assumption 3",
    expected="refuted",
    why="f_i = x^2/2 +- x, x = 3, sigma = 1, kappa = 0.6: + fails (ratio 3/4), - passes (0): E g = (3 + 2)/2, not 3",
    erratum="false",
    fix="SR2.A3.noise.fix",
    falls="E g = grad f for the samples that the test lets pass; it stays where the batch size does not depend on g",
)
class Unbiased:
    r"""Where a sample that fails $|f(x + s) - f(x) - \langle g, s\rangle| \le \kappa_m |s|^2$ is enlarged (here to all of
    $f_i = \frac{x^2}{2} \pm b x$), $\mathbb{E}\, g = \nabla f(x)$ still."""

    def cases(self, rng: Any, size: int) -> Case:
        x, b = np.round(rng.uniform(-4, 4, size)), rng.choice([0.5, 1.0, 2.0], size)
        return {"x": x, "b": b, "sigma": rng.choice([1.0, 2.0], size), "kappa": rng.choice([0.5, 0.6, 1.0], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        apart = xp.both(case["x"] + case["b"] != 0, case["x"] - case["b"] != 0)
        positive = xp.both(xp.both(case["sigma"] > 0, case["kappa"] >= xp.constant("0.5")), case["b"] > 0)
        return xp.both(apart, positive)

    def margin(self, case: Case, xp: Any) -> Any:
        total = 0 * case["x"]
        for b in (case["b"], -case["b"]):
            passes = noisy_ratio(b, case["x"], case["sigma"], xp) <= case["kappa"]
            total = total + xp.where(passes, case["x"] + b, case["x"])
        return -xp.abs(total / 2 - case["x"])


def noise(p: Any) -> Any:
    """e = the error with the full gradient, q = |grad f - g|, u = |s|, z = <grad f - g, s>."""
    L, u, q, e, z, theta = variables(p, "L>= u>= q>= e z theta")
    p.assume(e <= L / 2 * u * u, e >= -L / 2 * u * u, z <= q * u, z >= -q * u, q <= theta * u)
    return p.conj(e + z <= (L / 2 + theta) * u * u, e + z >= -(L / 2 + theta) * u * u)


@claim(
    "SR2.A3.noise.fix",
    place="Assumption 3",
    expected="unrefuted",
    why="attained by noise along s; with theta/2 for theta it fails there",
)
class NoiseFix(Moves):
    r"""$|f(x + s) - f(x) - \langle g, s\rangle| \le (\frac L2 + \theta) |s|^2$ where $|\nabla f(x) - g| \le \theta |s|$; so
    Assumption 3 holds with $\kappa_m = \frac L2 + \theta$ if the noise is at most $\theta$ times the step, at every iteration.
    ($\theta$ is taken as the least number.) Interpolation does not suffice for $d \ge 2$."""

    complete_proof = False
    samples = 2
    smooth = SMOOTH

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = Moves.cases(self, rng, size, without)
        along = (case["b"][:, 0] * np.sign(case["s"][:, :1])) * (rng.random((size, 1)) < 0.5)
        return case | {"s": np.where(np.any(along != 0, axis=1, keepdims=True), along, case["s"])}

    def margin(self, case: Case, xp: Any) -> Any:
        loss, size = Samples(case), xp.norm(case["s"], axis=-1)
        rest = xp.norm(loss.gradient(case["x"], -1, xp) - loss.gradient(case["x"], 0, xp), axis=-1)
        return case["L"] / 2 * size * size + rest * size - error(case, 0, xp)

    def bound(self, case: Case, xp: Any) -> Any:
        size, loss = xp.norm(case["s"], axis=-1), Samples(case)
        slopes = xp.norm(loss.gradient(case["x"], 0, xp), axis=-1) + xp.norm(loss.gradient(case["x"], -1, xp), axis=-1)
        return case["L"] * size * (size + xp.norm(case["x"], axis=-1)) + slopes * size

    def proof(self) -> list[Lemma]:
        return [Lemma("by Cauchy and Schwarz, from SR2.A3.exact", noise)]


def trivial(p: Any) -> Any:
    step, gap, value, low = p.positive("lam"), p.nonnegative("gap"), p.real("R"), p.real("low")
    p.assume(value >= low)
    return gap / (2 * step) + value >= low


@claim(
    "SR2.A4.trivial",
    place="Assumption 4",
    expected="proved",
    why="fails for -lam x^2, which is not bounded below, as soon as that kind is drawn",
)
class Trivial:
    r"""If $R \ge r$ everywhere, $\inf_w \frac{1}{2\lambda} |x - w|^2 + R(w) \ge r$ for every $x$ and every $\lambda > 0$, so
    Assumption 4 holds with any $\lambda$."""

    vectors = ("x", "w")

    def cases(self, rng: Any, size: int) -> Case:
        case = draw_problem(rng, size, samples=1, kinds=BOUNDED)
        w = np.where(rng.random((size, 1)) < 0.3, 0.0, rng.normal(size=case["x"].shape) * 3)
        return {n: case[n] for n in ("x", "kind", "lam")} | {"w": w, "step": log_uniform(rng, 1e-3, 1e3, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["lam"] > 0, case["step"] > 0), case["kind"] < 4)

    def margin(self, case: Case, xp: Any) -> Any:
        gap = case["x"] - case["w"]
        return xp.dot(gap, gap) / (2 * case["step"]) + xp.sum(Mixed(case, xp)._value(case["w"], xp), axis=-1)

    def proof(self) -> list[Lemma]:
        return [Lemma("the square is not negative", trivial)]


def moved(p: Any) -> Any:
    """A coordinate: x and z are two points, short < long two steps."""
    w, x, z = p.reals("w x z")
    short, gap = p.positive("short"), p.positive("gap")
    long = short + gap
    total = (w - z) * (w - z) / (2 * short) + (x - z) * (x - z) / (2 * gap) - (w - x) * (w - x) / (2 * long)
    root = gap * (w - z) + short * (x - z)
    return total * (2 * short * gap * long) == root * root


@claim(
    "SR2.A4.sharp",
    place="Assumption 4",
    expected="proved",
    why="with lambda for lambda - lambda' in the second term it fails",
)
class Independent:
    r"""The threshold does not depend on $x$, so Assumption 4 adds nothing to prox-boundedness: for $\lambda' < \lambda$,
    $\frac{|w - z|^2}{2\lambda'} + R(w) \ge \inf_v (\frac{|v - x|^2}{2\lambda} + R(v)) - \frac{|x - z|^2}{2 (\lambda -
    \lambda')}$, for all $w, x, z$ (checked: the inequality between the squares)."""

    vectors = ("w", "x", "z")

    def cases(self, rng: Any, size: int) -> Case:
        points = {n: rng.normal(size=(size, 2)) * log_uniform(rng, 0.1, 10.0, (size, 1)) for n in ("w", "x", "z")}
        short, gap = log_uniform(rng, 1e-2, 1e2, size), log_uniform(rng, 1e-2, 1e2, size)
        tie = points["z"] - (short / gap)[:, None] * (points["x"] - points["z"])
        points["w"] = np.where(rng.random((size, 1)) < 0.5, tie, points["w"])
        return points | {"short": short, "gap": gap}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["short"] > 0, case["gap"] > 0)

    def parts(self, case: Case, xp: Any) -> tuple[Any, Any, Any]:
        w, x, z = case["w"], case["x"], case["z"]
        long = case["short"] + case["gap"]
        near = xp.dot(w - z, w - z) / (2 * case["short"])
        return near, xp.dot(x - z, x - z) / (2 * case["gap"]), xp.dot(w - x, w - x) / (2 * long)

    def margin(self, case: Case, xp: Any) -> Any:
        near, paid, far = self.parts(case, xp)
        return near + paid - far

    def bound(self, case: Case, xp: Any) -> Any:
        near, paid, far = self.parts(case, xp)
        return near + paid + far

    def proof(self) -> list[Lemma]:
        return [Lemma("a square, a coordinate at a time", moved)]
