"""min over x of (x - z)'H(x - z)/2 + sum c_i|x_i|, exactly: feature-sign search (Lee, Battle, Raina, Ng 2007).

From x = 0: solve on the current support and signs, walk to the solution as far as the objective falls, drop what became zero,
admit the worst violated zero, until the optimality conditions hold. The objective falls strictly, so no support and signs
come twice. Written in d = x - z, which keeps its digits where x is close to z. (A primal-dual active set, which guesses the
whole support anew after each solve, cycled in nearly every trial with a condition number of 1000 or more.)
"""

from __future__ import annotations

from typing import Any

import numpy as np


def kkt_gap(H: Any, x: Any, d: Any, c: Any) -> tuple[Any, Any]:
    """(gap, force): the distance of -(Hd)_i to c_i d|x_i| relative to (|H||d|)_i + c_i, and Hd."""
    force = H @ d
    gap = np.where(x != 0, np.abs(force + c * np.sign(x)), np.maximum(np.abs(force) - c, 0.0))
    size = np.abs(H) @ np.abs(d) + c
    return gap / np.where(size > 0, size, 1.0), force


def l1_in_metric(H: Any, z: Any, c: Any) -> Any:
    """The minimiser; NaN in z makes all of it NaN. ArithmeticError where rounding keeps the optimality conditions unmet."""
    if np.isnan(z).any():
        return np.full_like(z, np.nan)
    if not c.any():
        return z.copy()
    root = np.sqrt(np.diag(H))
    scale = max(np.max(np.abs(root * z), initial=0.0), np.max(c / root, initial=0.0))
    unit = H / np.outer(root, root)  # diagonal 1, and the other numbers about 1
    x, d = _search(unit, root * z / scale, c / root / scale)
    return np.where(x != 0, z + d / root * scale, 0.0)


def _search(H: Any, z: Any, c: Any) -> tuple[Any, Any]:
    """(x, x - z) at the minimiser."""
    x, least = np.zeros_like(z), np.inf
    signs, tolerance = np.zeros_like(z), 4 * (len(z) + 4) * np.finfo(np.float64).eps
    for _ in range(20 * len(z) + 100):
        target, d = _solve(H, z, c, signs)
        if (np.sign(target) != signs).any():
            x = _walk(H, z, c, x, target)
            signs = np.sign(x)
            continue
        x = target
        gap, force = kkt_gap(H, x, d, c)
        least = min(least, float(gap.max(initial=0.0)))
        if least <= tolerance:
            return x, d
        worst = int(np.argmax(np.where(signs == 0, np.abs(force) - c, -np.inf)))
        signs[worst] = -np.sign(force[worst])
    raise ArithmeticError(
        f"MetricL1: the optimality conditions are met to {least:.3g} only, not to {tolerance:.3g}: "
        f"the matrix has condition number {np.linalg.cond(H):.3g} with its diagonal scaled to 1"
    )


def _solve(H: Any, z: Any, c: Any, signs: Any) -> tuple[Any, Any]:
    """The stationary point with these signs, zero where they are 0: (Hd)_i = -c_i sign_i on the support, d = -z off it."""
    on = signs != 0
    d = np.where(on, 0.0, -z)
    block, right = H[np.ix_(on, on)], -(c * signs)[on]
    for _ in range(2):  # the second solve refines the first
        d[on] += np.linalg.solve(block, right - H[on] @ d)
    return np.where(on, z + d, 0.0), d


def _walk(H: Any, z: Any, c: Any, x: Any, target: Any) -> Any:
    """The lowest of the points where the segment from x to target crosses a zero, and of target."""
    step = target - x
    crossing = np.flatnonzero(x * target < 0)
    at = np.append(x[crossing] / (x[crossing] - target[crossing]), 1.0)
    points = x + at[:, None] * step
    points[np.arange(len(crossing)), crossing] = 0.0
    slope, bend = (H @ (x - z)) @ step, step @ H @ step
    change = at * slope + 0.5 * at**2 * bend + (np.abs(points) - np.abs(x)) @ c
    return points[np.argmin(change)]
