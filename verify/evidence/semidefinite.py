"""Worst cases as small semidefinite programs, and an interior solution of their duals by a barrier method.

A worst case over all functions of a class after a few steps is a maximum over Gram matrices (performance estimation). Its dual

    minimise <cost, x>  subject to  x >= 0,  equal x = target,  fixed + sum_i x_i terms_i positive semidefinite

gives an upper bound at *every* feasible x, so an interior one, rounded, is a certificate (:mod:`verify.evidence.certificate`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

LARGE = 100.0  # no multiplier of these programs is near it


@dataclass(frozen=True)
class Program:
    """The dual, in exact numbers: matrices are tuples of rows of fractions."""

    cost: tuple[Fraction, ...]
    fixed: Any
    terms: tuple[Any, ...]
    equal: tuple[tuple[Fraction, ...], ...] = ()
    target: tuple[Fraction, ...] = ()


def outer(a: Sequence[Fraction], b: Sequence[Fraction]) -> list[list[Fraction]]:
    """The symmetric matrix of the inner product <a, b> of two vectors given by their coefficients."""
    return [[(x * y + u * v) / 2 for y, v in zip(b, a, strict=True)] for x, u in zip(a, b, strict=True)]


def add(*matrices: Any) -> list[list[Fraction]]:
    return [[sum(entries, Fraction(0)) for entries in zip(*rows, strict=True)] for rows in zip(*matrices, strict=True)]


def scaled(matrix: Any, factor: Fraction) -> list[list[Fraction]]:
    return [[factor * x for x in row] for row in matrix]


def unit(index: int, size: int) -> list[Fraction]:
    return [Fraction(int(i == index)) for i in range(size)]


def dual_averaging(beta: Sequence[Fraction], G: Fraction, B: Fraction) -> Program:
    """The largest regret of dual averaging, Psi = 0, w_1 = w_0 = 0, after t = len(beta) gradients with |g| <= G, against |w|
    <= B.

    Basis: w, g_1, ..., g_t. No equality is needed, and with enough dimensions nothing is lost: the bound is the worst case.
    """
    t = len(beta)
    size = t + 1
    point = [Fraction(0)] * size
    regret = [[Fraction(0)] * size for _ in range(size)]
    total = [Fraction(0)] * size
    for k in range(t):
        g = unit(k + 1, size)
        away = [p - w for p, w in zip(point, unit(0, size), strict=True)]
        regret = add(regret, outer(g, away))
        total = [a + b for a, b in zip(total, g, strict=True)]
        point = [-a / beta[k] for a in total]
    terms = tuple(outer(unit(i, size), unit(i, size)) for i in range(size))
    return Program((B * B, *[G * G] * t), scaled(regret, Fraction(-1)), terms)


def proximal_gradient(steps: int) -> Program:
    """The largest F(x_N) - F* for F = f + h, f convex and 1-smooth, h convex, |x_0 - x*| <= 1, after N proximal steps of size
    1.

    Basis: x_0 - x*, the gradients of f at x_0, ..., x_N, subgradients of h at x_1, ..., x_N; those at x* may be taken as 0,
    since a linear function can be moved from f to h (with it in the basis the dual has no interior). Multipliers: of |x_0 -
    x*|^2 <= 1, then of the interpolation conditions of f, then of h."""
    size = 1 + (steps + 1) + steps
    star = [Fraction(0)] * size
    smooth = [star, *[unit(1 + k, size) for k in range(steps + 1)]]
    rough = [star, *[unit(2 + steps + k, size) for k in range(steps)]]
    points = [unit(0, size)]
    for k in range(steps):
        points.append([x - g - s for x, g, s in zip(points[-1], smooth[k + 1], rough[k + 1], strict=True)])
    terms, columns = [outer(unit(0, size), unit(0, size))], [[Fraction(0)] * (2 * steps + 1)]
    for slopes, at, offset in (
        (smooth, [[Fraction(0)] * size, *points], 0),
        (rough, [[Fraction(0)] * size, *points[1:]], steps + 1),
    ):
        for i in range(len(slopes)):
            for j in range(len(slopes)):
                if i == j:
                    continue
                move = [a - b for a, b in zip(at[i], at[j], strict=True)]
                gap = [a - b for a, b in zip(slopes[i], slopes[j], strict=True)]
                matrix = outer(slopes[j], move)
                terms.append(add(matrix, scaled(outer(gap, gap), Fraction(1, 2))) if offset == 0 else matrix)
                column = [Fraction(0)] * (2 * steps + 1)  # values of f at x_0, ..., x_N, then of h at x_1, ..., x_N; 0 at x*
                for index, sign in ((i, -1), (j, 1)):
                    if index:
                        column[offset + index - 1] += sign
                columns.append(column)
    target = [Fraction(0)] * (2 * steps + 1)
    target[steps] = target[-1] = Fraction(1)
    cost = (Fraction(1), *[Fraction(0)] * (len(terms) - 1))
    empty = [[Fraction(0)] * size for _ in range(size)]
    return Program(cost, empty, tuple(terms), tuple(zip(*columns, strict=True)), tuple(target))


def interior(program: Program, gap: float = 1e-7) -> Any:
    """An x that meets all inequalities strictly, with a cost within about ``gap`` of the least. ArithmeticError if there is
    none."""
    terms = np.array([[[float(v) for v in row] for row in m] for m in program.terms])
    fixed = np.array([[float(v) for v in row] for row in program.fixed])
    equal = np.array([[float(v) for v in row] for row in program.equal]).reshape(-1, len(terms))
    target, cost = np.array([float(v) for v in program.target]), np.array([float(v) for v in program.cost])
    identity = np.concatenate([terms, [-np.eye(len(fixed))]])
    x = np.linalg.lstsq(equal, target, rcond=None)[0] if len(equal) else np.ones(len(terms))
    least = min(float(np.min(x)), float(np.linalg.eigvalsh(fixed + np.tensordot(x, terms, 1))[0])) - 1
    wider = np.hstack([equal, np.zeros((len(equal), 1))])
    ones = np.append(np.ones(len(x)), -1.0)[:, None] * np.eye(len(x) + 1)
    ones[:-1, -1] = -1.0  # x_i - s > 0, s the last entry; 1 - s > 0 and LARGE - x_i > 0, so that all stay bounded
    ones = np.vstack([ones, -np.eye(len(x) + 1)[:-1]])
    offset = np.concatenate([np.zeros(len(x)), [1.0], np.full(len(x), LARGE)])
    y, weight = np.append(x, least), 1.0
    while y[-1] <= 1e-6:  # phase 1: raise s, the margin of all inequalities
        if weight > 1e9:
            raise ArithmeticError("no interior point was found")
        y, weight = _newton(y, -weight * np.eye(len(y))[-1], fixed, identity, wider, ones, offset), 4 * weight
    x, weight = y[:-1], 1.0
    count = len(fixed) + len(x)
    while count / weight > gap:
        x, weight = _newton(x, weight * cost, fixed, terms, equal, np.eye(len(x)), np.zeros(len(x))), 5 * weight
    return x


def _newton(x: Any, cost: Any, fixed: Any, terms: Any, equal: Any, rows: Any, offset: Any) -> Any:
    """Minimise <cost, x> - log det(fixed + sum x_i terms_i) - sum log(rows x + offset) with equal x kept."""

    def inside(v: Any) -> bool:
        return bool(np.all(rows @ v + offset > 0)) and bool(np.linalg.eigvalsh(fixed + np.tensordot(v, terms, 1))[0] > 0)

    def value(v: Any) -> float:
        slogdet = np.linalg.slogdet(fixed + np.tensordot(v, terms, 1))[1]
        return float(cost @ v - slogdet - np.sum(np.log(rows @ v + offset)))

    free = np.linalg.svd(equal)[2][np.linalg.matrix_rank(equal) :].T if len(equal) else np.eye(len(x))
    for _ in range(60):
        inverse = np.linalg.inv(fixed + np.tensordot(x, terms, 1))
        parts, slack = inverse @ terms, rows @ x + offset
        slope = cost - np.trace(parts, axis1=1, axis2=2) - rows.T @ (1 / slack)
        curve = np.einsum("iab,jba->ij", parts, parts) + rows.T @ (rows / (slack * slack)[:, None])
        move = free @ np.linalg.solve(free.T @ curve @ free, -free.T @ slope)
        decrease = -float(slope @ move)
        if decrease < 1e-10:
            break
        size = 1.0
        while size > 1e-12 and not (inside(x + size * move) and value(x + size * move) <= value(x) - size * decrease / 4):
            size /= 2
        x = x + size * move
        if size <= 1e-12:
            break
    return x
