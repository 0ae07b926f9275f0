"""The threshold lam w_g of each group: a number or a per-group array (see :mod:`verify.penalties.group_kinds`)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.penalties.group_kinds import AxisGroups, Shape
from verify.penalties.parameters import Range, is_symbolic

NAMED = ("size", "layer")


def checked_weights(owner: str, weights: Any) -> Any:
    """``weights`` as a name, None, a number or a float array; ValueError or TypeError for anything else."""
    if weights is None or (isinstance(weights, str) and weights in NAMED):
        return weights
    if isinstance(weights, str):
        raise ValueError(f"{owner}: weights must be 'size', 'layer', None, a number or one a group; got {weights!r}")
    return Range(0).check(owner, "weights", weights)


def weight(penalty: Any, shape: Shape, like: Any, xp: Any) -> Any:
    """w_g for groups of an array of ``shape``: sqrt(size of the group), sqrt(size of the array), 1, or what was given."""
    if penalty.weights is None:
        return 1
    if not isinstance(penalty.weights, str):
        return per_group(penalty, "weights", shape, like, xp)
    counts = penalty.grouping.sizes(shape) if penalty.weights == "size" else math.prod(shape)
    root = xp.sqrt(_numbers(counts, like, xp))
    return float(root) if isinstance(root, np.floating) else root


def per_group(penalty: Any, name: str, shape: Shape, like: Any, xp: Any) -> Any:
    """The parameter ``name``, a number or one a group (the axes that groups span may be left out); else ValueError."""
    value, groups = _numbers(getattr(penalty, name), like, xp), penalty.grouping
    have, wanted = tuple(getattr(value, "shape", ())), groups.group_shape(shape)
    spanned = groups.positions(shape) if isinstance(groups, AxisGroups) else ()
    if have and have == tuple(n for i, n in enumerate(wanted) if i not in spanned):
        return value.reshape(wanted)
    if len(have) > len(wanted) or any(h not in (1, w) for h, w in zip(have[::-1], wanted[::-1], strict=False)):
        owner = type(penalty).__name__
        raise ValueError(f"{owner}: {name} of shape {have} is not one a group; the groups of {tuple(shape)} are {wanted}")
    return value


def _numbers(value: Any, like: Any, xp: Any) -> Any:
    """``value`` (a number or an array of numbers) in the namespace and precision of ``like``."""
    if np.ndim(value) == 0:
        return value if is_symbolic(value) or hasattr(value, "dtype") else xp.constant(value)
    if hasattr(xp, "convert"):
        return xp.convert(value if getattr(value, "dtype", None) == np.dtype(object) else np.asarray(value, dtype=np.float64))
    if xp is NUMPY:
        return np.asarray(value, dtype=like.dtype)
    return like.new_tensor(value) if isinstance(value, np.ndarray) else value
