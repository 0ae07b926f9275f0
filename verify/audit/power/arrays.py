"""Classical slips in the prox maps of functions of vectors and matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.audit.power.wrong import arrays, prox_of

soft = prox_of("L1")
LAM = {"lam": [0.5, 2.0]}
CLOSE = 1e-6


def block(z: Any, t: float, lam: float) -> Any:
    size = np.linalg.norm(z)
    return z * max(1 - lam * t / size, 0) if size else 0 * z


def rows(z: Any, t: float, lam: float) -> Any:
    return np.array([block(row, t, lam) for row in z])


def without_zero(z: Any, t: float, lam: float) -> Any:
    """Right, but 0/0 at zero."""
    return z / np.linalg.norm(z) * max(np.linalg.norm(z) - lam * t, 0)


def singular(z: Any, change: Any) -> Any:
    u, s, v = np.linalg.svd(z, full_matrices=False)
    return (u * change(s)) @ v


def untransposed(z: Any, t: float, lam: float) -> Any:
    u, s, v = np.linalg.svd(z)
    return u @ np.diag(soft(s, t, lam=lam)) @ v.T


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


def sorted_without_pooling(z: Any, t: float, lam: float) -> Any:
    """Each magnitude lowered by the weight of its rank; their order may change."""
    x, order = np.zeros_like(z), np.argsort(-np.abs(z), kind="stable")
    x[order] = soft(z[order], 1.0, lam=lam * t * np.array([3.0, 2.0, 1.0]))
    return x


def simplex_value(x: Any) -> float:
    return 0.0 if x.min() >= -CLOSE and abs(x.sum() - 1) <= CLOSE * max(1, np.abs(x).max()) else np.inf


def l1_ball_value(x: Any) -> float:
    return 0.0 if np.abs(x).sum() <= 1 + CLOSE else np.inf


def semidefinite_value(x: Any) -> float:
    size = CLOSE * (1 + np.abs(x).max())
    return 0.0 if np.abs(x - x.T).max() <= size and np.linalg.eigvalsh((x + x.T) / 2)[0] >= -size else np.inf


ARRAYS = [
    *arrays(
        "Euclidean norm",
        (4,),
        lambda x, lam: lam * np.linalg.norm(x),
        {
            "coordinate by coordinate": lambda z, t, lam: soft(z, t, lam=lam),
            "norm squared": lambda z, t, lam: z * max(1 - lam * t / max(z @ z, 1e-300), 0),
            "no positive part": lambda z, t, lam: z * (1 - lam * t / max(np.linalg.norm(z), 1e-300)),
            "0/0 at zero": without_zero,
            "l1 norm for length": lambda z, t, lam: z * max(1 - lam * t / max(np.abs(z).sum(), 1e-300), 0),
            "prox of the conjugate": lambda z, t, lam: z / max(1, np.linalg.norm(z) / lam),
            "the square's map": lambda z, t, lam: z / (1 + 2 * lam * t),
            "threshold times sqrt(n)": lambda z, t, lam: block(z, t, 2 * lam),
        },
        **LAM,
    ),
    *arrays(
        "sum of the rows' norms",
        (3, 4),
        lambda x, lam: lam * np.linalg.norm(x, axis=1).sum(),
        {
            "columns for rows": lambda z, t, lam: rows(z.T, t, lam).T,
            "one group": block,
            "the first row's norm for all": lambda z, t, lam: z * max(1 - lam * t / max(np.linalg.norm(z[0]), 1e-300), 0),
        },
        **LAM,
    ),
    *arrays(
        "l1 plus Euclidean norm",
        (4,),
        lambda x, lam: np.abs(x).sum() + lam * np.linalg.norm(x),
        {
            "the group first": lambda z, t, lam: soft(block(z, t, lam), t, lam=1.0),
            "the average of the two": lambda z, t, lam: (soft(z, t, lam=1.0) + block(z, t, lam)) / 2,
        },
        **LAM,
    ),
    *arrays(
        "largest magnitude",
        (3,),
        lambda x, lam: lam * np.abs(x).max(),
        {"clipped at lam t": lambda z, t, lam: np.clip(z, -lam * t, lam * t)},
        **LAM,
    ),
    *arrays(
        "sorted l1",
        (3,),
        lambda x, lam: lam * np.sort(np.abs(x)) @ np.array([1.0, 2.0, 3.0]),
        {"no pooling": sorted_without_pooling},
        **LAM,
    ),
    *arrays(
        "nuclear norm",
        (3, 3),
        lambda x, lam: lam * np.linalg.svd(x, compute_uv=False).sum(),
        {
            "entries for singular values": lambda z, t, lam: soft(z, t, lam=lam),
            "V for its transpose": untransposed,
            "hard for soft": lambda z, t, lam: singular(z, lambda s: s * (s > lam * t)),
            "no positive part": lambda z, t, lam: singular(z, lambda s: s - lam * t),
            "the largest left alone": lambda z, t, lam: singular(z, lambda s: np.append(s[:1], soft(s[1:], t, lam=lam))),
        },
        **LAM,
    ),
    *arrays(
        "semidefinite cone",
        (3, 3),
        semidefinite_value,
        {
            "absolute eigenvalues": lambda z, t: eigenvalues(z, np.abs),
            "entries made positive": lambda z, t: np.maximum((z + z.T) / 2, 0),
            "not made symmetric": lambda z, t: singular(z, lambda s: s),
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
