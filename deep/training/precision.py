"""In which precision a network computes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch

PRECISIONS = ("float32", "tf32", "bfloat16", "float16")


def forward_in(precision: str, device: torch.device) -> Callable[[], AbstractContextManager[Any]]:
    """A new context for each forward pass: autocast for the 16-bit ones, else none.

    For the process from now on, products of float32 on a GPU are rounded to 10 bits with "tf32" alone (in convolutions PyTorch
    does so by itself). On a CPU that is "float32".
    """
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    if precision in ("float32", "tf32"):
        return nullcontext
    dtype = getattr(torch, precision)
    return lambda: torch.autocast(device.type, dtype)
