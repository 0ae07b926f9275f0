"""Inputs for a network where only an example is at hand."""

from __future__ import annotations

import torch
from torch import Tensor


def inputs_like(example: Tensor, n: int, seed: int = 0) -> Tensor:
    """n inputs of the example's shape, dtype and device: standard normal numbers, which leave torch's own as they are; of an
    example of other than floating-point numbers its own rows, over and over."""
    if not example.is_floating_point():
        return example[torch.arange(n, device=example.device) % len(example)]
    return torch.randn(n, *example.shape[1:], generator=torch.Generator().manual_seed(seed)).to(example)
