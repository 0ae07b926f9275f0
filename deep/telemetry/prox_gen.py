"""ProxGEN's condition (C-4) in a run, as in its Fig. 1: the eigenvalues of alpha_t (C_t + delta I)^-1."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import torch
from torch import Tensor

from deep.optim import ProxGEN, ProxSSI, TwoStageProxSGD
from deep.telemetry.watch import Quantity, Row, Watch, columns, watch

FORMULA = r"$\lambda_{\min}(\alpha_t (C_t + \delta I)^{-1}) = \min_i \alpha_t/(C_{t,i} + \delta)$"
LARGEST = Quantity(
    *("PG.T1.alpha.fix", "largest eigenvalue", r"$\max_i \alpha_t/(C_{t,i} + \delta)$"),
    "below 1/L, L the smoothness of f, Theorem 1 holds with its condition on alpha_0 repaired",
)


class Spectrum(Watch):
    """Of the metric of the last step of an epoch; all coordinates of all parameters."""

    least: ClassVar[Quantity]
    mean: ClassVar[Quantity]

    @classmethod
    def fits(cls, optimizer: Any) -> bool:
        """The two-stage method's prox is in the metric C + delta, without alpha: neither (C-4) nor Theorem 1 is about it."""
        return optimizer.metric and not isinstance(optimizer, TwoStageProxSGD)

    def after_epoch(self, row: Row) -> Row:
        least, largest, total, count = math.inf, 0.0, 0.0, 0
        for group in self.optimizer.param_groups:
            for p in group["params"]:
                if self.optimizer.state.get(p):
                    eigenvalues = group["lr"] / (self.preconditioner(self.optimizer.state[p]) + group["delta"])
                    least, largest = min(least, float(eigenvalues.min())), max(largest, float(eigenvalues.max()))
                    total, count = total + float(eigenvalues.sum(dtype=torch.float64)), count + p.numel()
        return columns({self.least: least, self.mean: total / count, LARGEST: largest} if count else {})

    def preconditioner(self, kept: dict[str, Any]) -> Tensor:
        """The diagonal of C, from the state of a parameter."""
        raise NotImplementedError


def _eigenvalues(claim: str) -> tuple[Quantity, Quantity]:
    return (
        Quantity(claim, "least eigenvalue", FORMULA, "(C-4) asks that one gamma > 0 stays below it for ever"),
        Quantity(claim, "mean eigenvalue", r"mean of $\alpha_t/(C_{t,i} + \delta)$", "the mean step size of a coordinate"),
    )


@watch(ProxGEN, ProxSSI)
class AdamSpectrum(Spectrum):
    """C = sqrt(v), corrected for its start as the optimizer does."""

    least, mean = _eigenvalues("PG.C4.adam")
    quantities = (least, mean, LARGEST)

    @classmethod
    def fits(cls, optimizer: Any) -> bool:
        return super().fits(optimizer) and getattr(optimizer, "preconditioner", "adam") == "adam"

    def preconditioner(self, kept: dict[str, Any]) -> Tensor:
        v = kept["total"] if "total" in kept else kept["v"]
        left = kept.get("left", kept.get("left2"))
        return torch.sqrt(v if left is None else v / (1 - left).to(v.dtype))


@watch(ProxGEN)
class AdaGradSpectrum(Spectrum):
    """C = sqrt(sum of squared gradients), which grows."""

    least, mean = _eigenvalues("PG.C4.adagrad")
    quantities = (least, mean)

    @classmethod
    def fits(cls, optimizer: Any) -> bool:
        return super().fits(optimizer) and optimizer.preconditioner == "adagrad"

    def preconditioner(self, kept: dict[str, Any]) -> Tensor:
        return torch.sqrt(kept["total"])
