"""Checks that a claim works case by case: one number a case, which does not depend on the other cases of its batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.evidence.claim import Case, Claim

LOOKED_AT = 6  # cases of a batch
CONDITIONS = 24  # of a domain: true or false says less about a case than a number
_AXIS = "so sums, norms and maxima over a vector need axis=-1"


def check_apart(claim: Claim, drawn: Case) -> None:
    """Margin and hypotheses have one number a case, and they, domain and bound give a case what they give it among copies of
    itself.

    ``xp.norm(x)``, ``xp.sum(x)`` and ``xp.max(x)`` without ``axis`` join all cases of a batch: an average of the claim over
    thousands of cases would be searched. A comparison is never below 0, and so never fails. Raises ValueError for both.
    """
    numbers: dict[str, Callable[..., Any]] = {"margin": claim.margin}
    numbers |= {name: hypothesis.margin for name, hypothesis in claim.hypotheses.items()}
    functions = numbers | {name: getattr(claim, name) for name in ("domain", "bound") if claim.has(name)}
    for name, function in functions.items():
        case = {n: value[: CONDITIONS if name == "domain" else LOOKED_AT] for n, value in drawn.items()}
        size = len(next(iter(case.values())))
        values = _values(function, case)
        if name in numbers and _is_truth(values):
            raise ValueError(
                f"{claim.id}: {name} is true or false, which is never below 0; give the number that has to be >= 0, a - b for "
                "a >= b (a hypothesis with strict=True for a > b)"
            )
        if name == "margin" and values.shape != (size,):
            raise ValueError(
                f"{claim.id}: margin has shape {values.shape} for {size} cases; it must have one number a case, {_AXIS}"
            )
        for index, own in enumerate(np.broadcast_to(values, (size,)).astype(np.float64)):
            among_copies = _values(function, {n: value[[index, index]] for n, value in case.items()}).astype(np.float64)
            if not np.allclose(among_copies, own, rtol=1e-6, atol=0, equal_nan=True):
                raise ValueError(f"{claim.id}: {name} of a case depends on the other cases of the batch; {_AXIS}")


def _values(function: Callable[..., Any], case: Case) -> Any:
    with np.errstate(all="ignore"):
        return np.asarray(function(case, NUMPY))


def _is_truth(value: Any) -> bool:
    return bool(value.dtype == bool or (value.dtype == object and value.size and isinstance(value.flat[0], bool | np.bool_)))
