from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from verify.penalties.group_norms import _GroupNorms
from verify.penalties.mcp import MCP
from verify.penalties.parameters import NonNegative, Positive


@dataclass(frozen=True)
class GroupMCP(_GroupNorms):
    """MCP of the group norms: sum_g MCP(|x_g|; lam w_g, gamma) (Breheny and Huang 2009). Weakly convex, modulus 1/gamma.

    Groups are given by ``axes`` (``axes=(0,)`` on a matrix groups its columns) or by ``groups``, a partition of the last axis.
    prox moves each group along itself to MCP's prox of its norm: firm thresholding for t < gamma, from t = gamma on hard
    thresholding of the norm at lam w_g sqrt(gamma t). t is a number or one a group.
    """

    lam: NonNegative
    gamma: Positive
    axes: int | tuple[int, ...] | None = None
    groups: Any = None
    weights: Any = "size"
    ties: ClassVar[str] = "t >= gamma and |z_g| = lam w_g sqrt(gamma t): both 0 and z_g minimise; 0 is returned"

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "_mcp", MCP(0, self.gamma))

    @property
    def weak_convexity(self) -> float:
        return float(np.max(1 / np.asarray(self.gamma)) * (np.max(self.lam) > 0))

    def _of_norm(self, norm: Any, level: Any, xp: Any) -> Any:
        return self._of_level(level)._value(norm, xp)

    def _slope(self, norm: Any, level: Any, xp: Any) -> Any:
        return xp.maximum(level - norm / self.gamma, 0)

    def _radius(self, norm: Any, t: Any, level: Any, xp: Any) -> Any:
        return self._of_level(level)._prox(norm, t, xp)

    def _of_level(self, level: Any) -> MCP:
        return self._mcp._with(lam=level)  # type: ignore[attr-defined]
