"""The Lipschitz constant of a gradient that has no bound in closed form, from its Hessian at a point."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from synthetic.problems.instance import Blocks, Instance, column

ITERATIONS = 30
SAFETY = 2.0


def local_lipschitz(instance: Instance, w: Blocks) -> Any:
    """Twice the largest |eigenvalue| of the Hessian at w, (sets,): an estimate that is safe near w and no bound beyond.

    By power iteration from a fixed vector, w being held a data set.
    """
    single = replace(instance, copies=1)
    rng = np.random.default_rng(0)
    v: Blocks = {name: np.broadcast_to(rng.normal(size=a.shape[1:]), a.shape) for name, a in w.items()}
    size = np.ones(single.sets)
    for _ in range(ITERATIONS):
        v = {name: a / column(size, a) for name, a in v.items()}
        v = single.product(w, v)
        size = np.sqrt(sum((np.square(a).reshape(single.sets, -1).sum(1) for a in v.values()), np.zeros(single.sets)))
    return SAFETY * size
