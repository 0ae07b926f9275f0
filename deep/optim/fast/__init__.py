"""The optimizers' steps, compiled from the functions of :mod:`verify` that the plain path runs.

On the CPU they become C: one call steps all tensors of a bucket, with every pass over a block made while it is in cache. On a
GPU they go through ``torch.compile``. Both start with the first step.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from deep.optim.bucket import Bucket
from deep.optim.fast.values import Unsupported
from deep.optim.sharded import is_plain

_broken: set[str] = set()
_plain: set[str] = set()  # what was said to be plain


def available(device: str = "cpu") -> bool:
    """Whether steps on this kind of device can be compiled: a C compiler, or for CUDA Triton, is there."""
    if device in _broken:
        return False
    if device == "cuda":
        from torch.utils._triton import has_triton

        return bool(has_triton())
    from deep.optim.fast.build import compiler

    return device == "cpu" and compiler() is not None


def compiled_step(bucket: Bucket, finite: Tensor | None) -> bool:
    """One step of all tensors of the bucket, as ``bucket.eager(finite)`` makes it; False, with nothing changed and one warning
    that says why, where it cannot be compiled."""
    device = bucket.params[0].device.type

    def step() -> bool:
        if device == "cuda":
            from deep.optim.fast import gpu

            return gpu.step(bucket, finite)
        from deep.optim.fast import cpu

        if finite is not None and not finite:
            return True
        return cpu.step(bucket)

    return bool(_attempt(device, step, bucket))


def compiled_propose(bucket: Bucket, before: list[Tensor]) -> Any:
    """The sums over all tensors by which a method (SR2) decides; the parameters are then at its trial, and ``before``, tensors
    like them, holds what they were. None, with nothing changed, where it cannot be compiled, which is said once."""
    device = bucket.params[0].device.type

    def propose() -> Any:
        if device == "cuda":
            from deep.optim.fast import gpu

            return gpu.propose(bucket, before)
        from deep.optim.fast import cpu

        return cpu.propose(bucket, before)

    return _attempt(device, propose, bucket)


def compiled_call(device: str, owner: Any, key: Any, function: Callable[..., Any], inputs: list[Any]) -> Any:
    """``function(*inputs)``, tensors of tensors, in few kernels of a GPU. What is compiled for an owner and a key, which tells
    the inputs' shapes too, is used again. None on a CPU, and where it cannot be compiled."""

    def work() -> Any:
        from deep.optim.fast import gpu

        return gpu.call(owner, key, function, inputs)

    return _attempt(device, work) if device == "cuda" else None


def all_finite(grads: list[Tensor]) -> bool:
    """Whether no CPU gradient has NaN or infinity, in one pass."""

    def check() -> bool:
        from deep.optim.fast.finite import finite

        return finite(grads)

    found = _attempt("cpu", check)
    return all(bool(torch.isfinite(g).all()) for g in grads) if found is None else found


def _attempt(device: str, work: Callable[[], Any], bucket: Bucket | None = None) -> Any:
    """``work()``, or None with one warning where there is no compiler, it fails, or these steps are no work for it."""
    if device in _broken:
        return None
    try:
        if available(device):
            if bucket and not all(map(is_plain, [*bucket.params, *bucket.grads])):
                raise Unsupported("tensors of a class of their own, whose memory is elsewhere")
            return work()
        problem = "no C compiler was found (set CC)" if device == "cpu" else f"no compiler for {device} was found"
    except Unsupported as error:
        what = f"{type(bucket.method).__name__} with {type(bucket.penalty).__name__}" if bucket else "these steps"
        if what not in _plain:
            _plain.add(what)
            warnings.warn(
                f"{what} is not compiled, and slower for it: {error} (fast=False: without this warning)", stacklevel=3
            )
        return None
    except RuntimeError as error:
        if type(error).__name__ != "NoCompiler":
            raise
        problem = str(error)
    _broken.add(device)
    warnings.warn(f"steps are not compiled, and slower for it: {problem}", stacklevel=3)
    return None
