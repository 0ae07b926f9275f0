"""Means and shares with 95 % confidence intervals."""

from __future__ import annotations

from typing import Any

import numpy as np

NORMAL = 1.959963984540054  # the 97.5 % quantile of the normal distribution
RESAMPLES = 2000


def wilson(successes: float, n: int) -> tuple[float, float, float]:
    """(share, low, high) of successes in n independent trials: Wilson's score interval (Wilson 1927), which keeps its level for
    shares near 0 and 1, and gives (0, 1) for n = 0 with a share of NaN. Raises ValueError unless 0 <= successes <= n."""
    if not 0 <= successes <= n:
        raise ValueError(f"wilson: successes must be between 0 and n = {n}; got {successes}")
    if n == 0:
        return np.nan, 0.0, 1.0
    share, z2 = successes / n, NORMAL**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = NORMAL / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return share, max(0.0, float(middle - half)), min(1.0, float(middle + half))


def mean_interval(x: Any) -> tuple[float, float, float]:
    """(mean, low, high) of the finite values of x: the bootstrap's percentile interval, 2000 resamples with a fixed seed, so
    that skewed quantities (gaps, first times) get no negative bound. NaN bounds below two values."""
    x = np.asarray(x, dtype=float)
    x = x[np.isfinite(x)]
    if x.size < 2:
        return (float(x[0]) if x.size else np.nan), np.nan, np.nan
    drawn = np.random.default_rng(0).integers(x.size, size=(RESAMPLES, x.size))
    low, high = np.quantile(x[drawn].mean(axis=1), [0.025, 0.975])
    return float(x.mean()), float(low), float(high)
