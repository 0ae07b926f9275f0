"""Fine-tuning with the pattern frozen: what is zero stays zero, whatever the optimizer does."""

from __future__ import annotations

import warnings
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer


class Frozen:
    """What :func:`freeze_pattern` holds on to; ``masks[p]`` is True where p may move, and :meth:`remove` lets it all go."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.masks: dict[Tensor, Tensor] = {}
        self._hooks: list[Any] = [optimizer.register_step_post_hook(lambda *_: self._apply())]
        for group in optimizer.param_groups:
            for p in group["params"]:
                self._add(p, group.get("penalty"))
        lost = _zeros_elsewhere(optimizer, list(self.masks))
        if lost:
            told = f"{lost} zeros of {type(optimizer).__name__}'s prox points are not in the parameters, and not kept"
            warnings.warn(f"{told}: copy them in before, p.copy_(optimizer.prox_point(p))", stacklevel=3)

    def _add(self, p: Tensor, penalty: Any) -> None:
        mask = p.detach() != 0 if penalty is None else penalty.support(p.detach())
        self.masks[p] = mask
        if p.requires_grad:
            self._hooks.append(p.register_post_accumulate_grad_hook(lambda q: _clear(q.grad, mask)))

    @torch.no_grad()
    def _apply(self) -> None:
        for p, mask in self.masks.items():
            _clear(p, mask)

    def remove(self) -> None:
        for hook in self._hooks:
            hook.remove()
        self.masks.clear()


def _clear(x: Tensor, mask: Tensor) -> None:
    """Exact zeros off the mask, even in the place of NaN."""
    x.masked_fill_(~mask, 0)


def _zeros_elsewhere(optimizer: Any, params: list[Tensor]) -> int:
    """How many zeros the prox has made that the parameters lack."""
    point = getattr(optimizer, "prox_point", None)
    return 0 if point is None else sum(int(((point(p) == 0) & (p != 0)).sum()) for p in params)


def freeze_pattern(optimizer: Optimizer) -> Frozen:
    """Keep the zeros that the parameters of any torch optimizer have now: gradients there become 0 as they arrive, and what the
    optimizer's own memory still moves there is set to 0 after each step. Where a group has a penalty of groups of weights, a
    group that is not zero is free as a whole.

    To fine-tune without the shrinkage, take a new optimizer, or put ``None`` as the penalty of its groups. Where the zeros are
    not in the parameters (W~ of RMDA with momentum below 1, u of RVSM and ADMM), which is warned about, copy them in before,
    ``p.copy_(optimizer.prox_point(p))``, and take a new optimizer. After resuming from a checkpoint, and for a deepcopy, call
    it again: the zeros are in the parameters. Undone by ``remove()`` of what is returned.
    """
    return Frozen(optimizer)
