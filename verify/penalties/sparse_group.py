from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.penalties.base import Penalty
from verify.penalties.group_kinds import Shape
from verify.penalties.group_l2 import GroupL2
from verify.penalties.group_mcp import GroupMCP
from verify.penalties.l1 import L1
from verify.penalties.mcp import MCP
from verify.penalties.mcp_pair import mcp_pair_prox


@dataclass(frozen=True)
class SparseGroup(Penalty):
    """each(x) + group(x): zeros inside the groups that stay. ``each`` is L1 or MCP, ``group`` GroupL2 or GroupMCP.

    SparseGroup(L1(a), GroupL2(b, axes=0)) is the sparse group LASSO (Simon, Friedman, Hastie, Tibshirani 2013).

    With L1 the prox is the group's prox of the soft-thresholded point, convex or not. For sign x_i = sign z_i (it only helps),
    |x - z|^2/(2t) + sum a_i|x_i| = |x - s|^2/(2t) + sum over |z_i| < t a_i of |x_i|(a_i - |z_i|/t) + a constant, s the
    soft-thresholded z; the last sum is >= 0, and 0 at a minimiser of |x - s|^2/(2t) + h(|x|) with h nondecreasing, a multiple
    of s. (The same holds for a step a coordinate, which GroupL2 understands.)

    With MCP that composition is false: lam = 1, gamma = 2 for both, t = 1 and z = 1.9 in one dimension give 1.6 at objective
    1.965, while 0 has 1.805. Its exact global minimiser comes from :func:`verify.penalties.mcp_pair.mcp_pair_prox`, which
    runs with NumPy alone and takes t as a number.

    At ties of GroupMCP beside L1 the group is zero; with MCP rounding decides which minimiser is returned.
    """

    each: L1 | MCP
    group: GroupL2 | GroupMCP

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.each, L1 | MCP):
            raise TypeError(f"SparseGroup: each must be L1(...) or MCP(...), one coordinate at a time; got {self.each!r}")
        if not isinstance(self.group, GroupL2 | GroupMCP):
            raise TypeError(f"SparseGroup: group must be GroupL2(...) or GroupMCP(...); got {self.group!r}")

    @property
    def weak_convexity(self) -> Any:
        return self.each.weak_convexity + self.group.weak_convexity

    def group_norms(self, x: Any) -> Any:
        return self.group.group_norms(x)

    def group_support(self, x: Any) -> Any:
        return self.group.group_support(x)

    def _value(self, x: Any, xp: Any) -> Any:
        groups = self.group.grouping
        return groups.sum(self.each._value(x, xp), xp) + self.group._value(x, xp)

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        if isinstance(self.each, L1):
            return self.group._prox(self.each._prox(z, self._spread(t, z.shape), xp), t, xp)
        if xp is not NUMPY:
            raise TypeError(f"SparseGroup: the prox of MCP plus a group penalty runs with NumPy alone, not with {xp.name}")
        return self._pair(z, t)

    def _pair(self, z: Any, t: Any) -> Any:
        each: Any = self.each
        if np.ndim(each.lam) or np.ndim(each.gamma):
            raise ValueError(f"SparseGroup: MCP beside a group penalty takes lam and gamma as numbers; got {each!r}")
        group: Any = self.group
        groups: Any = group.grouping
        if groups.has_one_a_coordinate(np.shape(t), z.shape):
            wanted = f"{type(self).__name__}.prox: with MCP t is a number or one a group"
            raise ValueError(f"{wanted}; got one a coordinate, of shape {np.shape(t)}")
        level, others = group._level(z.shape, z, NUMPY), group._others(z.shape, z, NUMPY)
        whole = groups.group_shape(z.shape)
        of_groups = (groups.spread(np.broadcast_to(v, whole)) for v in (level, others.get("gamma", np.inf)))
        numbers = [np.broadcast_to(v, z.shape).ravel() for v in (self._spread(t, z.shape), *of_groups)]
        flat, x = np.asarray(z, dtype=np.float64).ravel(), np.empty(z.size)
        for members in groups.members(z.shape):
            step, threshold, gamma = (v[members[:, :1]].astype(np.float64) for v in numbers)
            x[members] = mcp_pair_prox(flat[members], step, each, threshold, gamma)
        return x.reshape(z.shape)

    def _prox_numpy(self, z: Any, t: Any, out: Any) -> Any:
        # Float64 throughout, so that float32 results carry one rounding.
        result = z.copy()
        if z.size:
            wide = z.astype(np.float64, copy=False)
            with np.errstate(all="ignore"):
                if isinstance(self.each, L1):
                    soft = self.each._prox_numpy(wide, self._spread(t, z.shape), None)
                    result = self.group._prox_numpy(np.asarray(soft), t, None).astype(z.dtype, copy=False)
                else:
                    result = self._pair(wide, t).astype(z.dtype, copy=False)
        if out is None:
            return result
        out[...] = result
        return out

    def _beside(self, x: Any) -> Any:
        return self._with(each=self.each._beside(x), group=self.group._beside(x))

    def _check_parameters(self, shape: Shape) -> None:
        self.group.grouping.check(shape, type(self).__name__)
        self.each._check_parameters(shape)

    def _check_step_shape(self, t_shape: Shape, z_shape: Shape) -> None:
        self.group._check_step_shape(t_shape, z_shape)

    def _spread(self, per_group: Any, shape: Shape) -> Any:
        """A number, or one a group, or one a coordinate, as something that broadcasts against ``shape``."""
        groups, have = self.group.grouping, tuple(getattr(per_group, "shape", ()))
        alone = not have or have[-1] == 1  # broadcasts against the coordinates as well as against the groups
        return per_group if alone or groups.has_one_a_coordinate(have, shape) else groups.spread(per_group)

    def _subgradient_gap(self, x: Any, g: Any, xp: Any) -> Any:
        group: Any = self.group
        at_zero = group._ball_gap(self.each._subgradient_gap(x, g, xp), xp)
        return xp.where(group._vanishes(x, xp), at_zero, self.each._subgradient_gap(x, g + group._pull(x, xp), xp))
