"""min over x of (x - z)'H(x - z)/2 + sum c_i|x_i|, exactly: coordinate descent to begin, then an active set.

The active set method is feature-sign search (Lee, Battle, Raina, Ng 2007): solve on the current support and signs, walk to
the solution as far as the objective falls, drop what became zero, admit the worst violated zero. The objective falls
strictly, so no support and signs come twice. Written in d = x - z, which keeps its digits where x is close to z.
"""

from __future__ import annotations

from typing import Any

import numpy as np

SWEEPS = 30
_EPS = np.finfo(np.float64).eps


def kkt_residual(H: Any, x: Any, d: Any, c: Any) -> float:
    """max over i of the distance of -(Hd)_i to c_i d|x_i|, relative to (|H||d|)_i + c_i."""
    force = H @ d
    gap = np.where(x != 0, np.abs(force + c * np.sign(x)), np.maximum(np.abs(force) - c, 0.0))
    size = np.abs(H) @ np.abs(d) + c
    return float(np.max(gap / np.where(size > 0, size, 1.0), initial=0.0))


def l1_in_metric(H: Any, z: Any, c: Any) -> Any:
    """The minimiser; NaN in z makes all of it NaN. ArithmeticError where rounding keeps the optimality conditions unmet."""
    if np.isnan(z).any():
        return np.full_like(z, np.nan)
    root = np.sqrt(np.diag(H))
    scale = max(np.max(np.abs(root * z), initial=0.0), np.max(c / root, initial=0.0)) or 1.0
    unit = H / np.outer(root, root)  # unit diagonal, and numbers about 1
    x = _search(unit, root * z / scale, c / root / scale) / root * scale
    return x
