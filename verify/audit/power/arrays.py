"""Classical slips in the prox maps of functions of vectors and matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.audit.power.slips import soft
from verify.audit.power.wrong import arrays

LAM = {"lam": [0.5, 2.0]}


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


def sorted_without_pooling(z: Any, t: float, lam: float) -> Any:
    """Each magnitude lowered by the weight of its rank; their order may change."""
    x, order = np.zeros_like(z), np.argsort(-np.abs(z), kind="stable")
    x[order] = soft(z[order], 1.0, lam=lam * t * np.array([3.0, 2.0, 1.0]))
    return x


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
]
