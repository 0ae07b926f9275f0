"""Classical slips in projections onto sets of vectors and matrices, whose values are indicators with a tolerance."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.audit.power.arrays import singular
from verify.audit.power.slips import soft
from verify.audit.power.wrong import arrays

CLOSE = 1e-6


def eigenvalues(z: Any, change: Any) -> Any:
    e, q = np.linalg.eigh((z + z.T) / 2)
    return (q * change(e)) @ q.T


def largest(z: Any, keys: Any, k: int) -> Any:
    """The k entries of z with the largest keys, zeros elsewhere."""
    x = np.zeros_like(z)
    kept = np.argsort(-keys, kind="stable")[:k]
    x[kept] = z[kept]
    return x


def simplex_counting_all(z: Any, t: float) -> Any:
    """The threshold from all coordinates, as if none became zero."""
    return np.maximum(z - (z.sum() - 1) / len(z), 0)


def simplex_value(x: Any) -> float:
    return 0.0 if x.min() >= -CLOSE and abs(x.sum() - 1) <= CLOSE * max(1, np.abs(x).max()) else np.inf


def l1_ball_value(x: Any) -> float:
    return 0.0 if np.abs(x).sum() <= 1 + CLOSE else np.inf


def semidefinite_value(x: Any) -> float:
    size = CLOSE * (1 + np.abs(x).max())
    return 0.0 if np.abs(x - x.T).max() <= size and np.linalg.eigvalsh((x + x.T) / 2)[0] >= -size else np.inf


SETS = [
    *arrays(
        "semidefinite cone",
        (3, 3),
        semidefinite_value,
        {
            "absolute eigenvalues": lambda z, t: eigenvalues(z, np.abs),
            "entries made positive": lambda z, t: np.maximum((z + z.T) / 2, 0),
            "not made symmetric": lambda z, t: singular(z, lambda s: s),
            "zeros below 1 % of the largest eigenvalue": lambda z, t: eigenvalues(z, lambda e: e * (e > 0.01 * e.max())),
        },
    ),
    *arrays(
        "simplex",
        (4,),
        simplex_value,
        {
            "divided by the sum": lambda z, t: np.abs(z) / np.abs(z).sum() if z.any() else np.full_like(z, 0.25),
            "threshold from all coordinates": simplex_counting_all,
            "softmax": lambda z, t: np.exp(z - z.max()) / np.exp(z - z.max()).sum(),
        },
    ),
    *arrays(
        "l1 ball",
        (3,),
        l1_ball_value,
        {
            "scaled": lambda z, t: z / max(1, np.abs(z).sum()),
            "thresholded at the radius": lambda z, t: soft(z, 1.0, lam=1.0),
            "the Euclidean ball's map": lambda z, t: z / max(1, np.linalg.norm(z)),
        },
    ),
    *arrays(
        "Euclidean ball",
        (3,),
        lambda x: 0.0 if np.linalg.norm(x) <= 1 + CLOSE else np.inf,
        {
            "the sphere": lambda z, t: z / np.linalg.norm(z) if z.any() else z,
            "radius t": lambda z, t: z / max(1, np.linalg.norm(z) / t),
            "coordinate by coordinate": lambda z, t: np.clip(z, -1, 1),
        },
    ),
    *arrays(
        "two nonzeros",
        (4,),
        lambda x: 0.0 if np.count_nonzero(x) <= 2 else np.inf,
        {
            "the largest, not the largest in magnitude": lambda z, t: largest(z, z, 2),
            "three": lambda z, t: largest(z, np.abs(z), 3),
            "the smallest": lambda z, t: largest(z, -np.abs(z), 2),
            "all that tie with the second": lambda z, t: np.where(np.abs(z) >= np.sort(np.abs(z))[-2], z, 0 * z),
        },
    ),
    *arrays(
        "sum equal to 1",
        (3,),
        lambda x: 0.0 if abs(x.sum() - 1) <= CLOSE * (1 + np.abs(x).max()) else np.inf,
        {
            "the whole excess from each": lambda z, t: z - (z.sum() - 1),
            "the last coordinate takes it": lambda z, t: np.append(z[:-1], 1 - z[:-1].sum()).astype(z.dtype),
        },
    ),
]
