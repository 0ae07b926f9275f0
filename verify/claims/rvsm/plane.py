"""Expectations over Gaussian inputs from their definition: polar coordinates in the plane of two weights, then quadrature.

Only the two components of x in that plane matter, x = rho (cos t, sin t) with density rho exp(-rho^2/2)/(2 pi): the radial
integrals are numbers and the angular ones are done by Gauss-Legendre on arcs where no relu has its kink. Nothing here knows
the closed forms that it is used to check.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)


class Plane(NamedTuple):
    """v = (s, 0), w = (x, y) with y >= 0, and w - v = (x - s, y) with digits kept, in the frame (e, n) of the plane."""

    s: Any
    x: Any
    y: Any
    gap: Any
    e: Any
    n: Any


def plane(w: Any, v: Any, xp: Any) -> Plane:
    """The frame of w and v, over the last axis; v = 0 leaves e = 0 and all of w to n."""
    s = xp.norm(v, axis=-1, keepdims=True)
    e = v / xp.where(s > 0, s, xp.full_like(s, 1))
    apart = w - v
    near = xp.norm(apart, axis=-1, keepdims=True) < xp.norm(w, axis=-1, keepdims=True)
    part = xp.where(near, apart, w)
    along = xp.dot(part, e)[..., None]
    across = part - along * e
    across = across - xp.dot(across, e)[..., None] * e
    y = xp.norm(across, axis=-1, keepdims=True)
    n = across / xp.where(y > 0, y, xp.full_like(y, 1))
    gap = xp.where(near, along, along - s)
    return Plane(s[..., 0], xp.where(near, s + along, along)[..., 0], y[..., 0], gap[..., 0], e, n)


def arcs(p: Plane, xp: Any) -> Iterator[tuple[str, Any, Any, Any]]:
    """(which relus are active, cos t, sin t, dt) on each of the three arcs; the nodes are a new last axis."""
    turn = xp.atan2(p.y, p.x)
    quarter = xp.zeros_like(turn) + xp.pi / 2
    for active, start, stop in (
        ("v", -quarter, turn - quarter),
        ("wv", turn - quarter, quarter),
        ("w", quarter, turn + quarter),
    ):
        half = ((stop - start) / 2)[..., None]
        t = ((stop + start) / 2)[..., None] + half * NODES
        yield active, xp.cos(t), xp.sin(t), half * WEIGHTS


def kernel(p: Plane, xp: Any) -> Any:
    """E[relu(w.x) relu(v.x)]: the radial integral of rho^3 exp(-rho^2/2) is 2."""
    total = 0
    for active, c, s, dt in arcs(p, xp):
        if active == "wv":
            total = xp.sum((p.x[..., None] * c + p.y[..., None] * s) * p.s[..., None] * c * dt, axis=-1) / xp.pi
    return total


def _difference(p: Plane, active: str, c: Any, s: Any) -> Any:
    """relu(w.x) - relu(v.x) at rho = 1."""
    if active == "wv":
        return p.gap[..., None] * c + p.y[..., None] * s
    return p.x[..., None] * c + p.y[..., None] * s if active == "w" else -p.s[..., None] * c


def loss(p: Plane, k: Any, xp: Any) -> Any:
    """E[(mean over k independent patches of relu(w.x) - relu(v.x))^2] = E[D^2]/k + (1 - 1/k) E[D]^2."""
    square, mean = 0, 0
    for active, c, s, dt in arcs(p, xp):
        d = _difference(p, active, c, s)
        square = square + xp.sum(d * d * dt, axis=-1) / xp.pi
        mean = mean + xp.sum(d * dt, axis=-1)
    return square / k + (k - 1) * (mean * mean / (8 * xp.pi)) / k


def gradient(p: Plane, k: Any, xp: Any) -> tuple[Any, Any]:
    """Its gradient in w, along e and n, differentiated under the integral: (2/k)(E[D 1 x] + (k - 1) E[D] E[1 x])."""
    mean, moment, active_mean = 0, [0, 0], [0, 0]
    for active, c, s, dt in arcs(p, xp):
        d = _difference(p, active, c, s)
        mean = mean + xp.sum(d * dt, axis=-1)
        if "w" in active:
            for i, t in enumerate((c, s)):
                moment[i] = moment[i] + xp.sum(d * t * dt, axis=-1) / xp.pi
                active_mean[i] = active_mean[i] + xp.sum(t * dt, axis=-1)
    both = [2 * (m + (k - 1) * mean * a / (8 * xp.pi)) / k for m, a in zip(moment, active_mean, strict=True)]
    return both[0], both[1]
