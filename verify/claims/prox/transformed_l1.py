"""Transformed l1: the cosine form of the cubic's largest root, that Euler's steps stay there, and that it is lowest.

w = lam t (a + 1)/a is t times the slope at 0. Past the threshold the stationary points solve (a + x)^2 (x - r) + w a^2 = 0,
which is Y^2 (Y - Z) + w a^2 = 0 in Y = a + x, Z = a + r.
"""

from __future__ import annotations

from typing import Any

import z3

from verify.claims.prox.theorem import Minimiser
from verify.evidence.chain import Known
from verify.penalties.transformed_l1 import TransformedL1

A, B, C, D, E, G, Q, R, W, X, Y, Z = z3.Reals("a B C D E G Q r w X Y Z")
# Past the threshold, of w and Z.
PAST = z3.Or(z3.And(2 * W > A, (Z - A / 2) * (Z - A / 2) > 2 * W * A), z3.And(2 * W <= A, Z - A > W))
CUBIC = [A > 0, W >= 0, Z >= A, PAST]
STATIONARY = (A + X) * (A + X) * (X - R) + W * A * A == 0


def transformed_l1() -> Minimiser:
    c = Minimiser(TransformedL1)
    lam, a, t = c.parameters["lam"], c.parameters["a"], c.t
    c.example = [100 * lam == 1, a == 2, t == 4]
    (r,), (root, *_), safe, per_a = c.run["abs"], c.run["sqrt"], c.run["where"][0], c.run["quotient"][0]
    w = lam * t + per_a
    keep = z3.If(2 * w > a, r > root - a / 2, r > w)
    slope = c.prove("w a = lam t (a + 1)", z3.And(w * a == lam * t * (a + 1), w >= 0), per_a, mutant=w * a == lam * t)
    size = c.prove("r = |z|", z3.And(r >= 0, z3.Or(r == c.z, r == -c.z)), r, mutant=r > 0)
    jump = c.prove("the jump's root", z3.And(root >= 0, root * root == 2 * w * a), [slope, root], mutant=root * root == w * a)
    past = c.prove(
        "past the threshold",
        z3.Implies(keep, z3.And(safe == r, _at(PAST, w=w, Z=a + r))),
        [jump, size, safe],
        mutant=z3.Implies(keep, r > w),
    )
    known = [slope, size, past]
    start = cosine_root(c, w, keep, known)
    x, stationary = newton(c, w, keep, known, start)
    return lowest(c, w, keep, x, [jump, *known], stationary)


def _at(formula: Any, **terms: Any) -> Any:
    return z3.substitute(formula, *[(z3.Real(name), term) for name, term in terms.items()])


def cosine_root(c: Minimiser, w: Any, keep: Any, known: list[Known]) -> Known:
    """The start is the largest stationary point, at least r - a/2."""
    a, safe, (cosine,), (_, share, u, *_) = c.parameters["a"], c.run["where"][0], c.run["cos_third"], c.run["quotient"]
    total, q = a + safe, share * u * u * u

    def kept(goal: Any) -> Any:
        return z3.Implies(keep, goal)

    discriminant = c.for_all(
        "the cubic has three roots", CUBIC, 27 * W * A * A <= 4 * Z * Z * Z, mutant=27 * W * A * A <= 3 * Z * Z * Z
    )
    quotients = c.prove(
        "the quotients u and w/a",
        z3.And(share * a == w, share >= 0, kept(z3.And(u * total == a, u > 0, total >= a))),
        [known, u, share],
        mutant=u == a,
    )
    cubes = c.for_all(
        "(w/a) u^3 Z^3 = w a^2",
        [Y * Z == A, D * A == W, A > 0, Z > 0],
        D * Y * Y * Y * Z * Z * Z == W * A * A,
        mutant=D * Y * Y * Y * Z * Z * Z == W * A,
    )
    bounded = c.for_all(
        "27 (w/a) u^3 <= 4",
        [Z > 0, B * Z * Z * Z == X, 27 * X <= 4 * Z * Z * Z, X >= 0],
        z3.And(27 * B <= 4, B >= 0),
        mutant=27 * B <= 3,
    )
    argument = c.prove(
        "the argument of cos_third is at least -1",
        kept(z3.And(q * total * total * total == w * a * a, 27 * q <= 4, q >= 0)),
        [quotients, known, cubes(Y=u, D=share, w=w, Z=total), bounded(Z=total, B=q, X=w * a * a), discriminant(w=w, Z=total)],
        mutant=kept(27 * q <= 3),
    )
    triple = 4 * cosine * cosine * cosine - 3 * cosine
    domain = c.prove(
        "cos_third in its domain",
        kept(z3.And(2 * cosine >= 1, triple == 1 - 27 * q / 2, cosine <= 1)),
        [argument, cosine],
        mutant=kept(2 * cosine >= 2),
    )
    solves = c.for_all(
        "Y = Z (1 + 2 c)/3 solves the cubic",
        [3 * Y == Z * (1 + 2 * C), 4 * C * C * C - 3 * C == 1 - 27 * B / 2, B * Z * Z * Z == X],
        Y * Y * (Y - Z) + X == 0,
        mutant=Y * Y * (Y - Z) - X == 0,
    )
    y = total * (1 + 2 * cosine) / 3
    stationary = c.prove(
        "Y is stationary",
        kept(y * y * (y - total) + w * a * a == 0),
        [solves(Y=y, Z=total, C=cosine, B=q, X=w * a * a), domain, argument],
        mutant=kept(y * y * (y - total) + 2 * w * a * a == 0),
    )
    upper = c.prove(
        "2 Z/3 <= Y <= Z",
        kept(z3.And(3 * y >= 2 * total, y <= total, total > 0)),
        [domain, quotients],
        mutant=kept(3 * y > 2 * total),
    )
    largest_root = c.for_all(
        "the upper root is at least Z - a/2, and at least a",
        [*CUBIC, Y * Y * (Y - Z) + W * A * A == 0, 3 * Y >= 2 * Z],
        z3.And(Y >= Z - A / 2, Y >= A),
        mutant=Y > Z,
    )
    largest = c.prove(
        "Y >= Z - a/2, Y >= a",
        kept(z3.And(y >= total - a / 2, y >= a)),
        [largest_root(Y=y, w=w, Z=total), stationary, upper, known, quotients],
        mutant=kept(y > total),
    )
    x = c.run["minimum"][0]
    begun = c.prove("the steps start at Y - a", kept(a + x == y), [largest, upper, c.run["maximum"][0], x], mutant=kept(x == y))
    return c.prove(
        "the start is stationary",
        kept(_stationary(a, w, safe, x)),
        [begun, stationary, largest, upper],
        mutant=kept(x < 0),
    )


def _stationary(a: Any, w: Any, safe: Any, x: Any) -> Any:
    return z3.And((a + x) * (a + x) * (x - safe) + w * a * a == 0, x >= 0, x <= safe, x >= safe - a / 2)


def newton(c: Minimiser, w: Any, keep: Any, known: list[Known], stationary: Known) -> tuple[Any, Known]:
    """Each step stays where it is: (the point after the last, that it is stationary)."""
    a, safe, quotients = c.parameters["a"], c.run["where"][0], c.run["quotient"]
    share, steps = quotients[1], len(quotients[3:]) // 3
    residual_is_0 = c.for_all(
        "both forms of the residual are 0",
        [A > 0, X >= 0, Y * (A + X) == A, D * A == W, STATIONARY],
        z3.And(X - R + W * (Y * Y) == 0, X * (1 - D * (Y * (1 + Y))) - (R - W) == 0),
        mutant=X - R + W * Y == 0,
    )
    for i in range(steps):
        y, _, move = quotients[3 + 3 * i : 6 + 3 * i]
        residual, divisor = c.run["where"][2 + 2 * i : 4 + 2 * i]
        x, after = c.run["minimum"][i : i + 2]
        bounds = [c.run["maximum"][2 * i + 2], c.run["minimum"][i + 1]]
        shares = c.prove(
            f"step {i + 1}: its quotients",
            z3.Implies(keep, z3.And(y * (a + x) == a, share * a == w)),
            [stationary, y, share, known[0]],
            mutant=z3.Implies(keep, y == a),
        )
        zero = c.prove(
            f"step {i + 1}: the residual is 0",
            z3.Implies(keep, residual == 0),
            [shares, residual_is_0(X=x, Y=y, D=share, w=w, r=safe), stationary, known, residual, c.run["where"][1]],
            mutant=z3.Implies(keep, residual > 0),
        )
        stationary = c.prove(
            f"step {i + 1} stays",
            z3.Implies(keep, z3.And(after == x, _stationary(a, w, safe, after))),
            [zero, stationary, known, divisor, move, bounds],
            mutant=z3.Implies(keep, after < x),
        )
    return c.run["minimum"][steps], stationary


def lowest(c: Minimiser, w: Any, keep: Any, point: Any, known: list[Known], stationary: Known) -> Minimiser:
    """The stationary point found is lowest past the threshold, and 0 is up to it."""
    x, y, z, t, a, r = c.x, c.y, c.z, c.t, c.parameters["a"], c.run["abs"][0]
    (ax,), (ay,), (of_x,), (of_y,) = c.at_x["abs"], c.at_y["abs"], c.at_x["quotient"], c.at_y["quotient"]
    sign, select = c.run["copysign"], c.run["where"][-1]

    def up_to(goal: Any) -> Any:
        return z3.Implies(z3.Not(keep), goal)

    taken = c.prove(
        "past the threshold |prox| is that point",
        z3.Implies(keep, z3.And(ay == point, (a + ay) * (a + ay) * (ay - r) + w * a * a == 0, ay >= r - a / 2)),
        [stationary, known, select, sign, ay],
        mutant=z3.Implies(keep, ay == r),
    )
    zero = c.prove("up to the threshold prox is 0", up_to(z3.And(y == 0, ay == 0)), [select, sign, ay], mutant=y == 0)
    symmetry = c.prove(
        "the sign of z is the best sign",
        z3.And((x - z) * (x - z) >= (ax - r) * (ax - r), (y - z) * (y - z) == (ay - r) * (ay - r), ax >= 0, ay >= 0),
        [r, ax, ay, sign],
        mutant=(x - z) * (x - z) == (ax - r) * (ax - r),
    )
    shares = c.prove(
        "the quotients |x|/(a + |x|)",
        z3.And(of_x * (a + ax) == ax, of_y * (a + ay) == ay),
        [symmetry, of_x, of_y],
        mutant=of_x == ax,
    )
    values = c.prove(
        "t R = w a |x|/(a + |x|)",
        z3.And(t * c.value_x == w * a * of_x, t * c.value_y == w * a * of_y),
        known,
        mutant=t * c.value_x == w * of_x,
    )

    def height(size: Any, share: Any, r: Any = R, w: Any = W, a: Any = A) -> Any:
        return (size - r) * (size - r) + 2 * (w * a) * share

    lower = c.for_all(
        "the largest stationary point is lowest",
        [A > 0, W >= 0, X >= 0, B >= 0, E * (A + B) == B, G * (A + X) == X, STATIONARY, X >= R - A / 2],
        height(B, E) >= height(X, G),
        mutant=height(B, E) > height(X, G),
    )
    below = z3.Or(z3.And(2 * W > A, (R + A / 2) * (R + A / 2) <= 2 * W * A), z3.And(2 * W <= A, R <= W))
    lower_0 = c.for_all(
        "up to the threshold 0 is lowest",
        [A > 0, W >= 0, B >= 0, R >= 0, E * (A + B) == B, below],
        height(B, E) >= R * R,
        mutant=height(B, E) >= R * R + W * A * E,
    )
    under = c.prove("up to the threshold", up_to(_at(below, w=w, r=r)), known, mutant=up_to(r <= w / 2))
    at_x, at_y = height(ax, of_x, r, w, a), height(ay, of_y, r, w, a)
    high = c.prove(
        "past the threshold no |x| is below |prox|",
        z3.Implies(keep, at_x >= at_y),
        [lower(B=ax, E=of_x, X=ay, G=of_y, w=w, r=r), taken, shares, symmetry, known[1]],
        mutant=z3.Implies(keep, at_x > at_y),
    )
    low = c.prove(
        "up to the threshold no |x| is below 0",
        up_to(z3.And(at_x >= r * r, at_y == r * r)),
        [lower_0(B=ax, E=of_x, w=w, r=r), under, shares, symmetry, known, zero],
        mutant=up_to(at_x > r * r),
    )
    both = c.prove("no |x| is below |prox|", at_x >= at_y, high, low, mutant=at_x > at_y)
    c.conclude(both, symmetry, values)
    return c
