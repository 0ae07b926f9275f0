"""SparseGroup with MCP on the coordinates: prox(z, t) is a global minimiser up to rounding, by its rivals."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from verify.arrays import NUMPY
from verify.claims.prox.argmin import add
from verify.claims.prox.vectors import VectorArgmin
from verify.evidence import Case
from verify.penalties.group_l2 import GroupL2
from verify.penalties.group_mcp import GroupMCP
from verify.penalties.mcp import MCP
from verify.penalties.sparse_group import SparseGroup


class MCPPair(VectorArgmin):
    """MCP beside a group penalty. Scaled so that MCP's lam is 1; its gammas are halves, since the map takes them as numbers."""

    numbers: ClassVar = {"lam": (1e-2, 1e2)}
    floats_only = True

    def cases(self, rng: Any, size: int) -> Case:
        halves = {n: rng.choice([1, 3, 8], size) for n in ("twice_gamma", "twice_group_gamma")}
        return super().cases(rng, size) | halves

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(super().domain(case, xp), xp.both(case["twice_gamma"] > 0, case["twice_group_gamma"] > 0))

    def group(self, lam: Any, gamma: Any) -> Any:
        raise NotImplementedError

    def penalty(self, case: Case, spread: Any) -> Any:
        gamma, outer = (spread(case[n]) / 2 for n in ("twice_gamma", "twice_group_gamma"))
        each = MCP._unchecked(lam=1, gamma=gamma)
        return SparseGroup._unchecked(each=each, group=self.group(spread(case["lam"]), outer))

    def minimiser(self, case: Case, xp: Any) -> Any:
        x, pairs = np.empty(case["z"].shape), np.stack([case["twice_gamma"], case["twice_group_gamma"]])
        for gamma, outer in np.unique(pairs, axis=1).T:
            rows = (pairs == [[gamma], [outer]]).all(axis=0)
            penalty = SparseGroup(MCP(1.0, gamma / 2), self.group(case["lam"][rows, None], float(outer) / 2))
            x[rows] = penalty._prox(case["z"][rows], case["t"][rows, None], NUMPY)
        return x


class ProxMCPGroupL2(MCPPair):
    r"""SparseGroup(MCP, GroupL2): no rival of prox is lower in $|x - z|^2/(2t) + \sum_i \mathrm{MCP}(x_i) + \lambda w|x|$.

    Up to rounding: the map runs in float64 alone; the replay takes its result from there, the objectives in 50 digits.
    """

    def group(self, lam: Any, gamma: Any) -> Any:
        return GroupL2(lam, axes=(-1,))


class ProxMCPGroupMCP(MCPPair):
    r"""SparseGroup(MCP, GroupMCP): no rival of prox has a lower objective, with MCP on the entries and on $|x|$.

    Up to rounding: the map runs in float64 alone; the replay takes its result from there, the objectives in 50 digits.
    """

    def group(self, lam: Any, gamma: Any) -> Any:
        return GroupMCP(lam, gamma, axes=(-1,))


PAIR = "no proof: the map sorts and searches the pieces of a dual function in float64, which is no formula for the solver"
add("SparseGroup.MCP.GroupL2", ProxMCPGroupL2, PAIR)
add("SparseGroup.MCP.GroupMCP", ProxMCPGroupMCP, PAIR)
