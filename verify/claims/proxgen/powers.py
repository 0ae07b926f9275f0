"""Section 4: the derivative of |theta|^q, and what a subgradient step does near 0."""

from __future__ import annotations

from typing import Any

import numpy as np
import z3

from verify.claims.proxgen.setting import short
from verify.evidence import Case, Lemma, claim
from verify.evidence.chain import Chain
from verify.evidence.draw import log_uniform, uniform
from verify.evidence.margins import relative


def slope(x: Any, q: Any, xp: Any) -> Any:
    """q x^(q-1), x > 0."""
    return q * xp.power(x, q - 1)


def secants(p: Any) -> Any:
    """q = 1/2, x = s^2, y = r^2: the secant's slope 1/(s + r) is between the derivatives 1/(2r) and 1/(2s)."""
    s, r = p.positive("s"), p.positive("r")
    p.assume(s < r)
    secant = (r - s) / (r * r - s * s)
    return p.conj(secant <= 1 / (2 * s), secant >= 1 / (2 * r))


@claim(
    "PG.S4.grad",
    place="Sect. 4",
    expected="unrefuted",
    why="|theta|^{q-1} without the factor q, or q for q - 1, fails; the sign is missing in the print",
)
class Magnitude:
    r"""For $0 < q \le 1$ and $\theta \ne 0$ the derivative of $|\theta|^q$ has the magnitude $q |\theta|^{q-1}$, which tends to
    infinity at $0$ for $q < 1$: for $0 < x < y$ the slope of the secant is between $q y^{q-1}$ and $q x^{q-1}$. It exceeds $1$,
    the slope of $l_1$, exactly for $|\theta| < q^{1/(1-q)}$ ($1/4$ for $q = 1/2$, $8/27$ for $2/3$)."""

    complete_proof = False

    def cases(self, rng: Any, size: int) -> Case:
        x = log_uniform(rng, 1e-6, 10.0, size)
        return {"q": rng.choice([0.1, 0.5, 0.9, 0.25, 0.75], size), "x": x, "y": x * (1 + uniform(rng, 0.01, 5.0, size))}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(case["q"] > 0, case["q"] < 1)
        return xp.both(fine, xp.both(case["x"] > 0, case["y"] > case["x"]))

    def margin(self, case: Case, xp: Any) -> Any:
        q, x, y = case["q"], case["x"], case["y"]
        secant = (xp.power(y, q) - xp.power(x, q)) / (y - x)
        at_x, at_y = slope(x, q, xp), slope(y, q, xp)
        between = xp.minimum((at_x - secant) / at_x, (secant - at_y) / at_x)
        steep, near = at_x - 1, xp.power(q, 1 / (1 - q)) - x
        return xp.minimum(between, relative(steep * near, at_x * x, xp))

    def proof(self) -> list[Lemma]:
        return [Lemma("the secants of the square root", secants)]


class Pairs:
    """q < q', and |theta| at, around and away from where their slopes cross."""

    def cases(self, rng: Any, size: int) -> Case:
        q = rng.choice([0.1, 0.25, 0.5, 0.75, 0.9, 1.0], (size, 2))
        return {"q": q.min(axis=1), "other": q.max(axis=1), "x": rng.choice([0.5, 0.25, 0.1, 0.01, 1e-3], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(xp.both(case["q"] > 0, case["other"] > case["q"]), case["other"] <= 1)
        return xp.both(fine, xp.both(case["x"] > 0, case["x"] < 1))

    def gap(self, case: Case, xp: Any) -> Any:
        return slope(case["x"], case["q"], xp) - slope(case["x"], case["other"], xp)


@claim(
    "PG.S4.grad.order",
    place="Sect. 4, of Figures 2 and 3 (b, c)",
    form="own",
    expected="refuted",
    why="theta = 1/4: q = 1/2 has the slope 1, q = 1/4 has 0.71; for any theta the slope tends to 0 as q does",
    erratum="gap",
    fix="PG.S4.grad.order.fix",
    falls='nothing that is printed: the text says "tiny" theta, and as a law for tiny theta it is right for every pair of q',
)
class Order(Pairs):
    r"""The magnitude $q |\theta|^{q-1}$ grows as $q$ falls wherever $|\theta| < 1$. (It rises with $q$ while $q <
    1/\ln(1/|\theta|)$.)"""

    def margin(self, case: Case, xp: Any) -> Any:
        return self.gap(case, xp)


def crossing() -> Chain:
    """s = q x^(q-1), s' = q' x^(q'-1), y = x^(q'-q); tau is where y = q/q'."""
    c = Chain()
    q, other, s, rest, y, x, tau = (z3.Real(n) for n in ("q", "q'", "x^(q-1)", "x^(q'-1)", "x^(q'-q)", "x", "tau"))
    c.assume(q > 0, other > q, s > 0, x > 0, y > 0, tau > 0)
    powers = c.given("x^(q-1) x^(q'-q) = x^(q'-1)", rest == s * y)
    rises = c.given("x^(q'-q) is strictly increasing in x", (x < tau) == (y * other < q))
    c.prove("where they cross", (q * s > other * rest) == (x < tau), powers, rises, mutant=(q * s > rest) == (x < tau))
    return c


@claim(
    "PG.S4.grad.order.fix",
    place="Sect. 4, of Figures 2 and 3 (b, c)",
    expected="proved",
    why="(q/q')^{q'-q} for (q/q')^{1/(q'-q)} fails",
)
class Tiny(Pairs):
    r"""For $0 < q < q' \le 1$ the derivative of $|\theta|^q$ is larger than that of $|\theta|^{q'}$ exactly for $|\theta| <
    (q/q')^{1/(q'-q)}$: $(3/4)^6 = 0.178$ for $1/2$ and $2/3$, $8/27$ for $2/3$ and $1$. So for tiny $\theta$ it grows as $q$
    falls, as the text has it."""

    def crossing(self, case: Case, xp: Any) -> Any:
        return xp.power(case["q"] / case["other"], 1 / (case["other"] - case["q"]))

    def cases(self, rng: Any, size: int) -> Case:
        case = Pairs.cases(self, rng, size)
        with np.errstate(divide="ignore"):
            at = (case["q"] / case["other"]) ** (1 / (case["other"] - case["q"]))
        anywhere, close = log_uniform(rng, 1e-4, 0.999, size), at * rng.choice([0.999, 1.001], size)
        return case | {"x": np.where(rng.random(size) < 0.5, anywhere, close)}

    def margin(self, case: Case, xp: Any) -> Any:
        q, other, x, at = case["q"], case["other"], case["x"], self.crossing(case, xp)
        return relative(self.gap(case, xp) * (at - x), (slope(x, q, xp) + slope(x, other, xp)) * (at + x), xp)

    def proof(self) -> Chain:
        return crossing()


def jump_half(p: Any) -> Any:
    """x = s^2."""
    s, c = p.positive("s"), p.positive("c")
    step = c / (2 * s)
    return (p.xp.abs(s * s - step) > s * s) == (4 * s * s * s < c)


def jump_third(p: Any) -> Any:
    """x = s^3."""
    s, c = p.positive("s"), p.positive("c")
    step = 2 * c / (3 * s)
    return (p.xp.abs(s * s * s - step) > s * s * s) == (3 * s * s * s * s < c)


def jump_one(p: Any) -> Any:
    x, c = p.positive("x"), p.positive("c")
    return (p.xp.abs(x - c) > x) == (2 * x < c)


def unbounded(p: Any) -> Any:
    """c q x^(q-1) = k/r with r = x^(1-q)."""
    k, r, bound = p.positive("k"), p.positive("r"), p.positive("B")
    p.assume(r * bound < k)
    return k / r > bound


def proximal(p: Any) -> Any:
    """From line 8 at y against 0, R(0) = 0: y moves by at most |z|."""
    y, z, t, R = p.real("y"), p.real("z"), p.positive("t"), p.nonnegative("R(y)")
    p.assume((y - z) * (y - z) / 2 + t * R <= z * z / 2)
    return p.xp.abs(y - z) <= p.xp.abs(z)


@claim(
    "PG.S4.jump",
    place="Sect. 4, subgradient methods",
    form="own",
    expected="proved",
    why="c q for c q/2 fails; for q = 1 the jump is at most c, for q < 1 it has no bound",
)
class Jump:
    r"""Why subgradients struggle: from $x > 0$ the step $x - c q x^{q-1}$ ($c = \alpha \lambda$, $q \in \{1/2, 2/3, 1\}$)
    ends farther from $0$ than it began exactly for $x^{2-q} < c q/2$; where they are equal it is a 2-cycle. The length $c q
    x^{q-1}$ has no bound for $q < 1$, so (C-3)(i) fails, while the proximal step moves by at most $|z|$
    for any $R \ge R(0)$."""

    def cases(self, rng: Any, size: int) -> Case:
        q, c = rng.choice([0.5, 2 / 3, 1.0], size), short(rng, 1e-3, 10.0, size)
        tie = (c * q / 2) ** (1 / (2 - q))
        return {"q": q, "c": c, "x": tie * np.where(rng.random(size) < 0.2, 1.0, log_uniform(rng, 1e-3, 1e2, size))}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["q"] > 0, case["q"] <= 1), xp.both(case["c"] > 0, case["x"] > 0))

    def margin(self, case: Case, xp: Any) -> Any:
        q, c, x = case["q"], case["c"], case["x"]
        power = xp.power(x, 2 - q)
        farther = xp.abs(x - c * q * x / power) - x
        near = c * q / 2 - power
        return relative(farther * near, (x + c * q * x / power) * (c * q + power), xp)

    def proof(self) -> list[Lemma]:
        powers = [Lemma("q = 1/2", jump_half), Lemma("q = 2/3", jump_third), Lemma("q = 1", jump_one)]
        return [*powers, Lemma("the length has no bound", unbounded), Lemma("the proximal step's has", proximal)]
