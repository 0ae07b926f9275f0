"""Right prox maps with their penalties, as a user writes them: name -> (prox, value, arguments of check_prox)."""

from __future__ import annotations

from functools import cache

import numpy as np

from verify.penalties import MCP, SCAD, CardinalityBall, GroupL2, GroupMCP, SparseGroup
from verify.penalties import REGISTRY as PENALTIES


def soft(z, t, lam):
    return np.sign(z) * np.maximum(np.abs(z) - lam * t, 0)


def l1(x, lam):
    return lam * np.abs(x)


def hard(z, t, lam):
    return np.where(np.abs(z) > np.sqrt(2 * lam * t), z, 0 * z)


def l0(x, lam):
    return lam * (x != 0)


def mcp(z, t, lam, gamma):
    return MCP(lam, gamma).prox(z, t)


def mcp_value(x, lam, gamma):
    r = np.abs(x)
    return np.where(r < gamma * lam, lam * r - r**2 / (2 * gamma), gamma * lam**2 / 2)


def scad(z, t, lam, a):
    return SCAD(lam, a).prox(z, t)


def scad_value(x, lam, a):
    r = np.minimum(np.abs(x), a * lam)
    return np.where(r < lam, lam * r, lam**2 + ((a - 1) ** 2 * lam**2 - (a * lam - r) ** 2) / (2 * (a - 1)))


def box(z, t, upper=1.0):
    return np.minimum(np.maximum(z, -0.5), upper)


def box_value(x, upper=1.0):
    return np.where((x < -0.5) | (x > upper), np.inf, 0.0)


def block(z, t, lam):
    size = np.sqrt(np.sum(z * z))
    return z * max(1 - lam * t / size, 0) if size else 0 * z


def length(x, lam):
    return lam * np.sqrt(np.sum(x * x))


def rows(z, t, lam):
    size = np.linalg.norm(z, axis=1, keepdims=True)
    return z * np.maximum(1 - lam * t / np.where(size == 0, 1, size), 0).astype(z.dtype)


def row_lengths(x, lam):
    return lam * np.linalg.norm(x, axis=1).sum()


def singular(z, t, lam):
    u, s, v = np.linalg.svd(z, full_matrices=False)
    return (u * np.maximum(s - lam * t, 0).astype(z.dtype)) @ v


def nuclear(x, lam):
    return lam * np.linalg.svd(x, compute_uv=False).sum()


def simplex(z, t):
    s = np.sort(z)[::-1]
    excess = (np.cumsum(s) - 1) / np.arange(1, len(z) + 1)
    return np.maximum(z - excess[np.nonzero(s > excess)[0][-1]], 0).astype(z.dtype)


def simplex_value(x):
    return 0.0 if np.all(x >= -1e-9) and abs(x.sum() - 1) <= 1e-6 * max(1, np.abs(x).max()) else np.inf


def tolerated(x):
    """Whether x >= 0 within the tolerance that a value may have."""
    return np.all(x >= -1e-5 * (1 + np.abs(x).max()))


def ball(z, t):
    return z / max(1.0, np.linalg.norm(z) * (1 + 1e-7))


def ball_value(x):
    return 0.0 if np.linalg.norm(x) <= 1 else np.inf


def total_variation(z, t, lam):
    """In two dimensions: the mean stays, the difference is soft-thresholded."""
    mean, half = (z[0] + z[1]) / 2, (z[1] - z[0]) / 2
    half = np.sign(half) * max(abs(half) - lam * t, 0)
    return np.array([mean - half, mean + half], dtype=z.dtype)


def pseudo_huber(z, t):
    """The root of x + t x/sqrt(1 + x^2) = z, by bisection."""
    low, high = np.zeros(z.shape), np.abs(z).astype(np.float64)
    for _ in range(120):
        x = (low + high) / 2
        below = x + t * x / np.sqrt(1 + x * x) < np.abs(z)
        low, high = np.where(below, x, low), np.where(below, high, x)
    return np.copysign(high, z).astype(z.dtype)


LAM = {"lam": [0.1, 1.0]}
SETTINGS = {
    "Zero": {},
    "L1": {"lam": [0.3, 7.1, 0.0]},
    "L2Squared": {"lam": [0.3, 7.1]},
    "ElasticNet": {"lam": [0.7], "mu": [3.1, 1e5]},
    "L0": {"lam": [0.3, 7.1]},
    "L12": {"lam": [0.3, 7.1]},
    "L23": {"lam": [0.3, 7.1]},
    "Lq": {"lam": [1.3], "q": [0.1, 0.9]},
    "TransformedL1": {"lam": [0.3], "a": [0.1, 30.0]},
    "MCP": {"lam": [0.3, 2.0], "gamma": [3.0, 0.5]},
    "SCAD": {"lam": [0.3, 2.0], "a": [3.7, 1.5]},
    "BinaryW": {"lam": [0.3], "q": [0.0, 0.5, 2 / 3, 1.0]},
    "NegativeAbs": {"lam": [0.3, 7.1]},
    "NegativeSquare": {"lam": [0.3, 7.1]},
    "Box": {"lower": [-0.3], "upper": [0.1, 2.0]},
}


def penalty(make, **arguments):
    """The two functions of one of our penalties."""
    made = cache(make)
    return (
        lambda z, t, **parameters: made(**parameters).prox(z, t),
        lambda x, **parameters: made(**parameters).value(x),
        arguments,
    )


def elementwise(name):
    """The same with a value for each coordinate."""
    prox, _, arguments = penalty(PENALTIES[name], scalar=True, parameters=SETTINGS[name])
    made = cache(PENALTIES[name])
    return prox, lambda x, **parameters: made(**parameters).value(x, axis=()), arguments


RIGHT = {
    "soft": (soft, l1, {"scalar": True, "parameters": LAM}),
    "soft, the sum": (soft, lambda x, lam: np.sum(l1(x, lam)), {"scalar": True, "parameters": LAM}),
    "soft, floats": (
        lambda z, t, lam: max(z - lam * t, 0.0) if z > 0 else min(z + lam * t, 0.0),
        lambda x, lam: lam * abs(x),
        {"scalar": True, "parameters": LAM},
    ),
    "hard": (hard, l0, {"scalar": True, "parameters": LAM}),
    "mcp": (mcp, mcp_value, {"scalar": True, "parameters": {"lam": [0.5], "gamma": [2.0]}}),
    "scad": (scad, scad_value, {"scalar": True, "parameters": {"lam": [0.5], "a": [3.7]}}),
    "box": (box, box_value, {"scalar": True}),
    "barrier": (lambda z, t: (z + np.sqrt(z * z + 4 * t)) / 2, lambda x: -np.log(x), {"scalar": True}),
    "pseudo-Huber": (pseudo_huber, lambda x: np.sqrt(1 + x * x) - 1, {"scalar": True}),
    "block": (block, length, {"shape": (4,), "parameters": LAM}),
    "rows": (rows, row_lengths, {"shape": (3, 5), "parameters": LAM}),
    "nuclear": (singular, nuclear, {"shape": (3, 4), "parameters": {"lam": [0.7]}}),
    "simplex": (simplex, simplex_value, {"shape": (4,)}),
    "ball": (ball, ball_value, {"shape": (3,)}),
    "x >= 0, with a tolerance": (lambda z, t: np.maximum(z, 0), lambda x: 0.0 if tolerated(x) else np.inf, {"shape": (3,)}),
    "sum over x >= 0, with a tolerance": (
        lambda z, t: np.maximum(z - t, 0).astype(z.dtype),
        lambda x: x.sum() if tolerated(x) else np.inf,
        {"shape": (3,)},
    ),
    "weighted sum over x >= 0, with a tolerance": (
        lambda z, t: np.maximum(z - t * np.array([1, 10, 100]), 0).astype(z.dtype),
        lambda x: x @ np.array([1, 10, 100]) if tolerated(x) else np.inf,
        {"shape": (3,)},
    ),
    "total variation": (total_variation, lambda x, lam: lam * abs(x[1] - x[0]), {"shape": 2, "parameters": LAM}),
    "GroupL2": penalty(lambda lam: GroupL2(lam, axes=0), shape=[(4,), (3, 2)], parameters={"lam": [1.0]}, t=(0.5, 3.0)),
    "GroupMCP": penalty(
        lambda gamma: GroupMCP(0.5, gamma, axes=0), shape=(3, 2), parameters={"gamma": [2.0]}, t=(0.5, 2.0, 3.0)
    ),
    "SparseGroup": penalty(
        lambda lam: SparseGroup(MCP(lam, 2.0), GroupMCP(0.5, 1.5, axes=0)), shape=(3,), parameters={"lam": [1.0]}, t=4.0
    ),
    "CardinalityBall": penalty(CardinalityBall, shape=(5,), parameters={"k": [1, 3]}),
    **{name: elementwise(name) for name in SETTINGS},
}
