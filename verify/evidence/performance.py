"""Worst cases by performance estimation (PEPit), where the extra ``pepit`` is installed: numerical evidence, not a proof.

Each function returns the worst value over a class of functions after t steps, solved by CLARABEL (PEPit's default, SCS, was
6.6 % off at 20 steps without a warning). The programs of :mod:`verify.evidence.semidefinite` say the same in another way."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

from verify.evidence.claim import Evidence

TOLERANCE = 1e-4  # relative; CLARABEL is off by 2e-5 at worst here
STEPS = {"quick": (), "standard": (1, 2, 3, 4, 5), "deep": tuple(range(1, 11))}


def installed() -> bool:
    return all(find_spec(name) is not None for name in ("PEPit", "cvxpy", "clarabel"))


class Worst(NamedTuple):
    """A worst value, and whether the solver vouches for its accuracy."""

    value: float
    accurate: bool


def _solved(problem: Any) -> Worst:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        value = float(problem.solve(wrapper="cvxpy", solver="CLARABEL", verbose=0))
    return Worst(value, not any("inaccurate" in str(w.message) for w in said))


def dual_averaging_regret(beta: Sequence[float], G: float, B: float) -> Worst:
    """The largest regret after t = len(beta) convex losses with Lipschitz constant G, one a step, for w_1 = w_0, no penalty,
    and points within B of w_0."""
    from PEPit import PEP
    from PEPit.functions import ConvexLipschitzFunction

    problem = PEP()
    start = problem.set_initial_point()
    point, total, regret = start, None, None
    other = problem.set_initial_point()
    problem.set_initial_condition((other - start) ** 2 <= B * B)
    for weight in beta:
        loss = problem.declare_function(ConvexLipschitzFunction, M=G)
        g, value = loss.oracle(point)
        lost = value - loss(other)
        total, regret = (g, lost) if total is None or regret is None else (total + g, regret + lost)
        point = start - total / weight
    problem.set_performance_metric(regret)
    return _solved(problem)


def proximal_gradient_gap(steps: int) -> Worst:
    """The largest F(x_N) - F* for F = f + h, f convex and 1-smooth, h convex, |x_0 - x*| <= 1, after N steps of size 1."""
    from PEPit import PEP
    from PEPit.functions import ConvexFunction, SmoothConvexFunction
    from PEPit.primitive_steps import proximal_step

    problem = PEP()
    smooth = problem.declare_function(SmoothConvexFunction, L=1.0)
    rough = problem.declare_function(ConvexFunction)
    total = smooth + rough
    star = total.stationary_point()
    point = problem.set_initial_point()
    problem.set_initial_condition((point - star) ** 2 <= 1)
    value = None
    for _ in range(steps):
        point, _, value = proximal_step(point - smooth.gradient(point), rough, 1)
    problem.set_performance_metric(smooth(point) + value - total(star))
    return _solved(problem)


def beside(name: str, worst: Callable[[int], Worst], bound: Callable[[int], float], budget: str) -> list[Evidence]:
    """The worst cases for 1, 2, ... steps beside the closed-form bound: one piece of evidence, or none where the extra is
    missing or the budget is quick. It refutes nothing, a solver's digits being no proof: a value above the bound is shown as
    such."""
    if not STEPS[budget] or not installed():
        return []
    start, rows = time.perf_counter(), []
    for t in STEPS[budget]:
        (value, accurate), most = worst(t), bound(t)
        shown = f"{value:.6f} <= {most:.6f}" + ("" if accurate else ", which the solver calls inaccurate")
        within = value <= most * (1 + TOLERANCE)
        rows.append({"name": f"{name}, t = {t}", "result": "holds" if within else "fails", "detail": shown})
    within = all(row["result"] == "holds" for row in rows)
    method = f"performance estimation (PEPit, CLARABEL), numerical: {name} {'within' if within else 'above'} the closed form"
    return [Evidence("text", method, len(rows), seconds=time.perf_counter() - start, holds=within or None, lemmas=rows)]
