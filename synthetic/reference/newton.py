"""Newton's method on the manifold, for any penalty with a prox: R runs at once, systems solved by conjugate gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic.reference.flat import Flat

ITERATIONS = 300


def newton_step(flat: Flat, x: Any, trying: Any, t: Any) -> Any:
    """One prox-gradient step from x, then one Newton step for Robinson's normal map at the point z before its prox.

    With y = prox_t(z), F(z) = grad f(y) + (z - y)/t vanishes where y is stationary. Its derivative is H P + (I - P)/t with H
    the Hessian of f at y and P the derivative of prox at z, which is symmetric and, on the free coordinates of y, equal to
    (I + t Hess R)^{-1}; the system P (H P + (I - P)/t) s = -P F(z) is therefore symmetric, and s moves y along its manifold by
    P s with (H + Hess R) P s = -(grad f + grad R). P is applied by differences of the prox itself, so that no penalty has to
    tell its second derivative. t (R,) may exceed 1/L: a large one sends groups to 0 that are small and about to vanish. Only
    the runs in the condition ``trying`` (R,) take the second step.
    """
    step = t[:, None]
    z = x - step * flat.gradient(x)
    y = flat.prox(z, t)
    free = flat.free(y) & trying[:, None]
    largest = np.max(np.abs(z), axis=1, keepdims=True)

    def derivative(v: Any) -> Any:
        size = np.max(np.abs(v), axis=1, keepdims=True)
        h = 1e-6 * np.where(largest > 0, largest, 1) / np.where(size > 0, size, 1)
        return np.where(free, (flat.prox(z + h * v, t) - flat.prox(z - h * v, t)) / (2 * h), 0)

    def system(v: Any) -> Any:
        moved = derivative(v)
        return derivative(np.where(free, flat.product(y, moved) + (v - moved) / step, 0))

    F = np.where(free, flat.gradient(y) + (z - y) / step, 0)
    size = np.linalg.norm(F, axis=1, keepdims=True) / np.where(flat.scale > 0, flat.scale, 1)[:, None]
    accuracy = np.clip(np.sqrt(size), 1e-6, 0.1)
    return flat.prox(z + conjugate_gradients(system, -derivative(F), accuracy), t)


def conjugate_gradients(system: Any, b: Any, accuracy: Any) -> Any:
    """x (R, D) with |system(x) - b| <= accuracy |b|, accuracy (R, 1); a run stops where the system bends down."""
    x, r = np.zeros_like(b), b
    p, rho = r, _dot(r, r)
    goal = accuracy**2 * rho
    going = rho > 0
    for _ in range(ITERATIONS):
        q = system(p)
        bend = _dot(p, q)
        going = going & (bend > 0)
        if not going.any():
            break
        step = np.where(going, rho / np.where(going, bend, 1), 0)
        x, r = x + step * p, r - step * q
        new = _dot(r, r)
        p = r + np.where(going, new / np.where(rho > 0, rho, 1), 0) * p
        rho, going = new, going & (new > goal)
    return x


def _dot(a: Any, b: Any) -> Any:
    return np.einsum("ri,ri->r", a, b)[:, None]
