"""Evaluating a loss twice as if it were once: with the same random numbers, and without a trace in the gradients."""

from __future__ import annotations

import warnings
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
        try:
            with torch.enable_grad():
                return closure()
        finally:
            for p, g in zip(params, grads, strict=True):
                p.grad = g

    return evaluate


def random_state(params: list[Tensor]) -> list[tuple[torch.device, Tensor]]:
    """Where torch's generators are, on the CPU and on the parameters' devices."""
    cuda = sorted({p.device for p in params if p.is_cuda}, key=str)
    return [(torch.device("cpu"), torch.get_rng_state()), *((device, torch.cuda.get_rng_state(device)) for device in cuda)]


def go_on_from(state: list[tuple[torch.device, Tensor]] | None) -> None:
    """Put torch's generators where they were; None leaves them alone."""
    for device, saved in state or []:
        if device.type == "cuda":
            torch.cuda.set_rng_state(saved, device)
        else:
            torch.set_rng_state(saved)


def check_loss(loss: Any, params: list[Tensor]) -> None:
    """TypeError for a loss that is not one number; a warning about one of too few digits to be compared with another, and about
    parameters that have no gradient at all."""
    if not isinstance(loss, int | float) and not (isinstance(loss, Tensor) and loss.numel() == 1):
        got = f"a tensor of shape {tuple(loss.shape)}" if isinstance(loss, Tensor) else repr(loss)
        raise TypeError(f"SR2's closure must return the loss, one number; got {got}")
    if isinstance(loss, Tensor) and loss.dtype in (torch.bfloat16, torch.float16):
        told = f"SR2 compares losses, for which {loss.dtype} has few digits: steps may stay at zero; return loss.float()"
        warnings.warn(told, stacklevel=4)
    if all(p.grad is None for p in params):
        warnings.warn("SR2's closure left no gradient, and nothing moves: it has to call loss.backward()", stacklevel=4)
