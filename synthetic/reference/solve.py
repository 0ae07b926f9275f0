"""Prox-gradient steps to find the manifold, Newton steps to end on it."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic.reference.fista import Fista
from synthetic.reference.flat import Flat, norm
from synthetic.reference.newton import newton_step

TOLERANCE = 1e-12
CLEARANCE = 1e-6  # the least margin that counts; a residual of TOLERANCE is to be no larger, as a share of lam w_g
LEAST = np.sqrt(np.finfo(float).tiny) / TOLERANCE  # of the scale: below, the square of a residual of TOLERANCE underflows
ROUNDS = 40
STEPS = 100
NEAR = {True: 1e-5, False: 1e-3}  # the residual from which Newton's method is tried, on convex problems and on others: where
# first-order steps are slow it is tried early, where they are fast its failures on a pattern that still changes cost more
REACHES = (100.0, 1.0)  # multiples of 1/L that a convex problem tries as the step of Newton's prox
CHAIN = 3  # Newton steps before they are judged: the first may raise the residual
PATIENCE = 5  # rounds in which a run may fail to halve its residual


def solve(flat: Flat, x: Any) -> Any:
    """x (R, D) of the smallest residual found: rounds of prox-gradient and Newton steps until a run is certified or its
    patience is used up. What a run comes to does not depend on the others.

    A run takes Newton steps below ``ready``, which falls to a tenth of its residual where they fail.
    """
    best, residual = x, scaled_residual(flat, x)
    ready = np.full_like(residual, NEAR[flat.instance.convex])
    goal, patience = residual / 2, np.full(len(x), PATIENCE)
    first_order = Fista(flat, x)
    for _ in range(ROUNDS):
        going = ~(residual <= TOLERANCE) & (patience > 0)
        if not going.any():
            break
        best, residual = _better(flat, best, residual, first_order.run(STEPS), going)
        if flat.instance.convex:
            first_order.lengthen()
        while (trying := going & (residual > TOLERANCE) & (residual < ready)).any():
            before = residual
            best, residual = _newton(flat, best, residual, trying)
            first_order.move(residual < before, best)
            ready = np.where(trying & (residual > before / 4), residual / 10, ready)
        improved = residual <= goal
        goal = np.where(improved, residual / 2, goal)
        patience = np.where(improved, PATIENCE, patience - 1)
    return best


def scaled_residual(flat: Flat, x: Any) -> Any:
    """The distance (R,) of -g = -grad f(x) to the subdifferential, over max(|g|, |grad f(start)|), or over 1e6 times the least
    lam w_g if that is less: beside so small a penalty what is small for g says nothing of the zeros. 0/0 is 0. NaN where the
    scale is below 1e-142."""
    g = flat.gradient(x)
    scale = np.minimum(np.maximum(norm(g), flat.scale), CLEARANCE / TOLERANCE * flat.radius)
    return flat.distance(x, g) / np.where(scale >= LEAST, scale, np.where(scale > 0, np.nan, 1))


def _newton(flat: Flat, x: Any, residual: Any, trying: Any) -> tuple[Any, Any]:
    """The best of a few Newton steps; a run tries the next reach where the last did not bring its residual to a quarter."""
    goal = residual / 4
    best, found = x, residual
    for reach in REACHES if flat.instance.convex else REACHES[-1:]:
        here = x
        for _ in range(CHAIN):
            still = trying & (found > goal)
            if not still.any():
                break
            here = newton_step(flat, here, still, reach * flat.t)
            best, found = _better(flat, best, found, here, still)
    return best, found


def _better(flat: Flat, x: Any, residual: Any, other: Any, runs: Any) -> tuple[Any, Any]:
    """The other point, in those runs of the condition (R,) where its residual is smaller."""
    found = scaled_residual(flat, other)
    closer = runs & (found < residual)
    return np.where(closer[:, None], other, x), np.where(closer, found, residual)
