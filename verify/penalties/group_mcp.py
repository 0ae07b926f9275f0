from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from verify.penalties.group_norms import _GroupNorms
from verify.penalties.mcp import MCP
from verify.penalties.parameters import NonNegative, Positive, as_array, largest_curvature


@dataclass(frozen=True)
class GroupMCP(_GroupNorms):
    """MCP of the group norms: sum_g MCP(|x_g|; lam w_g, gamma) (Breheny and Huang 2009). Weakly convex, modulus 1/gamma.

    Groups are given by ``axes`` (``axes=(0,)`` on a matrix groups its columns) or by ``groups``, a partition of the last axis.
    prox moves each group along itself to MCP's prox of its norm: firm thresholding for t < gamma, from t = gamma on hard
    thresholding of the norm at lam w_g sqrt(gamma t), where 0 is returned and z_g minimises too. gamma and t are numbers or
    one a group.
    """

    lam: NonNegative
    gamma: Positive
    axes: int | tuple[int, ...] | None = None
    groups: Any = None
    weights: Any = "size"

    @property
    def weak_convexity(self) -> float:
        """The least modulus: the largest 1/gamma among groups with lam w > 0. An upper bound where gamma, lam and weights are
        arrays of different shapes: which entries belong together is open until an array is met."""
        weights = 1.0 if self.weights is None or isinstance(self.weights, str) else self.weights
        gamma, lam, w = map(as_array, (self.gamma, self.lam, weights))
        if len({v.shape for v in (gamma, lam, w) if v.size > 1}) > 1:
            gamma, lam, w = np.min(gamma), np.max(lam), np.max(w)
        return largest_curvature(gamma, (lam > 0) & (w > 0))

    def _of_norm(self, norm: Any, level: Any, xp: Any) -> Any:
        return self._of_level(level)._value(norm, xp)

    def _slope(self, norm: Any, level: Any, xp: Any) -> Any:
        return xp.maximum(level - norm / self.gamma, 0)

    def _radius(self, norm: Any, t: Any, level: Any, xp: Any) -> Any:
        return self._of_level(level)._prox(norm, t, xp)

    def _of_level(self, level: Any) -> MCP:
        return MCP._unchecked(lam=level, gamma=self.gamma)  # type: ignore[no-any-return]
