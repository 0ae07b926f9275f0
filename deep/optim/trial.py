"""Evaluating a loss twice as if it were once: with the same random numbers, and without a trace in the gradients."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import Tensor


def same_random_numbers(params: list[Tensor]) -> AbstractContextManager[None]:
    """Within, torch draws as it will draw again afterwards, on the CPU and on the parameters' devices."""
    return torch.random.fork_rng({p.device for p in params if p.is_cuda})


def keeping_gradients(params: list[Tensor], closure: Callable[[], Any]) -> Callable[[], Any]:
    """The closure, evaluated with the gradients put aside that it would replace."""

    def evaluate() -> Any:
        grads = [p.grad for p in params]
        for p in params:
            p.grad = None
        with torch.enable_grad():
            loss = closure()
        for p, g in zip(params, grads, strict=True):
            p.grad = g
        return loss

    return evaluate
