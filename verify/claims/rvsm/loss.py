"""Equations (5) and (13): the population loss and its gradient, and (ours) its Hessian."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rvsm import plane
from verify.claims.rvsm.setting import directions, starts
from verify.evidence import Case, claim
from verify.evidence.draw import integers, log_uniform, mostly
from verify.evidence.margins import column
from verify.losses import NoOverlapReLU, angle, relu_kernel

VECTORS = ("w_star", "w")


def points(rng: Any, size: int, d: int = 5, zeros: float = 0.0) -> Case:
    """Weights of all norms and angles to w*, a hundredth part (or none) of them 0, and k from 1 to 1000."""
    w_star = directions(rng, size, d)
    norm = np.where(rng.random(size) < 0.5, 1.0, log_uniform(rng, 1e-3, 1e3, size)) * np.linalg.norm(w_star, axis=1)
    w = starts(rng, w_star, mostly(rng, norm, 0.0, zeros))
    return {"k": integers(rng, 1, 1000, size), "w_star": w_star, "w": w}


def printed_loss(case: Case, xp: Any) -> Any:
    """Eq. (5), as printed."""
    k, w, v = case["k"], case["w"], case["w_star"]
    b = (k * k - k) / (2 * xp.pi)
    a = b + k / 2
    r, s = xp.norm(w, axis=-1), xp.norm(v, axis=-1)
    return (a * (r * r + s * s) - 2 * k * relu_kernel(w, v, xp) - 2 * b * r * s) / (k * k)


def printed_gradient(case: Case, xp: Any) -> Any:
    """Eq. (13), as printed."""
    k, w, v = column(case["k"]), case["w"], case["w_star"]
    ratio = xp.norm(v, axis=-1, keepdims=True) / xp.norm(w, axis=-1, keepdims=True)
    theta = column(angle(w, v, xp))
    many = (k * k - k) / xp.pi
    radial = k + many - k / xp.pi * ratio * xp.sin(theta) - many * ratio
    return (radial * w - k / xp.pi * (xp.pi - theta) * v) / (k * k)


@claim(
    "RVSM.E5",
    place="Eq. 5",
    expected="unrefuted",
    why="a = b + k, b = k^2 - k/(2 pi), or g once instead of twice, misses the definition at once; so does sum pooling, by k^2",
)
class Loss:
    r"""With average pooling over $k \ge 1$ independent patches, $E[(L(x; w) - L(x; w^*))^2] = \frac{1}{k^2}[a(|w|^2 +
    |w^*|^2) - 2k\, g(w, w^*) - 2b |w| |w^*|]$, $b = \frac{k^2 - k}{2\pi}$, $a = b + \frac{k}{2}$, in every dimension, $w = 0$
    included. Checked against quadrature of the definition, to $10^{-12}(|w|^2 + |w^*|^2)$ as printed and to $10^{-11}$ of its
    own value, however close $w$ is to $w^*$, as the package computes it."""

    vectors = VECTORS

    def cases(self, rng: Any, size: int) -> Case:
        return points(rng, size, zeros=0.01)

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["k"] >= 1, xp.any(case["w_star"] != 0, axis=-1))

    def margin(self, case: Case, xp: Any) -> Any:
        w, v, k = case["w"], case["w_star"], case["k"]
        defined = plane.loss(plane.plane(w, v, xp), k, xp)
        size = xp.sum(w * w, axis=-1) + xp.sum(v * v, axis=-1)
        printed = xp.constant("1e-12") - xp.abs(printed_loss(case, xp) - defined) / size
        error = xp.abs(NoOverlapReLU(k, v).value(w, xp) - defined) / xp.where(defined > 0, defined, xp.full_like(defined, 1))
        return xp.minimum(printed, xp.constant("1e-11") - error)


@claim(
    "RVSM.E13",
    place="Eq. 13",
    expected="unrefuted",
    why="half of it (the gradient of f/2), no sine, or theta for pi - theta, misses the definition at once",
)
class Gradient:
    r"""$\nabla f(w) = \frac{1}{k^2} [(k + \frac{k^2 - k}{\pi} - \frac{k}{\pi} \frac{|w^*|}{|w|} \sin\theta - \frac{k^2 -
    k}{\pi} \frac{|w^*|}{|w|}) w - \frac{k}{\pi} (\pi - \theta) w^*]$ for $w \ne 0$, $k \ge 1$, every dimension, $\theta = 0$
    and $\pi$ included: the gradient of $f$ itself, with no factor 2 missing. Checked against the derivative of the definition
    under the integral sign, to $10^{-12}(|w| + |w^*|)$ as printed and to $10^{-11} |w - w^*|$ as the package computes it."""

    vectors = VECTORS

    def cases(self, rng: Any, size: int) -> Case:
        return points(rng, size)

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["k"] >= 1, xp.any(case["w"] != 0, axis=-1))

    def margin(self, case: Case, xp: Any) -> Any:
        w, v, k = case["w"], case["w_star"], case["k"]
        p = plane.plane(w, v, xp)
        along, across = plane.gradient(p, k, xp)
        defined = column(along) * p.e + column(across) * p.n
        size = xp.norm(w, axis=-1) + xp.norm(v, axis=-1)
        printed = xp.constant("1e-12") - xp.norm(printed_gradient(case, xp) - defined, axis=-1) / size
        apart = xp.norm(w - v, axis=-1)
        error = xp.norm(NoOverlapReLU(k, v).gradient(w, xp) - defined, axis=-1)
        return xp.minimum(printed, xp.constant("1e-11") - error / xp.where(apart > 0, apart, xp.full_like(apart, 1)))


@claim(
    "RVSM.E5.hessian",
    place="derivative of Eq. 13",
    expected="unrefuted",
    form="own",
    why="(k/pi) sin theta in the angular eigenvalue, or no mixed sign, misses the difference quotient by far",
)
class Hessian:
    r"""For $w \ne 0$ the Hessian of $f$ has the eigenvalue $2a/k^2$ along $w$, $\frac{1}{k^2}[2a - \frac{|w^*|}{|w|}(2b +
    \frac{2k}{\pi} \sin\theta)]$ along the rest of the plane of $w$ and $w^*$, and $\frac{1}{k^2}[2a - \frac{|w^*|}{|w|}(2b +
    \frac{k}{\pi} \sin\theta)]$ across it. Checked against $(\nabla f(w + hv) - \nabla f(w - hv))/(2h)$ with $h = 10^{-6}
    |w|$, to $10^{-5}(1 + |w^*|/|w|)$."""

    vectors = (*VECTORS, "v")

    def cases(self, rng: Any, size: int) -> Case:
        case = points(rng, size)
        v = rng.normal(size=case["w"].shape) * ((case["w"] != 0) | (case["w_star"] != 0))
        v = np.where((rng.random(size) < 0.3)[:, None] | ~v.any(axis=1, keepdims=True), case["w"], v)
        return case | {"v": v / np.linalg.norm(v, axis=1, keepdims=True)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["k"] >= 1, xp.any(case["w"] != 0, axis=-1))

    def margin(self, case: Case, xp: Any) -> Any:
        w, v = case["w"], case["v"]
        loss = NoOverlapReLU(case["k"], case["w_star"])
        eigenvalues = loss.hessian_eigenvalues(w, xp)
        r, s = xp.norm(w, axis=-1), xp.norm(case["w_star"], axis=-1)
        p = plane.plane(w, case["w_star"], xp)
        u, t = w / column(r), (column(p.x) * p.n - column(p.y) * p.e) / column(r)
        parts = column(xp.dot(u, v)) * u, column(xp.dot(t, v)) * t
        product = column(eigenvalues.radial) * parts[0] + column(eigenvalues.angular) * parts[1]
        product = product + column(eigenvalues.across) * (v - parts[0] - parts[1])
        h = column(r) * xp.constant("1e-6")
        quotient = (loss.gradient(w + h * v, xp) - loss.gradient(w - h * v, xp)) / (2 * h)
        return xp.constant("1e-5") * (1 + s / r) - xp.norm(quotient - product, axis=-1)

    def bound(self, case: Case, xp: Any) -> Any:
        return 1 + xp.norm(case["w_star"], axis=-1) / xp.norm(case["w"], axis=-1)
