"""Which proof belongs to which claim: ``CHAINS["L12"]()`` is the chain of PROX.L12, ready to be asked."""

from __future__ import annotations

from collections.abc import Callable

from verify.claims.prox import binary_w, direct, groups, l12, l23, mcp, scad, sums, transformed_l1
from verify.evidence.chain import Chain

CHAINS: dict[str, Callable[[], Chain]] = {
    "Zero": direct.zero,
    "L1": direct.l1,
    "L2Squared": direct.l2_squared,
    "ElasticNet": direct.elastic_net,
    "L0": direct.l0,
    "L12": l12.l12,
    "L23": l23.l23,
    "TransformedL1": transformed_l1.transformed_l1,
    "MCP": mcp.mcp,
    "SCAD": scad.scad,
    "BinaryW.q0": direct.binary_w_0,
    "BinaryW.q0.5": binary_w.binary_w_12,
    "BinaryW.q0.667": binary_w.binary_w_23,
    "BinaryW.q1": direct.binary_w_1,
    "Box": direct.box,
    "NegativeAbs": direct.negative_abs,
    "NegativeSquare": direct.negative_square,
    "GroupL2": groups.group_l2,
    "GroupMCP": groups.group_mcp,
    "SparseGroup.L1.GroupL2": sums.l1_group_l2,
    "SparseGroup.L1.GroupMCP": sums.l1_group_mcp,
    "CardinalityBall": sums.cardinality_ball,
}
