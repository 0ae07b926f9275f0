"""Other values in a model's parameters, for as long as a ``with`` block lasts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor


@contextmanager
def swapped(values: dict[Tensor, Tensor]) -> Iterator[None]:
    """Within, each parameter holds the value given for it; afterwards, or after an exception, its own again. Take no step in
    between: what it did to the parameters would be lost."""
    own = {p: p.detach().clone() for p in values}
    fill(values.items())
    try:
        yield
    finally:
        fill(own.items())


@torch.no_grad()
def fill(pairs: Iterable[tuple[Tensor, Tensor]]) -> None:
    """Copy each second tensor into the first."""
    for p, value in pairs:
        p.copy_(value)


def unless(condition: Tensor, pairs: Iterable[tuple[Tensor, Tensor]]) -> None:
    """As :func:`fill` where the condition, of no axes, does not hold; on a device, without asking it."""
    if condition.device.type != "cpu":
        fill((p, torch.where(condition.to(p.device), p, value)) for p, value in pairs)
    elif not condition:
        fill(pairs)
