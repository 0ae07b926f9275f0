"""Means and shares with 95 % confidence intervals."""

from __future__ import annotations

from typing import Any

import numpy as np

NORMAL = 1.959963984540054  # the 97.5 % quantile of the normal distribution
RESAMPLES = 2000
STUDENT = (np.nan, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160)
# the 97.5 % quantiles of Student's distribution with 1, 2, ... degrees of freedom


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
    """(mean, low, high) of the finite values of x. From 15 values on the bootstrap's percentile interval, 2000 resamples with a
    fixed seed; below, where that covers far less than 95 %, Student's, cut off at 0 where no value is negative. NaN bounds
    below two values."""
    x = np.asarray(x, dtype=float)
    x = x[np.isfinite(x)]
    if x.size < 2:
        return (float(x[0]) if x.size else np.nan), np.nan, np.nan
    if x.size - 1 < len(STUDENT):
        half = STUDENT[x.size - 1] * x.std(ddof=1) / np.sqrt(x.size)
        low = x.mean() - half
        return float(x.mean()), float(max(low, 0.0) if x.min() >= 0 else low), float(x.mean() + half)
    drawn = np.random.default_rng(0).integers(x.size, size=(RESAMPLES, x.size))
    low, high = np.quantile(x[drawn].mean(axis=1), [0.025, 0.975])
    return float(x.mean()), float(low), float(high)
