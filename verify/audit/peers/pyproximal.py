"""pyproximal: ``R.prox(x, tau)`` and ``R(x)`` of every operator. Its ProxOperator defines prox with 1/(2 tau) and calls tau a
positive weight, so every step > 0 is promised unless a map's own page says less."""

from __future__ import annotations

from verify.audit.survey.peer import Map, Peer

TOLERANCE = "1e4 * np.finfo(x.dtype).eps"
INSIDE = "0.0 if R(x) else np.inf"
DUAL_BALL = "0.0 if np.abs(x).max() <= sigma else np.inf"
WEIGHTS = {"sigma": (0.5, 2.0)}
SHAPES = {"sigma": (0.5, 2.0), "gamma": (0.5, 2.0)}
BAND = f"0.0 if np.ptp(x) <= 1 + 1e-9 + {TOLERANCE} else np.inf"
MATRIX = "np.array([[2.0, 1.0], [0.0, 1.0], [1.0, -1.0]])"
NUCLEAR = "sigma * np.linalg.norm(x.reshape(3, 2), 'nuc')"
SIMPLEX = f"0.0 if x.min() >= 0 and abs(x.sum() - 1.5) <= {TOLERANCE} else np.inf"
COLUMNS = "np.linalg.norm(x.reshape(2, 3), axis=0)"

SCALARS = (
    Map("L1", "pp.L1(sigma)", WEIGHTS),
    Map("L1 about g", "pp.L1(sigma, g=np.array([0.7]))", WEIGHTS),
    Map("L1.proxdual", "pp.L1(sigma)", WEIGHTS, prox="x = R.proxdual(z, t)", value=DUAL_BALL, documented=True),
    Map(
        "L0",
        "pp.L0(sigma)",
        WEIGHTS,
        value="sigma * np.count_nonzero(x)",
        documented=True,
        why="it keeps what exceeds tau sigma; the minimiser of sigma |x|_0 + |x - z|^2/(2 tau) keeps what exceeds "
        "sqrt(2 tau sigma); its own value, R(x), leaves sigma out",
    ),
    Map("L2", "pp.L2(sigma=sigma)", WEIGHTS),
    Map("L2 about b", "pp.L2(b=np.array([0.7]), sigma=sigma)", WEIGHTS),
    Map("Box", "pp.Box(-1.0, 2.0)", value=INSIDE),
    Map(
        "Huber",
        "pp.Huber(alpha)",
        {"alpha": (0.5, 2.0)},
        why="it takes the quadratic piece for |z| <= alpha where the minimiser has |x| <= alpha, that is |z| <= alpha + tau",
    ),
    Map("SCAD, tau < a - 1", "pp.SCAD(sigma, a)", {"sigma": (0.5, 2.0), "a": (3.7,)}, t=(0.1, 1.0, 2.5)),
    Map(
        "SCAD, tau >= a - 1",
        "pp.SCAD(sigma, a)",
        {"sigma": (0.5, 2.0), "a": (3.7,)},
        t=(3.0, 10.0),
        why="from tau = a - 1 on the objective is concave between sigma and a sigma and the prox jumps, at a smaller input "
        "than sigma (1 + tau), up to which the map soft-thresholds; its page gives the formula without a bound on tau",
    ),
    Map("Log", "pp.Log(sigma, gamma)", SHAPES),
    Map(
        "Log1",
        "pp.Log1(sigma, delta)",
        {"sigma": (0.5, 2.0), "delta": (0.1,)},
        value="sigma * np.sum(np.log(np.abs(x) + delta))",
        documented=True,
        why="the square root holds 2 tau sigma where the stationary point of sigma log(|x| + delta) + (x - z)^2/(2 tau) has "
        "4 tau sigma, and zero is never compared; its own value, R(x), leaves sigma out",
    ),
    Map("ETP", "pp.ETP(sigma, gamma)", SHAPES),
    Map(
        "Geman",
        "pp.Geman(sigma, gamma)",
        SHAPES,
        why="at some inputs from about 3e5 on, rounding makes the discriminant of the cubic say that 0 is the only minimum, "
        "and the map returns 0 instead of about z",
    ),
    Map("QuadraticEnvelopeCard, tau <= 1", "pp.QuadraticEnvelopeCard(mu)", {"mu": (0.5, 2.0)}, t=(0.1, 0.9, 1.0)),
    Map(
        "QuadraticEnvelopeCard, tau > 1",
        "pp.QuadraticEnvelopeCard(mu)",
        {"mu": (0.5, 2.0)},
        t=(1.5, 10.0),
        why="for tau > 1 it keeps what exceeds sqrt(2 mu); the minimiser keeps what exceeds sqrt(2 mu tau)",
    ),
    Map(
        "RelaxedMumfordShah, one number",
        "pp.RelaxedMumfordShah(sigma, kappa)",
        {"sigma": (0.5, 2.0), "kappa": (0.5, 2.0)},
        shape=(1,),
    ),
    Map("2.0 * L1", "2.0 * pp.L1(sigma)", WEIGHTS),
    Map("L1 + v", "pp.L1(sigma) + np.array([0.7])", WEIGHTS),
    Map("L1.precomposition(a, b)", "pp.L1(sigma).precomposition(2.0, 0.7)", WEIGHTS),
)

VECTORS = (
    Map(
        "RelaxedMumfordShah, several",
        "pp.RelaxedMumfordShah(sigma, kappa)",
        {"sigma": (1.0,), "kappa": (1.0,)},
        shape=(3,),
        why="the page and R(x) have min(sigma |x|_2^2, kappa) of the whole vector, the map treats each coordinate by itself",
    ),
    Map("Euclidean", "pp.Euclidean(sigma)", WEIGHTS, shape=(3,)),
    Map(
        "Euclidean.proxdual",
        "pp.Euclidean(sigma)",
        WEIGHTS,
        shape=(3,),
        prox="x = R.proxdual(z, t)",
        value=f"0.0 if np.linalg.norm(x) <= sigma + {TOLERANCE} else np.inf",
        documented=True,
    ),
    Map(
        "EuclideanBall",
        "pp.EuclideanBall(np.array([1.0, 0.0, -1.0]), 2.0)",
        shape=(3,),
        value=f"0.0 if np.linalg.norm(x - R.center) <= 2 + {TOLERANCE} else np.inf",
        documented=True,
    ),
    Map("HuberCircular", "pp.HuberCircular(alpha)", {"alpha": (0.5, 2.0)}, shape=(3,)),
    Map("L21", "pp.L21(2, sigma)", WEIGHTS, shape=(6,)),
    Map(
        "L21.proxdual",
        "pp.L21(2, sigma)",
        WEIGHTS,
        shape=(6,),
        prox="x = R.proxdual(z, t)",
        value=f"0.0 if {COLUMNS}.max() <= sigma + {TOLERANCE} else np.inf",
        documented=True,
    ),
    Map("L21_plus_L1", "pp.L21_plus_L1(sigma, rho)", {"sigma": (0.5, 2.0), "rho": (0.2, 0.8)}, shape=(2, 3)),
    Map(
        "L21_plus_L1, rho = 1",
        "pp.L21_plus_L1(sigma, 1.0)",
        WEIGHTS,
        shape=(2, 3),
        why="at rho = 1 the factor of the group is 0/0 for a group that the l1 part sets to zero, and the result is NaN",
    ),
    Map("L0Ball", "pp.L0Ball(2)", shape=(4,), value=INSIDE),
    Map(
        "L10Ball",
        "pp.L10Ball(2, 1)",
        shape=(6,),
        value=INSIDE,
        why="it keeps the columns with the largest l1 norm; the nearest point keeps those with the largest l2 norm",
    ),
    Map("L1Ball", "pp.L1Ball(3, 1.5, maxiter=200, xtol=1e-14)", shape=(3,), value=f"0.0 if R(x, tol={TOLERANCE}) else np.inf"),
    Map(
        "HalfSpace",
        "pp.HalfSpace(np.array([1.0, 2.0, -1.0]), 0.5)",
        shape=(3,),
        value=f"0.0 if R.w @ x <= R.b + {TOLERANCE} * (1 + np.abs(x).max()) else np.inf",
        documented=True,
    ),
    Map(
        "Simplex",
        "pp.Simplex(3, 1.5, maxiter=200, xtol=1e-15)",
        shape=(3,),
        value=SIMPLEX,
        documented=True,
    ),
    Map(
        "Simplex, engine numba",
        "pp.Simplex(3, 1.5, maxiter=200, xtol=1e-15, ftol=1e-15, engine='numba')",
        shape=(3,),
        value=SIMPLEX,
        documented=True,
    ),
    Map(
        "Simplex with dims",
        "pp.Simplex(6, 1.5, dims=(2, 3), maxiter=200, xtol=1e-15)",
        shape=(6,),
        value=f"0.0 if x.min() >= 0 and np.abs(x.reshape(2, 3).sum(axis=1) - 1.5).max() <= {TOLERANCE} else np.inf",
        documented=True,
    ),
    Map(
        "Simplex with dims, its own value",
        "pp.Simplex(6, 1.5, dims=(2, 3), maxiter=200, xtol=1e-15)",
        shape=(6,),
        value=INSIDE,
        why="the projection is right and R(x) is not: with dims it also accepts rows whose sum is below the radius",
    ),
    Map(
        "TV, one dimension, rtol = 0",
        "pp.TV((3,), niter=150, rtol=0)",
        shape=(3,),
        t=(0.5,),
        note="at the default niter=10 it is an approximation, as its page says; TV(dims=None) raises",
    ),
    Map(
        "TV, one dimension, rtol > 0",
        "pp.TV((4,), niter=150, rtol=1e-15)",
        shape=(4,),
        t=(0.5,),
        why="it stops when two objectives in a row agree to rtol, which they can do far from the minimiser, whatever niter is",
    ),
    Map(
        "L2 with q",
        "pp.L2(q=np.array([1.0, -1.0, 0.5]), sigma=sigma)",
        WEIGHTS,
        shape=(3,),
        why="without b it subtracts tau alpha q from the caller's array itself",
    ),
    Map("L2 with b and q", "pp.L2(b=np.ones(3), q=np.array([1.0, -1.0, 0.5]), sigma=sigma)", WEIGHTS, shape=(3,)),
    Map("L2, explicit operator", f"pp.L2(pylops.MatrixMult({MATRIX}), np.ones(3), sigma=sigma)", WEIGHTS, shape=(2,)),
    Map(
        "L2, operator without matrix",
        f"pp.L2(pylops.FunctionOperator({MATRIX}.dot, {MATRIX}.T.dot, 3, 2), np.ones(3), sigma=sigma, niter=100, warm=False, "
        "kwargs_solver=dict(atol=0, btol=0))",
        WEIGHTS,
        shape=(2,),
        note="at the defaults (niter=10, the solver's tolerances, warm=True) it is an approximation that depends on past calls",
    ),
    Map(
        "L2Convolve, nfft = n",
        "pp.L2Convolve(np.array([1.0, 0.5]), np.array([1.0, 2.0, 0.0, 1.0]), nfft=4)",
        shape=(4,),
        prox="x = R.prox(z, t).real",
        note="the result is a complex array; its real part is taken here",
    ),
    Map(
        "L2Convolve, nfft > n",
        "pp.L2Convolve(np.array([1.0, 0.5]), np.array([1.0, 2.0, 0.0, 1.0]), nfft=8)",
        shape=(4,),
        prox="x = R.prox(z, t).real",
        why="it solves for nfft numbers and returns the first n, which is not the minimiser over n numbers; the default is "
        "nfft = 1024",
    ),
    Map("Quadratic, symmetric", "pp.Quadratic(pylops.MatrixMult(np.array([[2.0, 1.0], [1.0, 3.0]])), np.ones(2))", shape=(2,)),
    Map(
        "Quadratic, not symmetric",
        "pp.Quadratic(pylops.MatrixMult(np.array([[2.0, 2.0], [0.0, 3.0]])), np.ones(2))",
        shape=(2,),
        why="the gradient of x'Op x/2 is (Op + Op')x/2 and the map solves with Op; its page asks only for a square Op",
    ),
    Map(
        "AffineSet",
        "pp.AffineSet(pylops.MatrixMult(np.array([[1.0, 1.0, 1.0]])), np.array([1.0]), niter=100)",
        shape=(3,),
        value=f"0.0 if abs(x.sum() - 1) <= {TOLERANCE} * (1 + np.abs(x).max()) else np.inf",
        documented=True,
    ),
    Map(
        "Hankel",
        "pp.Hankel((2, 2))",
        shape=(4,),
        value=f"0.0 if abs(x[1] - x[2]) <= {TOLERANCE} * np.abs(x).max() else np.inf",
        documented=True,
    ),
    Map(
        "Intersection",
        "pp.Intersection(3, 1, 1.0, niter=200, tol=0)",
        shape=(3,),
        t=(1.0,),
        value=BAND,
        documented=True,
        why="it works in the caller's array, which afterwards holds the projection",
    ),
    Map(
        "Intersection of a copy, tol > 0",
        "pp.Intersection(3, 1, 1.0, niter=200, tol=1e-15)",
        shape=(3,),
        t=(1.0,),
        prox="x = R.prox(z.copy(), t)",
        value=BAND,
        documented=True,
        why="it stops when one round changes nothing; Dykstra's iterates can stand still for many rounds and then go on",
    ),
    Map("VStack", "pp.VStack([pp.L1(sigma), pp.Euclidean(sigma)], nn=[2, 2])", WEIGHTS, shape=(4,)),
    Map(
        "Orthogonal",
        "pp.Orthogonal(pp.L1(sigma), pylops.MatrixMult(np.array([[0.6, 0.8], [-0.8, 0.6]])), b=np.array([1.0, -1.0]))",
        WEIGHTS,
        shape=(2,),
        note="with pylops.Identity as Q and b given, R(x) adds b to the caller's x",
    ),
    Map(
        "Orthogonal, partial",
        "pp.Orthogonal(pp.L1(sigma), pylops.MatrixMult(np.array([[1.0, 1.0]])), partial=True, b=np.array([1.0]), alpha=2.0)",
        WEIGHTS,
        shape=(2,),
    ),
    Map(
        "QuadraticEnvelopeCardIndicator, tau < 1",
        "pp.QuadraticEnvelopeCardIndicator(2)",
        shape=(4,),
        t=(0.1, 0.5, 0.9),
        note="with r0 = 1 its value R(x) raises where two entries of x or more are not zero",
        why="where entries tie, rounding can leave its search for the threshold without a result, and it raises",
    ),
    Map(
        "QuadraticEnvelopeCardIndicator, tau >= 1",
        "pp.QuadraticEnvelopeCardIndicator(2)",
        shape=(4,),
        t=(1.0, 1.5, 10.0),
        why="for tau >= 1 it thresholds at sqrt(2 tau), whatever r0; the minimiser keeps the r0 largest",
    ),
)

MATRICES = (
    Map(
        "Nuclear",
        "pp.Nuclear((3, 2), sigma)",
        WEIGHTS,
        shape=(6,),
        value=NUCLEAR,
        documented=True,
        note="R(x) takes square roots of the eigenvalues of X'X and has half the digits",
    ),
    Map(
        "Nuclear, weights that do not decrease",
        "pp.Nuclear((3, 2), np.array([0.5, 2.0]))",
        shape=(6,),
        value="np.linalg.svd(x.reshape(3, 2), compute_uv=False) @ np.array([0.5, 2.0])",
        documented=True,
    ),
    Map(
        "Nuclear, weights that decrease",
        "pp.Nuclear((3, 2), np.array([2.0, 0.5]))",
        shape=(6,),
        value="np.linalg.svd(x.reshape(3, 2), compute_uv=False) @ np.array([2.0, 0.5])",
        documented=True,
        why="its page calls this the convex case, and there a threshold for each singular value does not give the minimiser: "
        "it can change their order, and with it the weights",
    ),
    Map(
        "NuclearBall",
        "pp.NuclearBall((2, 2), 1.5, maxiter=200, xtol=1e-15)",
        shape=(4,),
        value=f"0.0 if np.linalg.norm(x.reshape(2, 2), 'nuc') <= 1.5 + {TOLERANCE} else np.inf",
        documented=True,
    ),
    Map(
        "SingularValuePenalty of Log",
        "pp.SingularValuePenalty((2, 2), pp.Log(sigma, gamma))",
        SHAPES,
        shape=(4,),
        value="sigma / np.log1p(gamma) * np.log1p(gamma * np.linalg.svd(x.reshape(2, 2), compute_uv=False)).sum()",
        documented=True,
    ),
    Map(
        "QuadraticEnvelopeRankL2",
        "pp.QuadraticEnvelopeRankL2((3, 3), 2, np.eye(3))",
        shape=(9,),
        t=(0.1, 1.0, 10.0),
        value="pp.QuadraticEnvelopeCardIndicator(2)(np.linalg.svd(x.reshape(3, 3), compute_uv=False)) "
        "+ np.sum((x - np.eye(3).ravel()) ** 2) / 2",
        documented=True,
        note="R(x) has the misfit |X - M| without the square",
    ),
)

PEER = Peer(
    package="pyproximal",
    imports="import numpy as np, pylops, pyproximal as pp",
    others=("pylops", "numpy"),
    maps=(*SCALARS, *VECTORS, *MATRICES),
    left_out={
        "Nonlinear": "abstract: its user writes function, gradient and optimiser",
        "GenericIntersectionProx, Sum": "Dykstra's iteration over the user's own maps, as accurate as its niter and tol",
        "Intersection of a copy with tol = 0": "Dykstra's iteration, as accurate as its niter",
        "TV in two and more dimensions": "a call that is accurate enough to be audited takes a second",
        "RED": "a denoiser of the user's; no function that it is the prox of is claimed",
        "L01Ball": "the deprecated name of L10Ball",
        "Simplex with engine='cuda'": "needs a GPU",
        "proxdual of the others": "made from prox by the Moreau identity, so it is right exactly where prox is (and f convex)",
        "chain": "its documentation leaves to the user when it is a prox",
    },
)
