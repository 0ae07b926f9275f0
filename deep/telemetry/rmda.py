"""Lemma 2 and Theorem 1 of RMDA in a run: does V/alpha approach the gradient, and do the schedules allow it?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from deep.optim import RMDA
from deep.telemetry.gradient import due, gradient, length
from deep.telemetry.watch import Quantity, Row, Watch, any_state, columns, ratio, watch

LEMMA, CHANGE, PATH = "RMDA.L2.as", "RMDA.L2.iii.fix", "RMDA.T1.path"
OVER = r"over $|\nabla f|$; $f$ is measured on the first batches of the next epoch, in 1/25 of the training's images, or 1000"
ERROR = Quantity(
    *(LEMMA, "estimate error", r"$|V_t/\alpha_t - \nabla f(W_{t-1})| / |\nabla f(W_{t-1})|$"),
    f"how far the average is from the gradient, {OVER}: goes to 0 if the lemma's words hold",
)
NOISE = Quantity(
    *(LEMMA, "batch noise", r"$\sqrt{E |g_\xi - \nabla f(W_{t-1})|^2} / |\nabla f(W_{t-1})|$"),
    f"how far a batch's gradient is from it, {OVER}: what a method without averages steps with",
)
FLOOR = Quantity(
    *(LEMMA, "measured gradient's error", r"$\sqrt{E |\hat\nabla f - \nabla f|^2} / |\nabla f|$"),
    "how far the measured gradient itself is off; taken off from the estimate error, in the mean: one far below says no more, "
    "and there is none where nothing is left",
)
NEWEST = Quantity(
    *(LEMMA, "newest weight", r"$\tau_t = \beta_t \eta_t/\alpha_t$"), "the weight of the newest gradient in the average"
)
SUM = Quantity(
    *(LEMMA, "sum of weights", r"$\sum_k \tau_k$ over the round"), "(4), first condition: infinite in the limit, as a log"
)
SQUARES = Quantity(
    *(LEMMA, "sum of squared weights", r"$\sum_k \tau_k^2$ over the round"), "(4), second condition: bounded in the limit"
)
MOVED = Quantity(
    *(CHANGE, "change over weight", r"$|W_t - W_{t-1}|/\tau_t$"),
    "(4), third condition: goes to 0. It cannot together with beta/alpha where c = 1 and, with l1, a nonzero weight sees noise",
)
ANCHOR = Quantity(
    *(PATH, "beta over alpha", r"$\beta_t/\alpha_t$"), "how strongly W~ is still drawn to the start of the round: to go to 0"
)


@watch(RMDA)
class DualAverages(Watch):
    """The averages against the gradient, and condition (4); at the last step of an epoch, t counted in the present round."""

    quantities = (ERROR, NOISE, FLOOR, NEWEST, SUM, SQUARES, MOVED, ANCHOR)

    def __init__(self, trainer: Any) -> None:
        super().__init__(trainer)
        self.t, self.sums = 0, (0.0, 0.0)  # at the end of the last epoch
        self.before: dict[Tensor, Tensor] = {}

    def before_step(self) -> None:
        if self.trainer.step == self.trainer.steps - 1:
            params = (p for group in self.optimizer.param_groups for p in group["params"])
            self.before = {p: p.detach().clone() for p in params if p.requires_grad}

    def after_epoch(self, row: Row) -> Row:
        before, self.before = self.before, {}
        if not any_state(self.optimizer):
            return {}
        newest = self._newest()
        change = length(torch.cat([(p.detach() - old).flatten() for p, old in before.items()]))
        found = {
            NEWEST: newest,
            SUM: self.sums[0],
            SQUARES: self.sums[1],
            MOVED: ratio(change, newest),
            ANCHOR: self._anchoring(),
        }
        images = due(self.trainer)
        if images:
            measured = gradient(self.trainer, before, images)
            size, average = measured.distance(0.0), torch.cat([self._average(p).flatten() for p in before])
            found |= {
                ERROR: ratio(measured.distance(average), size),
                NOISE: ratio(measured.noise, size),
                FLOOR: ratio(measured.error, size),
            }
        return columns(found)

    def _newest(self) -> float:
        """tau of the last step. The sums are brought up to date by the steps that this epoch made in the present round.
        Which were skipped is not known: those made are taken for the epoch's last, which matters where the rate changes between
        them. A round that a change of rate began may go on from the sums of another: rates are constant in both, so that tau is
        t's alone."""
        state, recipe, epoch, steps = self._state(), self.trainer.recipe, self.trainer.epoch, self.trainer.steps
        t, alpha = int(state.t), float(state.alpha)
        goes_on = t >= self.t and not recipe.begins_round(epoch)
        mine = min(t - self.t if goes_on else t, steps)
        known = max(mine, 1)  # where no step was made, or as many as in the round before, the last one's is told all the same
        rates = [recipe.numbers(epoch + k / steps, steps) for k in range(steps - known, steps)]
        eta = np.array([numbers.get("lr", self.optimizer.param_groups[0]["lr"]) for numbers in rates])
        s = eta * np.sqrt(np.arange(t - known + 1, t + 1))
        with np.errstate(invalid="ignore"):  # 0/0 where there has been no step
            weights = s / (alpha - (np.sum(s) - np.cumsum(s)))
        new, old = weights[known - mine :], self.sums if goes_on else (0.0, 0.0)
        self.t, self.sums = t, (old[0] + float(np.sum(new)), old[1] + float(np.sum(new**2)))
        return float(weights[-1])

    def _anchoring(self) -> float:
        return float(self.optimizer.method.anchoring(self._state(), self._state().V, None))

    def _state(self) -> Any:
        """The method's state of the parameter that has made most steps: others may have had none of some gradients."""
        states = [kept for kept in self.optimizer.state.values() if kept]
        return self.optimizer.method.State(**max(states, key=lambda kept: int(kept["t"])))

    def _average(self, p: Tensor) -> Tensor:
        kept = self.optimizer.state.get(p)
        return kept["V"] / kept["alpha"].to(kept["V"].dtype) if kept else torch.zeros_like(p)

    def missed(self) -> None:
        """The sums of the present round are not known."""
        self.sums = (math.nan, math.nan)

    def state_dict(self) -> dict[str, Any]:
        return {"t": self.t, "sums": list(self.sums)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.t, self.sums = state.get("t", 0), tuple(state["sums"])  # earlier versions kept no t
