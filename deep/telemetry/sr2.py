"""SR2 in a run: Assumption 3's constant, and the bound on sigma that Theorem 1 gives with it."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from deep.optim import SR2
from deep.optim.checks import penalty_of, prox_bound
from deep.telemetry.watch import Quantity, Row, Watch, columns, watch
from verify.methods.sr2 import Decision, Sums

ASSUMPTION = "SR2.A3.exact"
QUOTIENT = r"$|f(w + s) - f(w) - \langle g, s \rangle|/|s|^2$"
RHO = Quantity(
    *("SR2.T1", "rho", r"median of $\Delta F/\Delta\psi$"),
    "the fall of f + R over the promised one, of the epoch's steps, but for zero ones and those lost in rounding; f is the "
    "batch's, as in the paper's runs",
)
VERY = Quantity(
    "SR2.T1", "very successful", r"% of steps with $\rho \ge \eta_2$", "steps that let sigma fall: all, from sigma_succ on"
)
TAKEN = Quantity("SR2.L1.fix", "taken", r"% of steps with $\rho \ge \eta_1$", "the epoch's successes that move the weights")
FAILED = Quantity("SR2.L2.fix", "failed", r"% of steps with $\rho < \eta_1$", "the epoch's failures: sigma grows")
SIGMA = Quantity("SR2.T1.sigmamax.fix", "sigma", r"$\sigma_t$", "one over the step size, at the end of the epoch")
KAPPA = Quantity(
    *(ASSUMPTION, "constant so far", rf"largest {QUOTIENT}"),
    "kappa_m is at least this if Assumption 3 has held, for f and g of the same batch: what rounding may have added is off (of "
    "a network in less than float32 not all); grows without end if there is none",
)
TYPICAL = Quantity(
    *(ASSUMPTION, "quotient", rf"median of {QUOTIENT}"),
    "of the steps of rho where it is more than rounding may make: half a curvature",
)
BOUND = Quantity(
    *("SR2.T1.sigmamax.fix", "sigma over bound", r"largest $\sigma_t/\max(\sigma_0, \gamma \sigma_{succ})$"),
    "at most 1, with the constant so far in sigma_succ = max(2 kappa_m/(1 - eta2), 1/lambda)",
)
PRINTED = Quantity(
    *("SR2.T1.sigmamax", "sigma over printed bound", r"largest $\sigma_t$ so far$/\min(\sigma_0, \gamma \sigma_{succ})$"),
    "with min for max, as it is printed, and today's constant: above 1 where the misprint shows",
)


@watch(SR2)
class Decisions(Watch):
    """Each step's decision and sums are kept on the device, a row a step, and looked at when the epoch has ended."""

    quantities = (RHO, VERY, TAKEN, FAILED, SIGMA, KAPPA, TYPICAL, BOUND, PRINTED)

    def __init__(self, trainer: Any) -> None:
        super().__init__(trainer)
        self.steps: list[Tensor] = []
        self.kappa = self.largest = 0.0
        self.whole = True  # whether all steps of the epoch are watched
        self.seen: Decision | None = None

    def after_step(self, loss: Tensor) -> None:
        made, sums = self.optimizer.decision, self.optimizer.sums
        if made is not self.seen:  # a step that is skipped decides nothing
            self.seen = made
            self.steps.append(torch.stack([*made, *sums]))  # a dozen numbers, in float64

    def after_epoch(self, row: Row) -> Row:
        steps, self.steps = self.steps, []
        whole, self.whole = self.whole, True
        if not steps:
            return {}
        numbers, cut = torch.stack(steps).cpu().unbind(1), len(Decision._fields)
        made, sums = Decision._make(numbers[:cut]), Sums._make(numbers[cut:])
        moves = (sums.missing == 0) & (made.still == 0) & torch.isfinite(sums.penalty + sums.loss)
        error = (sums.loss + sums.slope).abs()
        sure = torch.where(moves, (error - made.lost).clamp(min=0) / sums.square, 0)
        kappa = torch.cummax(sure, 0).values.clamp(min=self.kappa)
        self.kappa, self.largest = float(kappa[-1]), max(self.largest, float(made.sigma.max()))
        low, high = self._bounds(kappa)
        rho = ((sums.penalty + sums.loss) / (sums.penalty - sums.slope))[moves]
        shares = {each: 100 * float(x.mean()) for each, x in ((VERY, made.very), (TAKEN, made.taken), (FAILED, made.failed))}
        typical = _median((error / sums.square)[moves & (error > made.lost)])
        return columns(
            {
                **({RHO: _median(rho), **shares, TYPICAL: typical} if whole else {}),
                SIGMA: float(made.sigma[-1]),
                KAPPA: self.kappa,
                BOUND: float((made.sigma / high).max()),
                PRINTED: self.largest / float(low[-1]) if self.kappa else math.nan,
            }
        )

    def _bounds(self, kappa: Tensor) -> tuple[Tensor, Tensor]:
        """min and max of sigma_0 and gamma sigma_succ, step by step."""
        group = self.optimizer.param_groups[0]
        threshold = max(1 / prox_bound(penalty_of(each)) for each in self.optimizer.param_groups)
        success = (2 * kappa / (1 - group["eta2"])).clamp(min=threshold)
        start = torch.tensor(float(group["sigma0"]), dtype=kappa.dtype)
        return torch.minimum(start, group["gamma1"] * success), torch.maximum(start, group["gamma1"] * success)

    def missed(self) -> None:
        """What is largest so far is not known, nor what is of all steps of an epoch that has begun."""
        self.kappa = self.largest = math.nan
        self.whole = self.trainer.step == 0

    def state_dict(self) -> dict[str, Any]:
        steps = torch.stack(self.steps) if self.steps else None
        return {"steps": steps, "kappa": self.kappa, "largest": self.largest, "whole": self.whole}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.steps = [] if state["steps"] is None else list(state["steps"])
        self.kappa, self.largest, self.whole = state["kappa"], state["largest"], state["whole"]


def _median(x: Tensor) -> float:
    return float(x.quantile(0.5)) if len(x) else math.nan
