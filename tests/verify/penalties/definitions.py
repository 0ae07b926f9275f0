"""The penalties from their definitions, in 100 digits, and their minimisers by brute force: no prox formula is known here."""

from __future__ import annotations

import mpmath
import numpy as np

mp = mpmath.MPContext()
mp.dps = 100


def _scad(x, lam, a):
    """The integral of Fan and Li's slope: lam, then (a lam - x)/(a - 1), then 0."""
    if x <= lam:
        return lam * x
    end = min(x, a * lam)
    return lam * lam + ((a - 1) ** 2 * lam * lam - (a * lam - end) ** 2) / (2 * (a - 1))


DEFINITIONS = {
    "Zero": lambda x: 0 * x,
    "L1": lambda x, lam: lam * x,
    "L2Squared": lambda x, lam: lam * x * x / 2,
    "ElasticNet": lambda x, lam, mu: lam * x + mu * x * x / 2,
    "L0": lambda x, lam: lam if x else 0 * lam,
    "L12": lambda x, lam: lam * mp.sqrt(x),
    "L23": lambda x, lam: lam * mp.cbrt(x * x),
    "Lq": lambda x, lam, q: lam * x**q if x else 0 * lam,
    "TransformedL1": lambda x, lam, a: lam * (a + 1) * x / (a + x),
    "MCP": lambda x, lam, gamma: lam * x - x * x / (2 * gamma) if x < gamma * lam else gamma * lam**2 / 2,
    "SCAD": _scad,
    "BinaryW": lambda x, lam, q: lam * mp.fabs(x - 1) ** q if q and x != 1 else (lam if x != 1 else 0 * lam),
    "NegativeAbs": lambda x, lam: -lam * x,
    "NegativeSquare": lambda x, lam: -lam * x * x,
}
KINKS = {
    "MCP": lambda lam, gamma: [gamma * lam],
    "SCAD": lambda lam, a: [lam, a * lam],
    "BinaryW": lambda lam, q: [mp.one],
}

TINY = mp.mpf("1e-300")
SCALE = [mp.mpf(d) for d in np.geomspace(1e-14, 1, 57)]
NEAR_ZERO = [mp.mpf(d) for d in np.geomspace(1e-34, 1e-14, 25)]


def objective(name, x, z, t, parameters):
    """(x - z)^2/2 + t R(x) for x, z >= 0."""
    return (x - z) ** 2 / 2 + t * DEFINITIONS[name](x, **parameters)


def minimiser(name, z, t, parameters):
    """The global minimiser over x >= 0 for z >= 0 (the smallest of several): kinks, and every local minimum on a grid, refined.

    All penalties here are even and the objective at x is no worse than at -x, so half the line is enough.
    """
    z, t = mp.mpf(z), mp.mpf(t)
    parameters = {n: mp.mpf(v) for n, v in parameters.items()}
    if "q" in parameters and abs(parameters["q"] - mp.mpf(2) / 3) < 1e-12 and name == "BinaryW":
        parameters["q"] = mp.mpf(2) / 3

    def value(x):
        return objective(name, x, z, t, parameters)

    corners = [mp.zero, z, *KINKS.get(name, lambda **_: [])(**parameters)]
    top = max([*corners, z * 2 + 1, abs(z) + t * parameters.get("lam", mp.one) * 2])
    if name == "NegativeSquare":
        top = max(top, 2 * z / (1 - 2 * parameters["lam"] * t))
    best = sorted((value(x), x) for x in corners)
    reach = [(k, max(k, z, TINY)) for k in corners]
    near = (k + s * d * size for k, size in reach for d in SCALE for s in (-1, 1))
    grid = sorted({mp.zero, top, *(x for x in (*(z * d for d in NEAR_ZERO), *near) if 0 <= x <= top)})
    values = [value(x) for x in grid]
    for i in range(1, len(grid) - 1):
        if values[i] <= values[i - 1] and values[i] <= values[i + 1]:
            x = _refine(value, grid[i - 1], grid[i + 1])
            best.append((value(x), x))
    lowest = min(v for v, _ in best)
    slack = mp.mpf(10) ** -90 * (abs(lowest) + z * z)
    return min(x for v, x in best if v <= lowest + slack), value


def _refine(value, low, high):
    """The stationary point between two points, by bisection on the slope of the definition, then Newton's method."""
    step = (high - low) * mp.mpf(10) ** -22

    def slope(x):
        return (value(x + step) - value(x - step)) / (2 * step)

    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    x = (low + high) / 2
    width = x * mp.mpf(10) ** -18 if x else step
    for _ in range(6):
        first = (value(x + width) - value(x - width)) / (2 * width)
        second = (value(x + width) - 2 * value(x) + value(x - width)) / width**2
        if second <= 0:
            break
        x = min(max(x - first / second, low), high)
    return x
