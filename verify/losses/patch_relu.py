"""RVSM's one-layer no-overlap ReLU network on given patches: the sampled form of :class:`NoOverlapReLU` (RVSM, Eq. 3)."""

from __future__ import annotations

from typing import Any


def output(X: Any, w: Any, xp: Any) -> Any:
    """L(x; w) = (1/k) sum_i relu(<w, x_i>), shape (..., n), for patches X (..., n, k, d) and w (..., d)."""
    scores = (X @ w[..., None, :, None])[..., 0]
    return xp.sum(xp.maximum(scores, 0.0), axis=-1) / X.shape[-2]


def value(X: Any, y: Any, w: Any, xp: Any) -> Any:
    """(L(x; w) - y)^2 a sample, shape (..., n)."""
    apart = output(X, w, xp) - y
    return apart * apart


def gradient(X: Any, y: Any, w: Any, xp: Any) -> Any:
    """The gradient of the sum of value over the n samples, shape (..., d); relu'(0) is read as 0."""
    scores = (X @ w[..., None, :, None])[..., 0]
    k = X.shape[-2]
    apart = xp.sum(xp.maximum(scores, 0.0), axis=-1) / k - y
    weights = xp.where(scores > 0, 2 / k, 0.0) * apart[..., None]
    flat = X.reshape(*X.shape[:-3], -1, X.shape[-1])
    return (weights.reshape(*weights.shape[:-2], 1, -1) @ flat)[..., 0, :]
