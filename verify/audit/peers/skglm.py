"""skglm: the prox of every penalty as its solvers call it (``prox_1d`` a coordinate, ``prox_1feat`` a row, ``prox_1group`` a
group, ``prox_vec``), and the prox of its two data terms. Its pages state no range of the step."""

from __future__ import annotations

from functools import partial

from verify.audit.survey.peer import Map, Peer

VALUE = "R.value(x)"
POSITIVE = "R.value(x) if x.min() >= 0 else np.inf"
ALPHA = {"alpha": (0.5, 2.0)}
SHAPES = {"alpha": (0.5, 2.0), "gamma": (3.0,)}
BELOW, ABOVE = (0.1, 1.0, 2.5), (4.0, 30.0)
WEIGHTS = "np.array([0.5, 1.0, 2.0])"
SETS = "np.array([0, 2, 4], dtype=np.int32), np.arange(4, dtype=np.int32)"

coordinates = partial(Map, prox="x = np.array([R.prox_1d(each, t, j) for j, each in enumerate(z)], z.dtype)", value=VALUE)
rows = partial(
    Map, shape=(2, 3), prox="x = np.array([R.prox_1feat(row, t, j) for j, row in enumerate(z)], z.dtype)", value=VALUE
)
others = partial(
    Map,
    shape=(2, 3),
    prox="x = np.array([R.prox_1feat(row, t, j) if row.any() else row for j, row in enumerate(z)], z.dtype)",
    value=VALUE,
)
groups = partial(
    Map, shape=(4,), prox="x = np.concatenate([R.prox_1group(z[:2], t, 0), R.prox_1group(z[2:], t, 1)])", value=VALUE
)

JUMP = (
    "for a step above gamma the objective is concave up to alpha gamma and the prox jumps at alpha sqrt(gamma step); the map "
    "sets everything up to alpha step to zero"
)
ZERO = "the row is divided by its norm, and a row of zeros has none"
SINGULAR = "one of its three candidates is divided by gamma - 1 - step"
CONSTRAINT = "value(w) leaves the constraint w >= 0 out; it is added here"

SEPARABLE = (
    coordinates("L1", "penalties.L1(alpha)", ALPHA),
    coordinates("L1, positive", "penalties.L1(alpha, positive=True)", ALPHA, value=POSITIVE, documented=True, note=CONSTRAINT),
    coordinates("L1_plus_L2", "penalties.L1_plus_L2(alpha, l1_ratio)", {"alpha": (0.5, 2.0), "l1_ratio": (0.3, 0.9)}),
    coordinates(
        "L1_plus_L2, positive",
        "penalties.L1_plus_L2(alpha, 0.5, positive=True)",
        ALPHA,
        value=POSITIVE,
        documented=True,
        note=CONSTRAINT,
    ),
    coordinates("WeightedL1", f"penalties.WeightedL1(alpha, {WEIGHTS})", ALPHA, shape=(3,)),
    coordinates("MCPenalty, step <= gamma", "penalties.MCPenalty(alpha, gamma)", SHAPES, t=(*BELOW, 3.0)),
    coordinates("MCPenalty, step > gamma", "penalties.MCPenalty(alpha, gamma)", SHAPES, t=ABOVE, why=JUMP),
    coordinates(
        "MCPenalty, positive, step <= gamma",
        "penalties.MCPenalty(alpha, gamma, positive=True)",
        SHAPES,
        t=BELOW,
        value=POSITIVE,
        documented=True,
        note=CONSTRAINT,
    ),
    coordinates(
        "WeightedMCPenalty, step weight <= gamma",
        f"penalties.WeightedMCPenalty(alpha, gamma, {WEIGHTS})",
        SHAPES,
        shape=(3,),
        t=(0.1, 1.0),
    ),
    coordinates(
        "WeightedMCPenalty, step weight > gamma",
        f"penalties.WeightedMCPenalty(alpha, gamma, {WEIGHTS})",
        SHAPES,
        shape=(3,),
        t=(2.0, 30.0),
        why=JUMP,
    ),
    coordinates("SCAD, step < gamma - 1", "penalties.SCAD(alpha, gamma)", SHAPES, t=(0.1, 1.0, 1.9)),
    coordinates("SCAD, step = gamma - 1", "penalties.SCAD(alpha, gamma)", SHAPES, t=(2.0,), why=SINGULAR),
    coordinates("SCAD, step > gamma - 1", "penalties.SCAD(alpha, gamma)", SHAPES, t=(2.1, 4.0, 30.0)),
    coordinates("IndicatorBox", "penalties.IndicatorBox(alpha)", ALPHA),
    coordinates("PositiveConstraint", "penalties.PositiveConstraint()"),
    coordinates("L0_5", "penalties.L0_5(alpha)", ALPHA),
    coordinates("L0_5.prox_vec", "penalties.L0_5(alpha)", ALPHA, prox="x = R.prox_vec(z, t)"),
    coordinates(
        "L2_3",
        "penalties.L2_3(alpha)",
        ALPHA,
        why="far above the threshold two nearly equal numbers are subtracted: the result has about six right digits, and the "
        "amount by which z is shrunk none",
    ),
    coordinates(
        "LogSumPenalty, alpha step <= eps^2",
        "penalties.LogSumPenalty(alpha, eps)",
        {"alpha": (0.5, 2.0), "eps": (3.0,)},
        t=(0.1, 1.0, 4.0),
    ),
    coordinates(
        "LogSumPenalty, alpha step > eps^2",
        "penalties.LogSumPenalty(alpha, eps)",
        {"alpha": (0.5, 2.0), "eps": (0.5,)},
        t=(1.0, 3.0, 10.0),
        why="the bisection for the threshold starts at 2 sqrt(alpha step) - eps, where rounding can make the square root of a "
        "difference NaN; it then ends at the other end of its interval, and everything up to alpha step/eps becomes 0",
    ),
    Map("SLOPE", "penalties.SLOPE(np.array([2.0, 1.0, 0.5]))", shape=(3,), prox="x = R.prox_vec(z, t)", value=VALUE),
)

GROUPED = (
    rows("L2_1", "penalties.L2_1(alpha)", ALPHA),
    rows("L2_05, a row of zeros", "penalties.L2_05(alpha)", ALPHA, t=(1.0,), why=ZERO),
    others("L2_05, other rows", "penalties.L2_05(alpha)", ALPHA),
    rows("BlockMCPenalty, a row of zeros", "penalties.BlockMCPenalty(alpha, gamma)", SHAPES, t=(1.0,), why=ZERO),
    others("BlockMCPenalty, other rows, step <= gamma", "penalties.BlockMCPenalty(alpha, gamma)", SHAPES, t=BELOW),
    others("BlockMCPenalty, other rows, step > gamma", "penalties.BlockMCPenalty(alpha, gamma)", SHAPES, t=ABOVE, why=JUMP),
    rows("BlockSCAD, a row of zeros", "penalties.BlockSCAD(alpha, gamma)", SHAPES, t=(1.0,), why=ZERO),
    others("BlockSCAD, other rows", "penalties.BlockSCAD(alpha, gamma)", SHAPES, t=(0.1, 1.0, 4.0, 30.0)),
    groups("WeightedGroupL2", f"penalties.WeightedGroupL2(alpha, np.array([0.5, 2.0]), {SETS})", ALPHA),
    groups(
        "WeightedGroupL2, positive", f"penalties.WeightedGroupL2(alpha, np.array([0.5, 2.0]), {SETS}, positive=True)", ALPHA
    ),
    groups(
        "WeightedL1GroupL2, equal feature weights",
        f"penalties.WeightedL1GroupL2(alpha, np.array([0.5, 2.0]), np.ones(4), {SETS})",
        ALPHA,
    ),
    groups(
        "WeightedL1GroupL2",
        f"penalties.WeightedL1GroupL2(alpha, np.array([0.5, 2.0]), np.array([0.5, 1.0, 2.0, 4.0]), {SETS})",
        ALPHA,
        why="prox_1group(z, step, g) takes the feature weight with the number of the group for all features of the group",
    ),
)

DATA = (
    Map(
        "SqrtQuadratic.prox",
        "sqrt_lasso.SqrtQuadratic()",
        shape=(3,),
        prox="x = R.prox(z, t, np.array([1.0, -1.0, 0.5]))",
        value="R.value(np.array([1.0, -1.0, 0.5]), None, x)",
        imports="import numpy as np; from skglm.experimental import sqrt_lasso",
    ),
    Map(
        "Pinball.prox",
        "quantile_regression.Pinball(level)",
        {"level": (0.2, 0.5, 0.9)},
        shape=(2,),
        prox="x = R.prox(z, t, np.array([1.0, -1.0]))",
        value="R.value(np.array([1.0, -1.0]), None, x)",
        imports="import numpy as np; from skglm.experimental import quantile_regression",
    ),
)

PEER = Peer(
    package="skglm",
    imports="import numpy as np; from skglm import penalties",
    others=("numba", "numpy"),
    maps=(*SEPARABLE, *GROUPED, *DATA),
    left_out={
        "L2": "a smooth penalty without a prox",
        "SqrtQuadratic.prox_conjugate, Pinball.prox_conjugate": "proxes of conjugates that the library gives no value of",
        "prox_funcs.BST_vec": "numba cannot compile it (norm with axis=)",
        "the smooth data terms": "they have gradients, no prox",
    },
)
