"""How a group is given: by the axes it spans, or by a partition of a vector's last axis.

Both answer the same questions over the namespace ``xp``. A *per-group array* has 1 in the place of each axis that a
group spans (``keepdims``), or for a partition one entry a group in its last axis; ``spread`` brings it to the coordinates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

Shape = tuple[int, ...]


@dataclass(frozen=True)
class AxisGroups:
    """Groups that span whole axes: on a matrix ``axes=(0,)`` makes each column a group, ``axes=(1,)`` each row.

    Negative axes count from the end and leave any leading batch axes alone.
    """

    axes: Shape

    def check(self, shape: Shape, owner: str) -> None:
        """Raise ValueError where an axis does not exist in ``shape`` or is named twice."""
        absent = [axis for axis in self.axes if not -len(shape) <= axis < len(shape)]
        if absent:
            raise ValueError(f"{owner}: axes {absent} do not exist in an array of {len(shape)} axes, shape {tuple(shape)}")
        if len(self.positions(shape)) < len(self.axes):
            raise ValueError(f"{owner}: axes {self.axes} name one axis of an array of shape {tuple(shape)} twice")

    def positions(self, shape: Shape) -> set[int]:
        return {axis % len(shape) for axis in self.axes}

    def group_shape(self, shape: Shape) -> Shape:
        spanned = self.positions(shape)
        return tuple(1 if i in spanned else n for i, n in enumerate(shape))

    def sizes(self, shape: Shape) -> int:
        return math.prod(shape[i] for i in self.positions(shape))

    def sum(self, x: Any, xp: Any) -> Any:
        return xp.sum(x, axis=self.axes, keepdims=True)

    def norm(self, x: Any, xp: Any) -> Any:
        return xp.norm(x, axis=self.axes, keepdims=True)

    def spread(self, per_group: Any) -> Any:
        return per_group

    def has_one_a_coordinate(self, t_shape: Shape, shape: Shape) -> bool:
        padded = (1,) * (len(shape) - len(t_shape)) + tuple(t_shape)
        return any(padded[i] != 1 and shape[i] != 1 for i in self.positions(shape))

    def members(self, shape: Shape) -> list[np.ndarray]:
        """Flat indices of the coordinates, arrays of (groups, size)."""
        spanned = sorted(self.positions(shape))
        index = np.moveaxis(np.arange(math.prod(shape)).reshape(shape), spanned, range(-len(spanned), 0))
        return [index.reshape(-1, math.prod(index.shape[index.ndim - len(spanned) :]))]


@dataclass(frozen=True, eq=False)
class Partition:
    """Groups of the last axis: ``labels[i]`` is the group of coordinate i; groups are numbered 0, 1, ... without a gap."""

    labels: np.ndarray
    counts: np.ndarray

    def check(self, shape: Shape, owner: str) -> None:
        """Raise ValueError where ``shape`` does not end in as many coordinates as the groups hold."""
        length, here = len(self.labels), shape[-1] if shape else 0
        if not shape:
            raise ValueError(f"{owner}: groups of a vector's last axis need an array with an axis; got a 0-d array")
        if here < length:
            raise ValueError(f"{owner}: groups hold indices {few(range(here, length))}, out of range for a last axis of {here}")
        if here > length:
            raise ValueError(f"{owner}: indices {few(range(length, here))} of the last axis are missing from the groups")

    def group_shape(self, shape: Shape) -> Shape:
        return (*shape[:-1], len(self.counts))

    def sizes(self, shape: Shape) -> np.ndarray:
        return self.counts

    def sum(self, x: Any, xp: Any) -> Any:
        return xp.segment_sum(x, self.labels, len(self.counts))

    def norm(self, x: Any, xp: Any) -> Any:
        # Outside the middle of the range each group is first divided by the sum of its magnitudes.
        size = self.sum(xp.abs(x), xp)
        scale = xp.where(xp.either(size == 0, xp.both(size > 1e-12, size < 1e15)), 1, size)
        ratio = x / self.spread(scale)
        return xp.sqrt(self.sum(ratio * ratio, xp)) * scale

    def spread(self, per_group: Any) -> Any:
        return per_group[..., self.labels]

    def has_one_a_coordinate(self, t_shape: Shape, shape: Shape) -> bool:
        """By the last axis. Where each group is a single coordinate, one a coordinate is what is meant; if those groups are in
        order, that is one a group."""
        if not t_shape or t_shape[-1] == 1 or t_shape[-1] != shape[-1]:
            return False
        return len(self.counts) < len(self.labels) or bool((self.labels[1:] < self.labels[:-1]).any())

    def members(self, shape: Shape) -> list[np.ndarray]:
        """Flat indices of the coordinates, arrays of (groups, size), one array a size."""
        order = np.argsort(self.labels, kind="stable")
        ends = np.cumsum(self.counts)
        rows = np.arange(math.prod(shape[:-1]))[:, None, None] * len(self.labels)
        found = []
        for size in np.unique(self.counts):
            starts = (ends - self.counts)[self.counts == size]
            found.append((rows + order[starts[:, None] + np.arange(size)]).reshape(-1, size))
        return found


@dataclass(frozen=True)
class Undivided:
    """Groups that nobody has named yet: whoever knows the arrays, a layer's grouping say, fills them in."""

    def check(self, shape: Shape, owner: str) -> None:
        """Raise ValueError: no array can be divided."""
        raise ValueError(
            f"{owner}: say how an array of shape {tuple(shape)} is divided: axes= (the axes a group spans) or "
            "groups= (a partition of the last axis)"
        )


def few(indices: Any) -> str:
    """The first of the indices, for an error message."""
    shown = [str(int(i)) for i in indices[:8]]
    return ", ".join(shown) + (f", ... ({len(indices)} in all)" if len(indices) > len(shown) else "")
