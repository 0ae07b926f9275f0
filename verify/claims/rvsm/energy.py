"""One update of RVSM and the Lagrangian along a run, as the claims on descent need them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

from verify.claims.rvsm.setting import iterates, problem
from verify.evidence import Case
from verify.evidence.margins import column, least, square
from verify.methods.rvsm import lagrangian
from verify.penalties.l1 import L1


class Point(NamedTuple):
    """A moment of a run: w^t, u^t and L_beta(w^t, u^t)."""

    w: Any
    u: Any
    energy: Any


def regulariser(case: Case, penalty: type = L1, **fixed: Any) -> Any:
    return penalty(lam=column(case["lam"]), **{n: column(v) for n, v in fixed.items()})


def prox(case: Case, w: Any, xp: Any, penalty: type = L1, **fixed: Any) -> Any:
    """S(w), the minimiser of R(u) + (beta/2)|w - u|^2."""
    return regulariser(case, penalty, **fixed)._prox(w, 1 / column(case["beta"]), xp)


def run(case: Case, xp: Any, steps: int, method: Any = None, penalty: type = L1, **fixed: Any) -> Iterator[Point]:
    """The points of a run, t = 0, ..., steps."""
    loss, rule, beta = problem(case, xp), regulariser(case, penalty, **fixed), column(case["beta"])
    for w, u in iterates(case, xp, steps, method, penalty, **fixed):
        yield Point(w, u, lagrangian(loss, rule, beta, w, u, xp))


def slope(case: Case, w: Any, u: Any, xp: Any) -> Any:
    """The gradient of L_beta in w at (w, u)."""
    return problem(case, xp).gradient(w, xp) + column(case["beta"]) * (w - u)


def scale(case: Case, energy: Any, xp: Any) -> Any:
    """What changes of the Lagrangian are compared with: its value, and where that is nearly 0 a millionth of 1 + |w0|^2, since
    f's own rounding is of the order of the squared rounding of w."""
    return energy + xp.constant("1e-6") * (1 + square(case["w0"], xp))


def smallest_drop(points: Iterator[Point], xp: Any) -> Any:
    """min over t of L_t - L_{t+1}."""
    energies = [p.energy for p in points]
    return least(*[a - b for a, b in itertools.pairwise(energies)], xp=xp)
