"""Every iterate's structure against the certified one: how often, since when, and whether it stayed."""

from __future__ import annotations

from typing import Any

import numpy as np

TAIL = 10  # the last tenth of the run decides whether a structure stays


class Tracker:
    """Counts over the steps t = 1, ..., ``steps`` of a batch of runs, whose certified structure is ``truth`` (runs, groups)."""

    def __init__(self, truth: Any, steps: int) -> None:
        self.truth, self.steps = truth, steps
        self.tail_from = steps - max(1, steps // TAIL) + 1
        runs = len(truth)
        self.exact, self.exact_tail = np.zeros(runs, dtype=int), np.zeros(runs, dtype=int)
        self.last_wrong = np.zeros(runs, dtype=int)
        self.moved = np.zeros(runs, dtype=bool)
        self.at_tail: Any = None

    def see(self, t: int, found: Any) -> None:
        """The structure ``found`` of the iterate after step t; steps come in order."""
        right = (found == self.truth).all(axis=1)
        self.exact += right
        self.last_wrong[~right] = t
        if t < self.tail_from:
            return
        if t == self.tail_from:
            self.at_tail = found
        self.exact_tail += right
        self.moved |= np.any(found != self.at_tail, axis=1)

    def result(self, epoch_steps: int) -> dict[str, Any]:
        """One number a run. "stays": every iterate of the last tenth has the certified structure; "still": they all have one
        structure, right or wrong; "exact": the share of them with the certified one. "first" is T0 in epochs: every iterate
        from T0 to the last has the certified structure; NaN if the last one has not.
        """
        ends_right = self.last_wrong < self.steps
        return {
            "objective_stays": (self.last_wrong < self.tail_from).astype(float),
            "objective_still": (~self.moved).astype(float),
            "objective_exact": self.exact_tail / (self.steps - self.tail_from + 1),
            "objective_exact_all": self.exact / self.steps,
            "objective_first": np.where(ends_right, (self.last_wrong + 1) / epoch_steps, np.nan),
        }
