"""How cases are drawn: ranges over many decades with their edges, vectors with zeros and ties, angles with corners."""

from __future__ import annotations

from typing import Any

import numpy as np


def log_uniform(rng: Any, low: float, high: float, shape: Any) -> Any:
    """Numbers from low to high, uniform in the logarithm, one in twenty exactly at an end."""
    x = np.exp(rng.uniform(np.log(low), np.log(high), shape))
    edge = rng.random(shape)
    return np.where(edge < 0.025, low, np.where(edge > 0.975, high, np.clip(x, low, high)))


def uniform(rng: Any, low: float, high: float, shape: Any) -> Any:
    """Numbers from low to high, one in twenty exactly at an end."""
    edge = rng.random(shape)
    return np.where(edge < 0.025, low, np.where(edge > 0.975, high, rng.uniform(low, high, shape)))


def mostly(rng: Any, x: Any, value: float, share: float = 0.1) -> Any:
    """x with a share of its entries replaced by ``value``: zeros, ties."""
    return np.where(rng.random(np.shape(x)) < share, value, x)


def integers(rng: Any, low: int, high: int, shape: Any) -> Any:
    """Integers from low to high, small ones as often as large ones."""
    return np.clip(np.floor(np.exp(rng.uniform(np.log(low), np.log(high + 1), shape))), low, high).astype(np.int64)


def vectors(rng: Any, size: int, d: int) -> Any:
    """Directions of all kinds: Gaussian, sparse, with equal magnitudes, along an axis; never all zero."""
    x = rng.normal(size=(size, d))
    kind = rng.integers(0, 6, size)[:, None]
    x = np.where(kind == 1, np.where(rng.random((size, d)) < 0.5, 0.0, x), x)
    x = np.where(kind == 2, np.where(x < 0, -1.0, 1.0), x)
    x = np.where(kind == 3, np.round(x), x)
    axis = np.eye(d)[rng.integers(0, d, size)]
    return np.where((kind == 4) | ~x.any(axis=1, keepdims=True), axis, x)
