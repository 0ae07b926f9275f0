from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from verify.penalties.firm import firm_or_hard, mcp
from verify.penalties.group_norms import _GroupNorms
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

    @property
    def weak_convexity(self) -> Any:
        return 1 / self.gamma

    def _of_norm(self, norm: Any, level: Any, xp: Any) -> Any:
        return mcp(norm, level, self.gamma, xp)

    def _slope(self, norm: Any, level: Any, xp: Any) -> Any:
        return xp.maximum(level - norm / self.gamma, 0.0)

    def _radius(self, norm: Any, t: Any, level: Any, xp: Any) -> Any:
        return firm_or_hard(norm, t, level, self.gamma, xp)
