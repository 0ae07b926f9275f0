"""Whether gradients are finite, in one pass over them that stops nothing and allocates nothing."""

from __future__ import annotations

import ctypes
from functools import cache
from importlib.resources import files
from typing import Any

import torch
from torch import Tensor

from deep.optim.fast.build import library
from deep.optim.sharded import is_plain

BYTES = {torch.bfloat16: 2, torch.float32: 4, torch.float64: 8}


@cache
def _function() -> Any:
    return library((files("deep.optim.fast") / "finite.h").read_text()).nonfinite


def finite(grads: list[Tensor]) -> bool:
    """True if no entry of these CPU tensors is NaN or infinite. Any dtype and strides; the common ones are fast."""
    dense = [g for g in grads if g.dtype in BYTES and is_plain(g) and g.is_contiguous()]
    if len(dense) < len(grads) and not all(bool(torch.isfinite(g).all()) for g in grads if not any(g is d for d in dense)):
        return False
    n = len(dense)
    pointers = (ctypes.c_void_p * n)(*(g.data_ptr() for g in dense))
    counts = (ctypes.c_int64 * n)(*(g.numel() for g in dense))
    kinds = (ctypes.c_int * n)(*(BYTES[g.dtype] for g in dense))
    return not _function()(ctypes.c_int64(n), pointers, counts, kinds, torch.get_num_threads())
