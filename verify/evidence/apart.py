"""Whether what a claim computes of a case is a number, and the same whatever the other cases of its batch are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.evidence.claim import Case, Claim

LOOKED_AT = 8  # cases of a batch
_AXIS = "so sums, norms and maxima over a vector need axis=-1"


def check_apart(claim: Claim, case: Case) -> None:
    """Margin and hypotheses have one number a case, and the first cases keep theirs when copies of one replace the others.

    ``xp.norm(x)``, ``xp.sum(x)`` and ``xp.max(x)`` without ``axis`` join all cases of a batch: an average of the claim over
    thousands of cases would be searched. A comparison is never below 0, and so never fails. Raises ValueError for both.
    """
    case = {name: value[:LOOKED_AT] for name, value in case.items()}
    size = len(next(iter(case.values())))
    kept = size // 2
    others = {name: value[[*range(kept), *[0] * (size - kept)]] for name, value in case.items()}
    margins: dict[str, Callable[..., Any]] = {"margin": claim.margin}
    margins |= {name: hypothesis.margin for name, hypothesis in claim.hypotheses.items()}
    for name, margin in margins.items():
        with np.errstate(all="ignore"):
            computed = [np.asarray(margin(batch, NUMPY)) for batch in (case, others)]
        if any(_is_truth(value) for value in computed):
            raise ValueError(
                f"{claim.id}: {name} is true or false, which is never below 0; give the number that has to be >= 0, a - b for "
                "a >= b (a hypothesis with strict=True for a > b)"
            )
        values, again = (value.astype(np.float64) for value in computed)
        if name == "margin" and values.shape != (size,):
            raise ValueError(
                f"{claim.id}: margin has shape {values.shape} for {size} cases; it must have one number a case, {_AXIS}"
            )
        first, second = (np.broadcast_to(v, (size,))[:kept] for v in (values, again))
        if not np.allclose(first, second, rtol=1e-6, atol=0, equal_nan=True):
            raise ValueError(f"{claim.id}: {name} of a case depends on the other cases of the batch; {_AXIS}")


def _is_truth(value: Any) -> bool:
    return bool(value.dtype == bool or (value.dtype == object and value.size and isinstance(value.flat[0], bool | np.bool_)))
