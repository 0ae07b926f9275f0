"""Penalties whose proof is an inequality of one coordinate, added over the coordinates by hand: l1 plus a group, the best k.

What is added is an inequality between sums of the same terms, one for each coordinate; nothing else is left to the reader.
"""

from __future__ import annotations

import z3

from verify.arrays.recorded import RecordedArrays
from verify.claims.prox.groups import GroupMinimiser
from verify.evidence.chain import Chain
from verify.penalties import L1, CardinalityBall


def l1_plus(group: GroupMinimiser) -> Chain:
    """The group's theorem at s, the soft-thresholded z (here the group's own z), carried back to z.

    Its prox is a multiple c s with c >= 0. One coordinate: from s to z the term (x - z)^2 + 2t a|x| - (x - s)^2 is nowhere lower
    than at c s. Added over the group, and to the group's theorem, this is the theorem of SparseGroup.
    """
    c, one = group, RecordedArrays("one.")
    x, z, factor, a = z3.Reals("one.x one.z one.c a")
    s = L1(a)._prox(z, c.t, one)
    y = factor * s
    own = {v: L1(a)._value(v, one) for v in (x, y)}

    def carried(v: z3.ArithRef) -> z3.ArithRef:
        return (v - z) * (v - z) + 2 * c.t * own[v] - (v - s) * (v - s)

    c.for_all(
        "one coordinate: from s to z nothing is lower than at c s",
        [c.t > 0, a >= 0, factor >= 0, *one.definitions.values()],
        carried(x) >= carried(y),
        mutant=carried(x) > carried(y),
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
    x, z, k, distance_x, distance_y, count_x = z3.Reals("x z k sum.x sum.y count.x")
    z.shape = (1,)
    y = CardinalityBall(1)._prox(z, 1.0, run)
    (level,), kept = run["level"], z3.Bool("kept")
    c.define(run.definitions)

    def charged(v: z3.ArithRef, counts: z3.BoolRef) -> z3.ArithRef:
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
