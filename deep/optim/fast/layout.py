"""How a tensor lies in memory, as (A, G, B): entry (a, g, b) is in group g."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from verify.arrays.torch import TORCH
from verify.penalties import Penalty
from verify.penalties.group_weights import weight

Shape = tuple[int, ...]


@lru_cache(maxsize=4096)
def layout(shape: Shape, strides: Shape, axes: Shape | None) -> Shape | None:
    """(A, G, B), with groups that span ``axes`` (one entry each if None); None where memory is not dense or groups are no such
    pattern. Axes in any order of strides will do: what counts is how spanned and other axes follow each other in memory."""
    if 0 in shape:
        return 1, 0, 0
    order = sorted((i for i, n in enumerate(shape) if n != 1), key=lambda i: -strides[i])
    step = 1
    for i in reversed(order):
        if strides[i] != step:
            return None
        step *= shape[i]
    if axes is None:
        return 1, 1, math.prod(shape)
    spanned = {axis % len(shape) for axis in axes}
    lengths = [1, 1, 1]
    place = 0  # in A, then G, then B
    for i in order:
        if i not in spanned and place < 1:
            place = 1
        elif i in spanned and place == 1:
            place = 2
        elif i not in spanned and place == 2:
            return None
        lengths[place] *= shape[i]
    return (1, 1, lengths[0]) if place == 0 else (lengths[0], lengths[1], lengths[2])


def weight_of(penalty: Penalty | None, shape: Shape) -> Any:
    """The one weight of all groups of a tensor: a number, or an array where each group has its own."""
    return 1.0 if penalty is None else weight(penalty, shape, None, TORCH)
