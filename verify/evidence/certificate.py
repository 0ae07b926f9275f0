"""Upper bounds on worst cases, certified in exact rational arithmetic.

An interior solution of the dual is rounded to short fractions, its equalities are repaired by an exact projection, and what
makes it a bound (signs, equalities, positive semidefiniteness by L D L^T) is decided without rounding. No solver is trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verify.evidence.semidefinite import Program, interior


@dataclass(frozen=True)
class Certificate:
    """``bound`` holds for all functions of the class; ``multipliers`` prove it."""

    bound: Fraction
    multipliers: tuple[Fraction, ...]


def semidefinite(matrix: Any) -> bool:
    """Whether a symmetric matrix of fractions is positive semidefinite, by elimination: every pivot is positive, or is 0 with a
    column of zeros."""
    rows = [list(row) for row in matrix]
    for k in range(len(rows)):
        pivot = rows[k][k]
        if pivot < 0 or (pivot == 0 and any(rows[i][k] for i in range(k, len(rows)))):
            return False
        if pivot == 0:
            continue
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / pivot
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    return True


def solve(matrix: Any, right: Sequence[Fraction]) -> list[Fraction]:
    """The solution of a square system of fractions. ZeroDivisionError if it is singular."""
    size = len(right)
    rows = [[*row, b] for row, b in zip(matrix, right, strict=True)]
    for k in range(size):
        swap = next((i for i in range(k, size) if rows[i][k]), k)
        rows[k], rows[swap] = rows[swap], rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        for i in range(size):
            if i != k and rows[i][k]:
                factor = rows[i][k]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


def repaired(x: Sequence[Fraction], equal: Any, target: Sequence[Fraction]) -> list[Fraction]:
    """The nearest point to x that meets the equalities exactly."""
    if not target:
        return list(x)
    missing = [b - sum(a * v for a, v in zip(row, x, strict=True)) for row, b in zip(equal, target, strict=True)]
    square = [[sum(a * b for a, b in zip(r, s, strict=True)) for s in equal] for r in equal]
    weights = solve(square, missing)
    return [v + sum(w * row[i] for w, row in zip(weights, equal, strict=True)) for i, v in enumerate(x)]


def holds(program: Program, x: Sequence[Fraction]) -> bool:
    """Whether x is feasible, decided exactly."""
    if any(v < 0 for v in x):
        return False
    for row, b in zip(program.equal, program.target, strict=True):
        if sum(a * v for a, v in zip(row, x, strict=True)) != b:
            return False
    size = range(len(program.fixed))
    terms = program.terms
    return semidefinite(
        [[program.fixed[i][j] + sum(v * m[i][j] for v, m in zip(x, terms, strict=True)) for j in size] for i in size]
    )


def certify(program: Program, digits: int = 12, gap: float = 1e-7) -> Certificate:
    """A certified upper bound. ArithmeticError if the rounded point does not prove one."""
    rounded = [Fraction(round(float(v) * 10**digits), 10**digits) for v in interior(program, gap)]
    x = repaired(rounded, program.equal, program.target)
    if not holds(program, x):
        raise ArithmeticError(
            f"the multipliers, rounded to {digits} digits, do not prove a bound: ask for a larger gap than {gap}"
        )
    return Certificate(sum((c * v for c, v in zip(program.cost, x, strict=True)), Fraction(0)), tuple(x))
