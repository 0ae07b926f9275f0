"""Penalties whose proof is an inequality of one coordinate, added over the coordinates by hand: l1 plus a group, the best k.

What is added is an inequality between sums of the same terms, one for each coordinate; nothing else is left to the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import z3

from verify.arrays.recorded import RecordedArrays, Vector
from verify.claims.prox.groups import GroupMinimiser, group_l2, group_mcp
from verify.evidence.chain import Chain
from verify.penalties.cardinality_ball import CardinalityBall
from verify.penalties.l1 import L1
from verify.penalties.sparse_group import SparseGroup


class _Softened(L1):
    """l1 whose prox gives the vector of the group's theorem a name: s is the soft-thresholded z."""

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        if list(z.factors) != ["z before"]:
            raise ValueError("SparseGroup no longer soft-thresholds z first")
        return Vector.variable("z")


class AtSoftened(GroupMinimiser):
    """The group's theorem at s (here its z), about the prox that SparseGroup computes."""

    def prox(self) -> Any:
        group: Any = self.penalty
        return SparseGroup(_Softened(0.0), group)._prox(Vector.variable("z before"), self.t, self.run)


def l1_group_l2() -> Chain:
    return l1_plus(group_l2)


def l1_group_mcp() -> Chain:
    return l1_plus(group_mcp)


def l1_plus(group: Callable[..., GroupMinimiser]) -> Chain:
    """The group's theorem at s, the soft-thresholded z, carried back to z.

    Its prox is a multiple c s with c >= 0. One coordinate: from s to z the term (x - z)^2 + 2t a|x| - (x - s)^2 is nowhere
    lower than at c s. Added over the group, and to the group's theorem, this is the theorem of SparseGroup.
    """
    c, one = group(AtSoftened), RecordedArrays("one.")
    x, z, factor, a = z3.Reals("one.x one.z one.c a")
    s = L1(a)._prox(z, c.t, one)
    y = factor * s
    value_x, value_y = L1(a)._value(x, one), L1(a)._value(y, one)

    def carried(v: Any, value: Any) -> Any:
        return (v - z) * (v - z) + 2 * c.t * value - (v - s) * (v - s)

    c.for_all(
        "one coordinate: from s to z nothing is lower than at c s",
        [c.t > 0, a >= 0, factor >= 0, *one.definitions.values()],
        carried(x, value_x) >= carried(y, value_y),
        mutant=carried(x, value_x) > carried(y, value_y),
    )
    sum_x, sum_y = z3.Reals("sum.x sum.y")  # of (x - z)^2 + 2t a|x| over the group, and at y
    added = c.given(
        "the inequality of one coordinate, added over the group",
        sum_x - c.square(c.x - c.z) >= sum_y - c.square(c.y - c.z),
    )
    c.prove(
        "with l1, the point that prox returns is a global minimiser",
        sum_x + 2 * c.t * c.value_x >= sum_y + 2 * c.t * c.value_y,
        [c.concluded, added],
        mutant=sum_x + 2 * c.t * c.value_x > sum_y + 2 * c.t * c.value_y,
    )
    return c


def cardinality_ball() -> Chain:
    """One entry: (x - z)^2 + l^2 [x != 0] >= (y - z)^2 + l^2 [kept], where all kept entries have |z| >= l and the others <= l.

    Added over the vector: k are kept (or all, of fewer, and then y = z), and x has at most k nonzeros, so |x - z| >= |y - z|.
    """
    c, run = Chain(), RecordedArrays()
    x, k, distance_x, distance_y, count_x = z3.Reals("x k sum.x sum.y count.x")
    z: Any = z3.Real("z")
    z.shape = (1,)
    y = CardinalityBall(1)._prox(z, 1.0, run)
    (level,), kept = run["level"], z3.Bool("kept")
    c.define(run.definitions)

    def charged(v: Any, counts: Any) -> Any:
        return (v - z) * (v - z) + z3.If(counts, level * level, 0)

    c.assume(level >= 0)
    c.prove(
        "one entry, a nonzero charged with the level",
        charged(x, x != 0) >= charged(y, kept),
        c.definitions,
        mutant=charged(x, x != 0) > charged(y, kept),
    )
    c.assume(k >= 0, count_x <= k)
    added = c.given(
        "the inequality of one entry, added over the vector",
        distance_x + level * level * count_x >= distance_y + level * level * k,
    )
    c.prove(
        "the point that prox returns is nearest among those with k nonzeros",
        distance_x >= distance_y,
        added,
        mutant=distance_x > distance_y,
    )
    return c
