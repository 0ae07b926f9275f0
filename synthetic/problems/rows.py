"""Means over samples for many runs at once: which rows each run reads, in pieces that stay in cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

CHUNK = 2**17  # numbers read at a time: a megabyte stays in the level-2 cache between a copy and its two or three uses

Sums = Callable[..., tuple[Any, ...]]


def mean(sums: Sums, data: Sequence[Any], points: Sequence[Any], copies: int, index: Any = None) -> list[Any]:
    """The means over samples of what ``sums(*data, *points)`` adds up over them: a list of arrays (R, ...).

    ``data`` are arrays (sets, n, ...), ``points`` arrays (R, ...) with R = sets copies; ``index`` is (R, b), or None for all
    samples. ``sums`` is given data (m, n', ...) and points (m, k, ...) and returns its sums over the n' samples as a tuple of
    arrays (m, k, ...): on all samples the k = copies runs of a set share its rows, on sampled ones m counts runs and k is 1.
    """
    parts = list(_on_all(sums, data, points, copies) if index is None else _on_rows(sums, data, points, copies, index))
    count = data[0].shape[1] if index is None else index.shape[1]
    joined = (np.concatenate(values) if len(values) > 1 else values[0] for values in zip(*parts, strict=True))
    return [values.reshape(-1, *values.shape[2:]) / count for values in joined]


def _on_all(sums: Sums, data: Sequence[Any], points: Sequence[Any], copies: int) -> Iterator[tuple[Any, ...]]:
    (sets, n), size = data[0].shape[:2], data[0][0, 0].size
    points = [p.reshape(sets, copies, *p.shape[1:]) for p in points]
    rows = max(1, min(n, CHUNK // size))
    width = max(1, CHUNK // (rows * size))
    for first in range(0, sets, width):
        here = slice(first, first + width)
        total: tuple[Any, ...] = ()
        for row in range(0, n, rows):
            values = sums(*(a[here, row : row + rows] for a in data), *(p[here] for p in points))
            total = tuple(map(np.add, total, values)) if total else values
        yield total


def _on_rows(sums: Sums, data: Sequence[Any], points: Sequence[Any], copies: int, index: Any) -> Iterator[tuple[Any, ...]]:
    R, b = index.shape
    rows = np.asarray(index, dtype=np.intp) + (np.arange(R) // copies * data[0].shape[1])[:, None]
    flat = [a.reshape(-1, *a.shape[2:]) for a in data]
    width = max(1, CHUNK // (b * data[0][0, 0].size))
    buffers = [np.empty((min(width, R), b, *a.shape[1:])) for a in flat]
    for first in range(0, R, width):
        here = slice(first, first + width)
        some = rows[here]
        # mode="clip" is what lets take write into the buffer directly
        gathered = (np.take(a, some, 0, buffer[: len(some)], "clip") for a, buffer in zip(flat, buffers, strict=True))
        yield sums(*gathered, *(p[here, None] for p in points))


def counts(index: Any, n: int, copies: int) -> Any:
    """How often each run drew each sample: (sets, n, copies) for an index (R, b), beside the data of a set."""
    R = len(index)
    drawn = np.bincount((index + n * np.arange(R)[:, None]).ravel(), minlength=R * n)
    return np.ascontiguousarray(drawn.reshape(-1, copies, n).mT, dtype=float)
