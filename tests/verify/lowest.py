"""The minimiser of a function of one number, by brute force."""

from __future__ import annotations

import numpy as np


def lowest(function, low, high):
    """Where ``function`` is least in [low, high]: a grid with 0 in it, refined five times around the best point."""
    best = 0.0
    for _ in range(6):
        grid = np.append(np.linspace(low, high, 4001), [0.0, best])
        best = grid[np.argmin(function(grid))]
        width = (high - low) / 200
        low, high = best - width, best + width
    return best
