"""Maps of arrays found wrong in other libraries (docs/audit.md), written anew. Left out are those that make the same mistake as
another one here, and pyproximal's TV and QuadraticEnvelopeCardIndicator, whose mistakes need the whole of their algorithms."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.audit.power.arrays import block, singular
from verify.audit.power.sets import CLOSE
from verify.audit.power.slips import firm, soft
from verify.audit.power.wrong import arrays, prox_of, value_of

SIGMA = [0.5, 2.0]
CYCLIC = np.eye(8) + 0.5 * np.roll(np.eye(8), 1, axis=0)
GOAL = np.array([1.0, 2.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0])
FORM = np.array([[2.0, 2.0], [0.0, 3.0]])


def row_of_zeros(z: Any, t: float, lam: float) -> Any:
    size = np.linalg.norm(z)
    return z / size * prox_of("L12")(size, t, lam=lam)


def projected(z: Any, t: float) -> Any:
    s = np.sort(z)[::-1]
    excess = (np.cumsum(s) - 1) / np.arange(1, len(z) + 1)
    return np.maximum(z - excess[np.nonzero(s > excess)[0][-1]], 0).astype(z.dtype)


def accepts_less(x: Any) -> float:
    return 0.0 if x.min() >= -CLOSE and x.sum() <= 1 + CLOSE * max(1, np.abs(x).max()) else np.inf


def in_a_band(x: Any) -> float:
    return 0.0 if np.ptp(x) <= 1 + CLOSE else np.inf


def dykstra(z: Any, t: float) -> Any:
    """Onto |x_i - x_j| <= 1 by Dykstra's rounds over the pairs, stopped at the first round that changes nothing."""
    x, corrections = z, np.zeros((3, 3))
    for _ in range(300):
        before = x
        for k, (i, j) in enumerate(((0, 1), (0, 2), (1, 2))):
            y = x + corrections[k]
            x = y.copy()
            excess = np.sign(y[i] - y[j]) * max(abs(y[i] - y[j]) - 1, 0) / 2
            x[i], x[j] = y[i] - excess, y[j] + excess
            corrections[k] = y - x
        if np.array_equal(x, before):
            break
    return x


def in_place(z: Any, t: float, lam: float) -> Any:
    z -= t * lam * np.array([1, -1, 0.5], z.dtype)
    return z / (1 + lam * t)


def padded(z: Any, t: float) -> Any:
    """The normal equations of eight numbers, cut to four."""
    x = np.linalg.solve(np.eye(8) + t * CYCLIC.T @ CYCLIC, np.append(z, np.zeros(4)) + t * CYCLIC.T @ GOAL)
    return x[:4].astype(z.dtype)


def solved(z: Any, t: float) -> Any:
    return np.linalg.solve(np.eye(2) + t * FORM, z - t).astype(z.dtype)


PEER_ARRAYS = [
    *arrays(
        "min(lam |x|_2^2, 1)",
        (3,),
        lambda x, lam: min(lam * float(x @ x), 1.0),
        {
            "pyproximal RelaxedMumfordShah": lambda z, t, lam: np.where(
                lam * z * z / (1 + 2 * lam * t) <= 1, z / (1 + 2 * lam * t), z
            )
        },
        lam=SIGMA,
    ),
    *arrays(
        "l1 and 0 times the columns' norms",
        (2, 3),
        lambda x, lam: lam * np.abs(x).sum(),
        {
            "pyproximal L21_plus_L1": lambda z, t, lam: (
                soft(z, t, lam=lam) * (1 - 0 * t / np.linalg.norm(soft(z, t, lam=lam), axis=0))
            )
        },
        lam=SIGMA,
    ),
    *arrays(
        "one column",
        (2, 3),
        lambda x: 0.0 if x.any(axis=0).sum() <= 1 else np.inf,
        {"pyproximal L10Ball": lambda z, t: z * (np.arange(3) == np.argmax(np.abs(z).sum(axis=0)))},
    ),
    *arrays(
        "weighted nuclear norm",
        (3, 2),
        lambda x: float(np.linalg.svd(x, compute_uv=False) @ np.array([2.0, 0.5])),
        {"pyproximal Nuclear": lambda z, t: singular(z, lambda s: soft(s, 1.0, lam=t * np.array([2.0, 0.5])))},
    ),
    *arrays(
        "rows' norms to 1/2",
        (4,),
        lambda x, lam: lam * np.sqrt(np.linalg.norm(x)),
        {"skglm L2_05": row_of_zeros},
        lam=SIGMA,
    ),
    *arrays(
        "MCP of the norm",
        (3,),
        lambda x, lam, gamma: float(value_of("MCP")(np.linalg.norm(x), lam=lam, gamma=gamma)),
        {
            "skglm BlockMCPenalty": lambda z, t, lam, gamma: (
                z / np.linalg.norm(z) * firm(np.linalg.norm(z), t, lam=lam, gamma=gamma)
            )
        },
        lam=SIGMA,
        gamma=[3.0],
    ),
    *arrays(
        "weighted l1 plus norms of two groups",
        (4,),
        lambda x: float(np.abs(x) @ np.array([0.5, 1, 2, 4]) + 0.5 * np.linalg.norm(x[:2]) + 2 * np.linalg.norm(x[2:])),
        {
            "skglm WeightedL1GroupL2": lambda z, t: np.concatenate(
                [block(soft(z[:2], t, lam=0.5), t, 0.5), block(soft(z[2:], t, lam=1.0), t, 2.0)]
            )
        },
    ),
    *arrays("simplex", (4,), accepts_less, {"pyproximal Simplex's value": projected}),
    *arrays("values in a band", (3,), in_a_band, {"pyproximal Intersection, tol": dykstra}),
    *arrays(
        "quadratic",
        (3,),
        lambda x, lam: lam * (x @ x / 2 + float(x @ np.array([1, -1, 0.5]))),
        {"pyproximal L2 with q": in_place},
        lam=SIGMA,
    ),
    *arrays(
        "misfit of a convolution",
        (4,),
        lambda x: float(np.square(CYCLIC[:, :4] @ x - GOAL).sum() / 2),
        {"pyproximal L2Convolve": padded},
    ),
    *arrays("quadratic form", (2,), lambda x: float(x @ FORM @ x / 2 + x.sum()), {"pyproximal Quadratic": solved}),
]
