"""A counterexample stands by itself: where a separable map is wrong only among other inputs, that is the finding."""

from __future__ import annotations

import numpy as np

from verify.audit.functions import Failure, Functions
from verify.audit.objective import alike
from verify.audit.report import KINDS, Finding, show


def alone(finding: Finding, functions: Functions, z: np.ndarray) -> Finding:
    """The finding, which was made in one call with all the inputs z, if its input alone gives the same result. Else, if another
    comes back with the rest of z beside it: that the map couples them, with as few of them as halving leaves."""
    if not functions.scalar or functions.prox_floats:
        return finding
    point, t = np.asarray(finding.z), finding.t
    try:
        by_itself = functions.outputs(point[None], t)
    except Failure:  # it fails alone: see behaviour.coupled
        return finding

    def changed(others: np.ndarray) -> bool:
        try:
            return not alike(functions.outputs(np.append(point, others), t)[:1], by_itself, point, functions.dtype)
        except Failure:
            return False

    others = z[z != point]
    if alike(np.atleast_1d(finding.returned), by_itself, point, functions.dtype) or not changed(others):
        return finding
    while len(others) > 1 and (halves := [half for half in np.array_split(others, 2) if changed(half)]):
        others = halves[0]
    together = np.append(point, others)
    message = f"{KINDS['coupled']}: not {show(by_itself[0])} for the first, as it gives alone"
    returned = functions.outputs(together, t)
    return Finding("coupled", message, together, t, finding.parameters, returned, dtype=functions.dtype)
