"""Theorem 2 of RMDA in a run: does the pattern of zeros stay, and is the gradient inside the subdifferential at them?"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import torch
from torch import Tensor

from deep.optim import ADMM, RDA, RMDA, RVSM, SR2, ProxGEN, ProxQuant, ProxSGD, ProxSSI, SqrtT
from deep.optim.checks import penalty_of
from deep.telemetry.watch import Quantity, Row, Watch, columns, watch
from verify.penalties import BinaryW, Penalty


class Support(Watch):
    """The zeros of the prox points: which groups of the penalty (single weights for an elementwise one) are zero."""

    changed: ClassVar[Quantity]
    last: ClassVar[Quantity]
    active: ClassVar[Quantity]
    margin: ClassVar[Quantity]

    def __init__(self, trainer: Any) -> None:
        super().__init__(trainer)
        self.alive: Tensor | None = None
        self.last_change: float = 1

    @classmethod
    def fits(cls, optimizer: Any) -> bool:
        return bool(_penalised(optimizer))

    def after_epoch(self, row: Row) -> Row:
        alive, smallest, margins = [], math.inf, [math.inf]
        for p, penalty in _penalised(self.optimizer):
            point = self.optimizer.prox_point(p)
            sizes, zero = penalty.group_norms(_wide(point)), ~penalty.group_support(point)
            alive.append(~zero.flatten())
            smallest = min(smallest, _least(sizes[~zero]))
            level, gradient = threshold(penalty, p), self.estimate(p)
            if level is not None and gradient is not None:
                margins.append(_least((1 - penalty.group_norms(_wide(gradient)) / level)[zero]))
        now = torch.cat(alive)
        found = {self.active: smallest, self.margin: min(margins)}
        if self.alive is not None and self.alive.shape == now.shape:  # earlier versions counted frozen weights too
            share = float((now != self.alive).double().mean())
            self.last_change = int(row["epoch"]) if share else self.last_change
            found |= {self.changed: 100 * share, self.last: self.last_change}
        self.alive = now
        return columns(found)

    def estimate(self, p: Tensor) -> Tensor | None:
        """What the method takes for the gradient at p."""
        raise NotImplementedError

    def missed(self) -> None:
        """When the last change was is not known until there is another."""
        self.last_change = math.nan

    def state_dict(self) -> dict[str, Any]:
        return {"alive": self.alive, "last": self.last_change}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.alive, self.last_change = state["alive"], state["last"]


def _quantities(claim: str, margin_claim: str, margin: str, meaning: str) -> tuple[Quantity, ...]:
    point = "of the prox point (W~ of RMDA, u of RVSM and ADMM, else the weights)"
    return (
        Quantity(claim, "support changed", r"$100\,|S_e \triangle S_{e-1}|/|G|$", f"% of groups {point} that were zero or not"),
        Quantity(claim, "last change", r"last $e$ with $S_e \ne S_{e-1}$", "the epoch since whose end the zeros stand still"),
        Quantity(claim, "smallest active norm", r"$\min_{g \in S_e} |w_g|$", f"over the nonzero groups {point}"),
        Quantity(margin_claim, "margin", margin, meaning),
    )


@watch(RMDA, RDA)
class AveragedSupport(Support):
    """For methods that average gradients, for which Theorem 2 is."""

    quantities = _quantities(
        *("RMDA.T2.fix", "RMDA.T2.fix", r"$\min_{g \notin S_e} 1 - |V_t/\alpha_t|_g/(\lambda w_g)$"),
        "nondegeneracy (5), with V/alpha for the gradient, least over the zero groups: above 0 they stay zero",
    )
    changed, last, active, margin = quantities

    def estimate(self, p: Tensor) -> Tensor | None:
        kept = self.optimizer.state.get(p)
        if not kept:
            return None
        return kept["V"] / kept["alpha"].to(kept["V"].dtype) if "V" in kept else kept["mean"]


@watch(ProxSGD, SqrtT, ProxGEN, ProxSSI, SR2, RVSM, ADMM)
class SampledSupport(Support):
    """For methods that step with what the last batches say, to hold against the former."""

    quantities = _quantities(
        *("RMDA.S1.sgd", "RMDA.S1.sgd.fix", r"$\min_{g \notin S_e} 1 - |d_t|_g/(\lambda w_g)$"),
        "d the direction of the last step, a batch's gradient or its momentum: below 0 zero groups leave zero with such a step",
    )
    changed, last, active, margin = quantities

    def estimate(self, p: Tensor) -> Tensor | None:
        if isinstance(self.optimizer, RVSM | ADMM | SqrtT | ProxQuant):
            return None  # zeros depend on the weights beside them, or the prox has another step than the gradient
        kept = self.optimizer.state.get(p, {})
        if "m" in kept:
            left = kept.get("left_m", kept.get("left1"))
            return kept["m"] if left is None else kept["m"] / (1 - left).to(kept["m"].dtype)
        return kept.get("v", p.grad)


def _penalised(optimizer: Any) -> list[tuple[Tensor, Any]]:
    """The parameters that are trained, with penalties whose prox makes zeros."""
    found = [(p, penalty_of(group)) for group in optimizer.param_groups if group.get("penalty") for p in group["params"]]
    return [(p, penalty) for p, penalty in found if p.requires_grad and not isinstance(penalty, BinaryW)]


def threshold(penalty: Penalty, p: Tensor) -> Tensor | None:
    """The radius of the subdifferential at zero (lam w_g for group LASSO), a number or a per-group array; None unless it is a
    ball of finite radius > 0 for every group: it is unbounded for powers below 1, and a point for smooth penalties."""
    like = _wide(p)
    if (radius := penalty.zero_radius(like)) is None:
        return None
    level = torch.as_tensor(radius, dtype=like.dtype, device=like.device)
    return level if bool(((level > 0) & (level < math.inf)).all()) else None


def _wide(x: Tensor) -> Tensor:
    return x.detach().to(torch.promote_types(x.dtype, torch.float32))


def _least(x: Tensor) -> float:
    return float(x.min()) if x.numel() else math.inf
