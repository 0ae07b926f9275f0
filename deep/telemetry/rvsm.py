"""RVSM in a run: does the Lagrangian decrease, and how far is the sparse copy from the weights?"""

from __future__ import annotations

import math
from typing import Any

import torch

from deep.optim import RVSM
from deep.optim.checks import penalty_of
from deep.telemetry.gradient import due, loss
from deep.telemetry.watch import Quantity, Row, Watch, columns, ratio, watch

LAGRANGIAN = Quantity(
    *("RVSM.T1.mono", "lagrangian", r"$L_\beta = f(w) + R(u) + \frac\beta2 |w - u|^2$"),
    "at the end of the epoch; f is measured there, on the first images of the next: all where they are few or the run is long",
)
DECREASE = Quantity(
    *("RVSM.T1.mono", "decrease", r"$L_\beta$ when it was last measured, less that now"),
    "not negative where the theorem holds; by the noise of batches, or of the images that f is measured on, it may be; none "
    "where the penalty or beta is another than then",
)
DISTANCE = Quantity(
    "RVSM.S33.gap.sharp", "distance", r"$|w - u|$", "of the weights from their sparse copy; f(u) - f(w) follows"
)
RELATIVE = Quantity("RVSM.S33.gap.sharp", "relative distance", r"$|w - u|/|w|$", "the same over the size of the weights")


@watch(RVSM)
class Lagrangian(Watch):
    """Sums over the penalised parameters: the others have no copy of their own."""

    quantities = (LAGRANGIAN, DECREASE, DISTANCE, RELATIVE)

    def __init__(self, trainer: Any) -> None:
        super().__init__(trainer)
        self.before, self.numbers = math.nan, [""]

    @torch.no_grad()
    def after_epoch(self, row: Row) -> Row:
        penalties = pulls = gaps = sizes = 0.0
        groups = self.optimizer.param_groups
        penalised = [(p, group) for group in groups if group["penalty"] is not None for p in group["params"]]
        for p, own in penalised:
            w, u = p.double(), self.optimizer.prox_point(p).double()
            gap = float((w - u).square().sum())
            penalties, pulls = penalties + float(penalty_of(own).value(u)), pulls + own["beta"] / 2 * gap
            gaps, sizes = gaps + gap, sizes + float(w.square().sum())
        found = {DISTANCE: math.sqrt(gaps), RELATIVE: ratio(math.sqrt(gaps), math.sqrt(sizes))}
        if images := due(self.trainer):
            value, numbers = loss(self.trainer, images) + penalties + pulls, [_numbers(group) for _, group in penalised]
            found |= {LAGRANGIAN: value, DECREASE: self.before - value if numbers == self.numbers else math.nan}
            self.before, self.numbers = value, numbers
        return columns(found)

    def state_dict(self) -> dict[str, Any]:
        return {"before": self.before, "numbers": self.numbers}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.before, self.numbers = state["before"], state["numbers"]


def _numbers(group: dict[str, Any]) -> str:
    """What of a group makes the Lagrangian another function."""
    return f"{penalty_of(group)!r} {float(group['beta'])!r}"
