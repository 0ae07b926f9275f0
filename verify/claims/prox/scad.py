"""SCAD: three regimes of the step t, each by pieces."""

from __future__ import annotations

import z3

from verify.claims.prox.piecewise import Branch, Piece, compare, values
from verify.claims.prox.theorem import Minimiser
from verify.penalties.scad import SCAD


def scad() -> Minimiser:
    c = Minimiser(SCAD)
    lam, a, t = c.parameters["lam"], c.parameters["a"], c.t
    c.example = [100 * lam == 1, a == 2, t == 4]
    pieces = {
        "linear": Piece(lambda x: x <= lam, lambda x: 2 * (a - 1) * lam * x),
        "curved": Piece(lambda x: z3.And(x > lam, x <= a * lam), lambda x: 2 * (a - 1) * lam * x - (x - lam) * (x - lam)),
        "flat": Piece(lambda x: x > a * lam, lambda x: (a - 1) * lam * lam * (a + 1)),
    }

    def identity(m: z3.ArithRef, r: z3.ArithRef) -> z3.BoolRef:
        return m == r

    def soft(m: z3.ArithRef, r: z3.ArithRef) -> z3.BoolRef:
        return m == r - lam * t

    def vanishes(m: z3.ArithRef, r: z3.ArithRef) -> z3.BoolRef:
        return m == 0

    def firm(m: z3.ArithRef, r: z3.ArithRef) -> z3.BoolRef:
        return z3.And(m * (a - 1 - t) == (a - 1) * r - a * lam * t, m <= r, m > lam)

    middle = lam * (a + 1 + t)  # twice the jump for a - 1 <= t <= a + 1
    far = lam * lam * (a + 1) * t  # the square of the jump beyond
    known = values(c, a - 1, pieces)
    convex = compare(
        c,
        known,
        [t < a - 1],
        {
            "r <= lam t": Branch(lambda r: r <= lam * t, vanishes, "linear"),
            "lam t < r <= lam (1 + t)": Branch(lambda r: z3.And(r > lam * t, r <= lam * (1 + t)), soft, "linear"),
            "lam (1 + t) < r <= a lam": Branch(lambda r: z3.And(r > lam * (1 + t), r <= a * lam), firm, "curved"),
            "r > a lam": Branch(lambda r: r > a * lam, identity, "flat"),
        },
    )
    jumping = compare(
        c,
        known,
        [t >= a - 1, t <= a + 1],
        {
            "r <= lam t, below the jump": Branch(lambda r: z3.And(r <= lam * t, 2 * r <= middle), vanishes, "linear"),
            "r > lam t, below the jump": Branch(lambda r: z3.And(r > lam * t, 2 * r <= middle), soft, "linear"),
            "beyond the jump": Branch(lambda r: 2 * r > middle, identity, "flat"),
        },
    )
    hard = compare(
        c,
        known,
        [t > a + 1],
        {
            "below the jump": Branch(lambda r: r * r <= far, vanishes, "linear"),
            "beyond the jump": Branch(lambda r: r * r > far, identity, "flat"),
        },
    )
    c.conclude(convex, jumping, hard)
    return c
