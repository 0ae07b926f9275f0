"""Large NumPy arrays in blocks of whole groups, so that temporaries stay in cache."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.penalties.base import BLOCK
from verify.penalties.group_kinds import AxisGroups, Shape


def blocks(shape: Shape, groups: Any) -> Any:
    """Slices of whole groups, about BLOCK coordinates each, along the first axis that groups do not span."""
    spanned = groups.positions(shape) if isinstance(groups, AxisGroups) else {len(shape) - 1}
    free = [axis for axis, n in enumerate(shape) if axis not in spanned and n > 1]
    if not free:
        return [(...,)]
    axis, total = free[0], int(np.prod(shape))
    width = max(1, BLOCK * shape[axis] // total)
    return [(slice(None),) * axis + (slice(i, i + width),) for i in range(0, shape[axis], width)]


def take(value: Any, part: Any, ndim: int) -> Any:
    """The block of a number, or of an array that broadcasts against one of ``ndim`` axes."""
    if np.ndim(value) == 0 or part == (...,):
        return np.asarray(value, dtype=np.float64) if np.ndim(value) else value
    value = np.asarray(value, dtype=np.float64)
    value = value.reshape((1,) * (ndim - value.ndim) + value.shape)
    return value if value.shape[len(part) - 1] == 1 else value[part]
