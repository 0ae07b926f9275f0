"""RigL: a network that is sparse from the start, whose connections move while it trains."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch

from deep.baselines.densities import erdos_renyi_kernel

Allocation = Callable[[Sequence[Sequence[int]], float], list[float]]


class RigL:
    """Rigged lottery (Evci, Gale, Menick, Castro and Elsen 2020, Algorithm 1): sparse training whose connections move.

    Around any optimizer of torch; ``rigl.step()`` takes the place of ``optimizer.step()``. Weights start with a random mask of
    ``density``, shared among layers by ``allocation``. At t = interval, 2 interval, ... before ``end`` each layer, in place of
    the optimizer's step, drops its k smallest active weights and grows the k inactive ones (the dropped included) with the
    largest gradient magnitude, k = f(t) times its active ones,

        f(t) = (prune/2)(1 + cos(pi t/end)).

    Grown weights start at zero, those dropped and grown at once keep their value, and the optimizer's buffers (momentum) of
    inactive weights are zero. Other steps are the optimizer's, with gradients masked.

    The settings of RMDA's Table 14 are density 0.02, ERK, prune 0.3, interval 100, end 65918 with
    ``SGD(lr=0.1, momentum=0.9, weight_decay=1e-4)``.

    ``weights``: the tensors to thin out (the optimizer may hold others). State: one condition a weight, and t. ValueError for
    no weights, for one that comes twice (tied layers) or that the optimizer does not hold, and for numbers out of range:
    density in (0, 1], prune in [0, 1], interval >= 1, end >= 0.
    """

    def __init__(
        self,
        optimizer: torch.optim.Optimizer,
        weights: Sequence[torch.Tensor],
        density: float,
        end: int,
        prune: float = 0.3,
        interval: int = 100,
        allocation: Allocation = erdos_renyi_kernel,
        generator: torch.Generator | None = None,
    ) -> None:
        if not 0 <= prune <= 1 or interval < 1 or end < 0:
            raise ValueError(f"RigL needs prune in [0, 1], interval >= 1, end >= 0; got {prune}, {interval}, {end}")
        held = {id(p) for group in optimizer.param_groups for p in group["params"]}
        if not weights or any(id(weight) not in held for weight in weights):
            raise ValueError("RigL needs at least one weight, all of them held by the optimizer")
        if len({id(weight) for weight in weights}) < len(weights):
            raise ValueError("RigL: a weight comes twice, as that of tied layers does, and would get two masks: give it once")
        self.optimizer, self.weights, self.t = optimizer, list(weights), 0
        self.end, self.prune, self.interval = end, prune, interval
        shares = allocation([tuple(weight.shape) for weight in self.weights], density)
        self.masks = [
            _random_mask(w, round(share * w.numel()), generator) for w, share in zip(self.weights, shares, strict=True)
        ]
        self._apply_masks()

    def fraction(self, t: int) -> float:
        """f(t), the share of active weights that an update at step t moves; 0 from ``end`` on."""
        return self.prune / 2 * (1 + math.cos(math.pi * t / self.end)) if t < self.end else 0.0

    @torch.no_grad()
    def step(self) -> None:
        """One optimizer step on the active weights, or an update of the connections when it is due."""
        self.t += 1
        if self.t % self.interval == 0 and self.t < self.end:
            self.masks = [self._move(weight, mask) for weight, mask in zip(self.weights, self.masks, strict=True)]
        else:
            for weight, mask in zip(self.weights, self.masks, strict=True):
                if weight.grad is not None:
                    weight.grad.masked_fill_(~mask, 0)
            self.optimizer.step()
        self._apply_masks()

    def _move(self, weight: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        active, count = mask.flatten(), int(self.fraction(self.t) * int(mask.sum()))
        if weight.grad is None or count == 0:
            return mask
        dropped = _top(-weight.flatten().abs(), active, count)
        kept = active & ~dropped
        return (kept | _top(weight.grad.flatten().abs(), ~kept, count)).reshape(mask.shape)

    def _apply_masks(self) -> None:
        for weight, mask in zip(self.weights, self.masks, strict=True):
            weight.detach().masked_fill_(~mask, 0)
            for buffer in self.optimizer.state[weight].values() if weight in self.optimizer.state else ():
                if isinstance(buffer, torch.Tensor) and buffer.shape == weight.shape:
                    buffer.masked_fill_(~mask, 0)

    def state_dict(self) -> dict[str, Any]:
        """Masks and t; the optimizer's state is saved with the optimizer."""
        return {"t": self.t, "masks": [mask.clone() for mask in self.masks]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from ``state``. ValueError where its masks are not shaped as the weights."""
        shapes, wanted = ([tuple(t.shape) for t in tensors] for tensors in (state["masks"], self.weights))
        if shapes != wanted:
            raise ValueError(f"the masks have the shapes {shapes}, the weights {wanted}")
        self.t = state["t"]
        self.masks = [mask.to(w.device, torch.bool, copy=True) for mask, w in zip(state["masks"], self.weights, strict=True)]
        self._apply_masks()


def _top(score: torch.Tensor, among: torch.Tensor, count: int) -> torch.Tensor:
    """Condition: one of the ``count`` largest scores where ``among`` holds."""
    best = torch.where(among, score, -torch.inf).topk(count).indices
    return torch.zeros_like(among).index_fill(0, best, True)


def _random_mask(weight: torch.Tensor, count: int, generator: torch.Generator | None) -> torch.Tensor:
    order = torch.randperm(weight.numel(), generator=generator).to(weight.device)
    return (
        torch.zeros(weight.numel(), dtype=torch.bool, device=weight.device)
        .index_fill(0, order[:count], True)
        .reshape(weight.shape)
    )
