"""Other values in a model's tensors for a while, and its own again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn


@contextmanager
def swapped(values: dict[Tensor, Tensor]) -> Iterator[None]:
    """Within, each parameter holds the value given for it; afterwards, or after an exception, its own again. Take no step in
    between: what it did to the parameters would be lost."""
    own = copies(list(values))
    fill(values.items())
    try:
        yield
    finally:
        fill(own)


@torch.no_grad()
def fill(pairs: Iterable[tuple[Tensor, Tensor]]) -> None:
    """Copy each second tensor into the first: on a GPU those of a kind in one go."""
    alike: dict[Any, tuple[list[Tensor], list[Tensor]]] = {}
    for p, value in pairs:
        into, values = alike.setdefault((p.device, p.dtype, value.device, value.dtype), ([], []))
        into.append(p)
        values.append(value)
    for into, values in alike.values():
        torch._foreach_copy_(into, values)


def copies(tensors: list[Tensor]) -> list[tuple[Tensor, Tensor]]:
    """The tensors, each with a copy of it."""
    made = [torch.empty_like(t) for t in tensors]
    fill(zip(made, tensors, strict=True))
    return list(zip(tensors, made, strict=True))


def unless(condition: Tensor | bool, pairs: Iterable[tuple[Tensor, Tensor]]) -> None:
    """:func:`fill` the pairs, unless the condition holds: a bool, or a 0-d tensor, which is evaluated on its device and never
    read by the host."""
    if isinstance(condition, Tensor):
        fill((p, torch.where(condition.to(p.device), p, value)) for p, value in pairs)
    elif not condition:
        fill(pairs)


class Kept:
    """What tensors hold now, and a model's buffers, which a forward pass may also bind to other tensors. ``pairs`` are the
    tensors, each with a copy."""

    def __init__(self, tensors: Iterable[Tensor], model: nn.Module | None = None) -> None:
        owners = [] if model is None else [layer._buffers for layer in model.modules()]
        self._places = [(owner, name, buffer) for owner in owners for name, buffer in owner.items()]
        found = [*tensors, *(buffer for _, _, buffer in self._places if buffer is not None)]
        self.pairs = copies(list({id(t): t for t in found}.values()))

    def are_bound(self) -> bool:
        """Whether the model's buffers are still these tensors."""
        return all(owner.get(name) is buffer for owner, name, buffer in self._places)

    def restore(self) -> None:
        for owner, name, buffer in self._places:
            owner[name] = buffer
        fill(self.pairs)
