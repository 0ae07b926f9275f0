"""Section 4: the derivative of |theta|^q, and what a subgradient step does near 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.setting import short
from verify.evidence import Case, Lemma, claim
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


@claim(
    "PG.S4.grad.order",
    place="Sect. 4, Figure 1",
    expected="refuted",
    why="theta = 1/4: q = 1/2 has the slope 1, q = 1/4 has 0.71; for any theta the slope tends to 0 as q does",
    erratum="gap",
    fix="PG.S4.grad.order.fix",
    falls="the explanation as a law in q; between q = 1/2 and 2/3 it is right near 0",
)
class Order:
    r"""The magnitude $q |\theta|^{q-1}$ grows as $q$ falls (for $|\theta| < 1$). (It rises with $q$ while $q <
    1/\ln(1/|\theta|)$.)"""

    def cases(self, rng: Any, size: int) -> Case:
        q = rng.choice([0.1, 0.25, 0.5, 0.75, 0.9], (size, 2))
        return {"q": q.min(axis=1), "other": q.max(axis=1), "x": rng.choice([0.5, 0.25, 0.1, 0.01, 1e-3], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(xp.both(case["q"] > 0, case["other"] > case["q"]), case["other"] < 1)
        return xp.both(fine, xp.both(case["x"] > 0, case["x"] < 1))

    def margin(self, case: Case, xp: Any) -> Any:
        return slope(case["x"], case["q"], xp) - slope(case["x"], case["other"], xp)


def sixth_root(p: Any) -> Any:
    s = p.positive("s")
    half, third = 1 / (2 * s * s * s), 2 / (3 * s * s)
    return p.conj((half > third) == (4 * s < 3), (half == third) == (4 * s == 3))


@claim(
    "PG.S4.grad.order.fix",
    place="Sect. 4, Figure 1",
    expected="proved",
    why="(2/3)^6 for (3/4)^6 fails",
)
class HalfAndTwoThirds:
    r"""The derivative for $q = 1/2$ is larger than that for $q = 2/3$ exactly for $|\theta| < (3/4)^6 = 0.178$. (Written in
    $s = |\theta|^{1/6}$.)"""

    def cases(self, rng: Any, size: int) -> Case:
        return {"s": np.where(rng.random(size) < 0.1, 0.75, log_uniform(rng, 1e-2, 3.0, size))}

    def domain(self, case: Case, xp: Any) -> Any:
        return case["s"] > 0

    def margin(self, case: Case, xp: Any) -> Any:
        s = case["s"]
        gap = 1 / (2 * s) - 2 / xp.constant(3)
        return gap * (3 - 4 * s)

    def proof(self) -> list[Lemma]:
        return [Lemma("in the sixth root", sixth_root)]


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
    x^{q-1}$ has no bound for $q < 1$, so (C-3)(i) fails, while the proximal step moves by at most $|z|$."""

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
        return [Lemma("q = 1/2", jump_half), Lemma("q = 2/3", jump_third), Lemma("q = 1", jump_one)]
