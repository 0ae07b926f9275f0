"""Groups as a user gives them: the axes that a group spans, or a partition of the last axis, by index lists or labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from verify.penalties.group_kinds import AxisGroups, Partition, Undivided, few


def grouping(owner: str, axes: Any, groups: Any) -> AxisGroups | Partition | Undivided:
    """The groups meant by ``axes`` (an integer or several) or ``groups`` (a list of index lists, or an array of labels).

    Neither is allowed, until the penalty meets an array. ValueError, naming the indices, where both are given or a coordinate
    is not in exactly one group.
    """
    if axes is None and groups is None:
        return Undivided()
    if axes is not None and groups is not None:
        raise ValueError(f"{owner}: give either axes= (the axes a group spans) or groups= (a partition of the last axis)")
    if axes is not None:
        axes = (axes,) if np.ndim(axes) == 0 else tuple(axes)
        if not axes or not all(isinstance(axis, int | np.integer) and not isinstance(axis, bool) for axis in axes):
            raise ValueError(f"{owner}: axes must be one or more integers; got {axes!r}")
        return AxisGroups(tuple(int(axis) for axis in axes))
    nested = (
        hasattr(groups, "__len__")
        and len(groups) > 0
        and all(isinstance(group, Sequence) or np.ndim(group) == 1 for group in groups)
    )
    return _from_lists(owner, groups) if nested else _from_labels(owner, np.asarray(groups))


def _from_lists(owner: str, groups: Any) -> Partition:
    members = [np.asarray(group) for group in groups]
    empty = [i for i, group in enumerate(members) if group.size == 0]
    if empty:
        raise ValueError(f"{owner}: groups {few(empty)} are empty")
    if any(group.dtype.kind not in "iu" or group.ndim != 1 for group in members):
        raise ValueError(f"{owner}: groups must be lists of integer indices; got {groups!r}")
    indices = np.concatenate(members)
    problems = []
    if (indices < 0).any():
        problems.append(f"out of range: {few(np.unique(indices[indices < 0]))}")
    used = indices[indices >= 0]
    values, times = np.unique(used, return_counts=True)
    if (times > 1).any():
        problems.append(f"in more than one place: {few(values[times > 1])}")
    missing = np.setdiff1d(np.arange(values[-1] + 1 if len(values) else 0), values)
    if len(missing):
        problems.append(f"missing: {few(missing)}")
    if problems:
        raise ValueError(f"{owner}: groups must hold every index 0, 1, ... exactly once; {'; '.join(problems)}")
    labels = np.empty(len(indices), dtype=np.intp)
    labels[indices] = np.repeat(np.arange(len(members)), [len(group) for group in members])
    return Partition(labels, np.bincount(labels))


def _from_labels(owner: str, labels: np.ndarray) -> Partition:
    if labels.ndim != 1 or labels.dtype.kind not in "iu" or labels.size == 0:
        raise ValueError(f"{owner}: groups must be a list of index lists or a vector of integer labels; got {labels!r}")
    if labels.min() < 0:
        raise ValueError(f"{owner}: labels must be 0, 1, ...; those of indices {few(np.flatnonzero(labels < 0))} are negative")
    counts = np.bincount(labels)
    if (counts == 0).any():
        raise ValueError(f"{owner}: groups {few(np.flatnonzero(counts == 0))} have no coordinate; number them without a gap")
    return Partition(labels.astype(np.intp), counts)
