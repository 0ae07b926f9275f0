"""Penalties that are quadratic piece by piece, with a prox that is linear piece by piece: every pair of pieces is one lemma.

Written in magnitudes: r = |z|, X = |x|, M = |prox|. A penalty is given by its pieces, on which $2 D R(X)$ is a polynomial for
one D > 0, the prox by its branches, on which M solves an equation and lies in one piece.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import z3

from verify.claims.prox.theorem import Minimiser
from verify.evidence.chain import Known

X, M, R = z3.Reals("X M r")


@dataclass(frozen=True)
class Piece:
    """Where it applies (of a magnitude), and 2 D R there."""

    applies: Callable[[Any], Any]
    value: Callable[[Any], Any]


@dataclass(frozen=True)
class Branch:
    """Where it applies (of r), what M is there (of M and r), and the name of the piece in which M lies."""

    applies: Callable[[Any], Any]
    prox: Callable[[Any, Any], Any]
    piece: str


@dataclass(frozen=True)
class Values:
    """What is known of the values of x and of the prox before t is looked at."""

    pieces: dict[str, Piece]
    denominator: Any
    of_x: dict[str, Known]
    of_prox: dict[str, Known]
    symmetry: Known
    divided: Callable[..., Known]


def values(c: Minimiser, denominator: Any, pieces: dict[str, Piece]) -> Values:
    """The value on each piece, and that signs can be forgotten: (x - z)^2 >= (X - r)^2, with equality at the prox."""
    x, y, z, (r,), (ax, *_), (ay, *_) = c.x, c.y, c.z, c.run["abs"], c.at_x["abs"], c.at_y["abs"]
    nearest = (x - z) * (x - z) >= (ax - r) * (ax - r)
    at_prox = (y - z) * (y - z) == (ay - r) * (ay - r)
    symmetry = c.prove(
        "the sign of z is the best sign",
        z3.And(nearest, at_prox, r >= 0, ax >= 0, ay >= 0),
        [r, ax, ay, c.run["copysign"]],
        mutant=(x - z) * (x - z) == (ax - r) * (ax - r),
    )
    found: list[dict[str, Known]] = []
    for who, size, value, record in (("x", ax, c.value_x, c.at_x), ("prox", ay, c.value_y, c.at_y)):
        operations = [z3.Real(name) for name in record.definitions]
        found.append({})
        for name, piece in pieces.items():
            here = z3.Implies(piece.applies(size), 2 * denominator * value == piece.value(size))
            half = z3.Implies(piece.applies(size), denominator * value == piece.value(size))
            found[-1][name] = c.prove(f"the value of {who} on the {name} piece", here, operations, mutant=half)
    a, b, d, e, p, q, u, v, den = z3.Reals("a b d e p q u v den")
    divided = c.for_all(
        "division by D",
        [den > 0, c.t > 0, a >= b, d == e, 2 * den * u == p, 2 * den * v == q, den * b + c.t * p >= den * e + c.t * q],
        a + 2 * c.t * u >= d + 2 * c.t * v,
        mutant=a + c.t * u >= d + c.t * v,
    )
    return Values(pieces, denominator, found[0], found[1], symmetry, divided)


def compare(c: Minimiser, known: Values, regime: list[Any], branches: dict[str, Branch]) -> list[Known]:
    """The prox is lowest for t in this regime: on each branch, against x on each piece."""
    (r,), (ax, *_), (ay, *_), den, t = c.run["abs"], c.at_x["abs"], c.at_y["abs"], known.denominator, c.t
    operations, best = [z3.Real(name) for name in c.run.definitions], []
    weighted = lambda size, piece, r: den * (size - r) * (size - r) + t * piece.value(size)  # noqa: E731
    ranges = list(c.assumptions)
    with c.case(*regime):
        for name, branch in branches.items():
            here, home = branch.applies(r), known.pieces[branch.piece]
            prox = c.prove(
                f"prox, {name}",
                z3.Implies(here, branch.prox(ay, r)),
                [operations, ay],
                mutant=z3.Implies(here, ay == r / 2),
            )
            lies = c.prove(
                f"prox lies in the {branch.piece} piece, {name}",
                z3.Implies(here, z3.And(home.applies(ay), 2 * den * c.value_y == home.value(ay))),
                [prox, known.of_prox[branch.piece], known.symmetry],
                mutant=z3.Implies(here, 2 * den * c.value_y == home.value(ay) + t),
            )
            for other, piece in known.pieces.items():
                gap = weighted(X, piece, R) - weighted(M, home, R)
                hypotheses = [*ranges, *regime, X >= 0, M >= 0, R >= 0, branch.applies(R), branch.prox(M, R), piece.applies(X)]
                lower = c.for_all(f"{name}: no lower point on the {other} piece", hypotheses, gap >= 0, mutant=gap >= 1)
                at = {"a": (c.x - c.z) * (c.x - c.z), "b": (ax - r) * (ax - r), "d": (c.y - c.z) * (c.y - c.z)}
                at |= {"e": (ay - r) * (ay - r), "p": piece.value(ax), "q": home.value(ay), "u": c.value_x, "v": c.value_y}
                best.append(
                    c.prove(
                        f"{name}: not below the prox for x on the {other} piece",
                        z3.Implies(z3.And(here, piece.applies(ax)), c.statement),
                        [lower(X=ax, r=r, M=ay), known.divided(**at, den=den), known.symmetry, prox, lies, known.of_x[other]],
                        mutant=z3.Implies(z3.And(here, piece.applies(ax)), c.lowest(c.y, c.value_y + 1)),
                    )
                )
        whole = c.prove("no point is below the prox", c.statement, best, known.symmetry, mutant=c.lowest(c.y, c.value_y + 1))
    return [whole]
