"""Lemma 1: the closed form of E[relu(u.x) relu(v.x)]."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rvsm import plane
from verify.claims.rvsm.setting import directions, starts
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform, mostly
from verify.losses import relu_kernel


def product_to_sum(p: Any) -> Any:
    """2 cos t cos(t - th) = cos th + cos(2t - th)."""
    c, s, cos, sin = p.reals("c s cos sin")
    p.assume(c * c + s * s == 1, cos * cos + sin * sin == 1)
    return 2 * c * (c * cos + s * sin) == cos + (c * c - s * s) * cos + 2 * s * c * sin


def antiderivative(p: Any) -> Any:
    """t cos th + sin(2t - th)/2 between th - pi/2, where the sine is -sin th, and pi/2, where it is sin th."""
    theta, pi, cos, sin = p.reals("theta pi cos sin")
    upper, lower = pi / 2 * cos + sin / 2, (theta - pi / 2) * cos - sin / 2
    return upper - lower == sin + (pi - theta) * cos


@claim(
    "RVSM.L1",
    place="Lemma 1",
    expected="unrefuted",
    why="1/pi for 1/(2 pi), theta for pi - theta, or no sine misses the quadrature of the definition at once",
)
class Kernel:
    r"""For $x$ standard Gaussian, $E[\sigma(u \cdot x)\, \sigma(v \cdot x)] = \frac{1}{2\pi} |u| |v| (\sin\theta +
    (\pi - \theta) \cos\theta)$ with $\theta$ the angle of $u$ and $v$, in every dimension, $0$ when $u$ or $v$ is $0$.
    Checked to $10^{-12} |u| |v|$ against quadrature of the definition; the lemmas are the angular integral of the proof."""

    vectors = ("u", "v")
    complete_proof = False

    def cases(self, rng: Any, size: int) -> Case:
        v = directions(rng, size, 6)
        u = starts(rng, v, np.ones(size))
        u, v = (x * mostly(rng, log_uniform(rng, 1e-100, 1e100, (size, 1)), 0.0, 0.01) for x in (u, v))
        return {"u": u, "v": v}

    def margin(self, case: Case, xp: Any) -> Any:
        defined = plane.kernel(plane.plane(case["u"], case["v"], xp), xp)
        size = xp.norm(case["u"], axis=-1) * xp.norm(case["v"], axis=-1)
        error = xp.abs(relu_kernel(case["u"], case["v"], xp) - defined)
        return xp.constant("1e-12") - error / xp.where(size > 0, size, xp.full_like(size, 1))

    def proof(self) -> list[Lemma]:
        return [Lemma("the integrand is a sum", product_to_sum), Lemma("its integral over the overlap", antiderivative)]
