"""Which structure a point has, a condition a group (or a coordinate of a penalty without groups), against the certified one."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic.problems.pattern import pattern
from verify.penalties import BinaryW, Penalty
from verify.penalties.group_kinds import AxisGroups

Blocks = dict[str, Any]


def active(penalty: Penalty, x: Any) -> Any:
    """(runs, groups): the group is not exactly zero; without groups, the coordinate; for BinaryW the sign at +-1, else 0."""
    grouping = getattr(penalty, "grouping", None)
    if isinstance(penalty, BinaryW):
        found = pattern(penalty, x)
    elif isinstance(grouping, AxisGroups):
        found = _some(x != 0, grouping.axes)
    else:
        found = penalty.group_support(x) if grouping is not None else x != 0
    return found.reshape(len(x), -1)


def _some(condition: Any, axes: tuple[int, ...]) -> Any:
    """np.any; over a short last axis counting by a product is four times as fast."""
    if axes != (-1,):
        return np.any(condition, axis=axes)
    return condition.astype(np.float32) @ np.ones(condition.shape[-1], dtype=np.float32) > 0


def structure(penalties: dict[str, Penalty], w: Blocks) -> Any:
    """(runs, groups of all blocks)."""
    parts = [active(penalty, w[name]) for name, penalty in penalties.items()]
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def agreement(found: Any, truth: Any) -> Any:
    """The share of groups with the state that they have in ``truth``, (runs,)."""
    return np.mean(found == truth, axis=1)
