"""What these claims share: the float64 loss beside its definition in 340 digits, on exactly what the floats hold."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.arrays.exact import DecimalArrays
from verify.evidence import Case

EXACT = DecimalArrays(340)  # differences of losses near 600 may be 1e-273
exp, expm1, log, log1p, tanh = (
    np.frompyfunc(getattr(EXACT.context, name), 1, 1) for name in ("exp", "expm1", "log", "log1p", "tanh")
)


def both(case: Case) -> tuple[Case, Case]:
    """The case in float64, and the same numbers in 340 digits."""
    floats = {name: np.asarray(value, dtype=np.float64) for name, value in case.items()}
    return floats, {name: EXACT.held(value) for name, value in floats.items()}


def within(tolerance: str, xp: Any, *rows: tuple[Any, Any, Any]) -> Any:
    """``tolerance`` less the largest |found - right|/size of all rows (found, right, size), one number a case; where the size
    is 0, |found - right|. NaN counts as infinite: the maximum of objects would drop it."""
    worst: Any = 0
    for found, right, size in rows:
        unit = np.where(np.zeros_like(right) + size > 0, size, 1)
        error = np.abs(EXACT.held(found) - right) / unit
        error = np.where(error == error, error, np.inf)  # noqa: PLR0124
        worst = np.maximum(worst, np.max(error.reshape(len(error), -1), axis=-1))
    left = EXACT.context.mpf(tolerance) - worst
    return left.astype(np.float64) if xp is NUMPY else left
