"""Section 1: iterates against their limit's support."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import mostly, vectors


class Supports:
    """x near or far from x*, with zeros of its own."""

    vectors = ("x", "x_star")

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        x_star = mostly(rng, vectors(rng, size, 3), 0.0, 0.3)
        away = (
            rng.choice([0.3, 1.0], (size, 1))
            * rng.uniform(-1, 1, (size, 3))
            * np.min(np.abs(x_star) + 9 * (x_star == 0), axis=1)[:, None]
        )
        x = x_star + away
        x = np.where(rng.random((size, 3)) < (0.5 if without else 0.05), 0.0, x)
        return {"x": x, "x_star": x_star}

    def margin(self, case: Case, xp: Any) -> Any:
        on = xp.where(case["x"] == 0, 0, 1) - xp.where(case["x_star"] == 0, 0, 1)
        return xp.sum(on, axis=-1)


def nearness(case: Case, xp: Any) -> Any:
    """min over the support of |x*_i|, less max |x_i - x*_i|."""
    size = xp.abs(case["x_star"])
    far = xp.max(xp.abs(case["x"] - case["x_star"]), axis=-1)
    return -xp.max(xp.where(size == 0, far[..., None] * 0 - far[..., None] - 1, -size), axis=-1) - far


@claim(
    "RMDA.S1.sparser",
    place="Section 1",
    expected="proved",
    why="with <= for <, x = 0 against x* = 1 refutes it",
)
class NotSparser(Supports):
    r"""Iterates that converge to $x^*$ are not sparser than it, once $\max_i |x_i - x^*_i| < \min_{x^*_i \ne 0} |x^*_i|$:
    then $x_i \ne 0$ where $x^*_i \ne 0$. Sharp, at equality $x_i = 0$ is possible. (So a method that identifies gives at
    least as many zeros as others with the same limit, not more: prox-SGD with gradients below $\lambda$ has as many. And at
    $c_t < 1$ RMDA's $W_t$ has fewer. Not for all $t$: $x_0 = 0$.)"""

    near = Hypothesis(r"$\max_i |x_i - x^*_i| < \min_{x^*_i \ne 0} |x^*_i|$", nearness, strict=True)

    def proof(self) -> list[Lemma]:
        def build(p: Any) -> Any:
            x, star, far = p.real("x_i"), p.real("x*_i"), p.real("far")
            p.assume(star != 0, p.xp.abs(x - star) <= far, far < p.xp.abs(star))
            return x != 0

        return [Lemma("a coordinate of the support", build)]
