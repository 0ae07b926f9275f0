"""The noise at the certified point, before any method is run: how large, and how often it breaks the structure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from synthetic.measures.checkpoints import norm
from synthetic.measures.structure import structure
from synthetic.problems import Instance
from synthetic.reference import Reference
from synthetic.sampling import Sampler
from verify.penalties import Penalty

DRAWS = 200
STREAM = 2**40  # the run seed of these draws: beyond those of runs


def at_optimum(
    instance: Instance, reference: Reference, batch: int | None, sampling: str, data_seeds: Sequence[int]
) -> dict[str, Any]:
    """From DRAWS batches a data set, one number each.

    "noise": the root mean square of |g - grad f(w*)|. "noise_group": of one group's noise over lam w_g, the largest of the
    inactive groups, to be held against the margin; NaN where the subdifferential at 0 is not a ball of such a radius > 0.
    "noise_break": the probability that one prox-SGD step from w*, of size 1/L, leaves the structure; where no active group is
    small that is the probability that |g_g| > lam w_g for an inactive one, whatever the step.
    """
    sampler = Sampler(instance.samples, batch, sampling, [(seed, STREAM) for seed in data_seeds])
    w, exact = reference.w, instance.gradient(reference.w)
    truth = structure(instance.blocks, w)
    t = {name: (1 / instance.lipschitz).reshape(-1, *[1] * (v.ndim - 1)) for name, v in w.items()}
    broken, square = np.zeros(instance.runs), np.zeros(instance.runs)
    squares = {name: np.zeros_like(v) for name, v in w.items()}
    draws = 0
    while draws < DRAWS:
        drawn = sampler.epoch()
        for index in [None] if drawn is None else drawn[: DRAWS - draws]:
            g = instance.gradient(w, index)
            noise = {name: g[name] - v for name, v in exact.items()}
            moved = {name: p.prox(w[name] - t[name] * g[name], t[name]) for name, p in instance.blocks.items()}
            broken += np.any(structure(instance.blocks, moved) != truth, axis=1)
            square += np.square(norm(noise))
            squares = {name: v + np.square(noise[name]) for name, v in squares.items()}
            draws += 1
        if drawn is None:
            break
    group = [_largest(p, squares[name] / draws, w[name]) for name, p in instance.blocks.items()]
    return {
        "noise": np.sqrt(square / draws),
        "noise_group": np.max(group, axis=0),
        "noise_break": broken / draws,
    }


def _largest(penalty: Penalty, variance: Any, w: Any) -> Any:
    """The largest root mean square noise of an inactive group or coordinate, over its weight: (runs,)."""
    radius = penalty.zero_radius(w)
    if radius is None or not np.all((radius > 0) & (radius < np.inf)):
        return np.full(len(w), np.nan)
    share = penalty.group_norms(np.sqrt(variance)) / radius
    return np.max(np.where(penalty.group_support(w), 0, share), axis=tuple(range(1, w.ndim)))
