"""Lemma 3, part 1: where the loss is differentiable."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rvsm.loss import points
from verify.evidence import Case, Hypothesis, claim
from verify.evidence.draw import log_uniform
from verify.losses import NoOverlapReLU


def normalised(case: Case, xp: Any) -> NoOverlapReLU:
    """The loss with |w*| = 1, or w* = 0 where the case has it."""
    s = xp.norm(case["w_star"], axis=-1, keepdims=True)
    return NoOverlapReLU(case["k"], case["w_star"] / xp.where(s > 0, s, xp.full_like(s, 1)))


@claim(
    "RVSM.L3.diff",
    place="Lemma 3, part 1",
    expected="unrefuted",
    why="a kink smaller at k = 1, or a gradient with a wrong factor, leaves the remainder linear in |v|",
)
class Differentiable:
    r"""For $w^* \ne 0$, every $k \ge 1$ and dimension, $f$ is differentiable at $w$ if and only if $w \ne 0$. With $|w^*| =
    1$ and $b = \frac{k^2 - k}{2\pi}$, $a = b + \frac{k}{2}$: off $0$, $|f(w + v) - f(w) - \langle \nabla f(w), v \rangle| \le
    \frac{1}{k^2} \max(a, \frac{2b + 2k/\pi}{|w|}) |v|^2$ for $|v| \le |w|/2$; at $0$, $f(v) + f(-v) - 2f(0) \le
    -\frac{2}{\pi} |v| + \frac{2a}{k^2} |v|^2$, a kink in every direction, with equality for $v \perp w^*$."""

    vectors = ("w_star", "w", "v")
    star = Hypothesis(r"$w^* \ne 0$", lambda c, xp: xp.norm(c["w_star"], axis=-1), strict=True)

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = points(rng, size)
        v = rng.normal(size=case["w"].shape) * ((case["w"] != 0) | (case["w_star"] != 0))
        aligned = np.where(rng.random((size, 1)) < 0.5, case["w_star"], -case["w_star"])
        v = np.where(rng.random((size, 1)) < 0.2, aligned, v)
        v *= log_uniform(rng, 1e-4, 0.5, (size, 1)) / np.linalg.norm(v, axis=1, keepdims=True)
        if without == "star":
            case["w_star"] = np.zeros_like(v)
        return case | {"v": v * np.minimum(np.linalg.norm(case["w"], axis=1, keepdims=True), 1.0)}

    def domain(self, case: Case, xp: Any) -> Any:
        r, size = xp.norm(case["w"], axis=-1), xp.norm(case["v"], axis=-1)
        return xp.both(case["k"] >= 1, xp.both(size > 0, 2 * size <= r))

    def margin(self, case: Case, xp: Any) -> Any:
        w, v, k = case["w"], case["v"], case["k"]
        f = normalised(case, xp)
        b = (k * k - k) / (2 * xp.pi)
        a = b + k / 2
        size, r = xp.norm(v, axis=-1), xp.norm(w, axis=-1)
        remainder = xp.abs(f.value(w + v, xp) - f.value(w, xp) - xp.dot(f.gradient(w, xp), v))
        limit = xp.maximum(a, (2 * b + 2 * k / xp.pi) / r) * size * size / (k * k)
        second = f.value(v, xp) + f.value(-v, xp) - 2 * f.value(xp.zeros_like(v), xp)
        kink = 2 * a * size * size / (k * k) - 2 * size / xp.pi - second
        rounding = xp.constant("1e-15") * (1 + r * r)
        return xp.minimum((limit + rounding - remainder) / (limit + rounding), kink / size)
