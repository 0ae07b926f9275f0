"""The user's arrays: NumPy, PyTorch, or anything that a function makes from a NumPy array and that can be read back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def maker(arrays: str | Callable[[np.ndarray], Any]) -> Callable[[np.ndarray], Any]:
    """The function from a NumPy array to the user's array; it owns its memory. ValueError for an unknown name."""
    if callable(arrays):
        try:
            read = to_numpy(arrays(np.zeros(3))).shape == (3,)
        except TypeError:
            read = False
        if not read:
            raise ValueError(f"arrays must make from a NumPy array one that can be read back as such; got {arrays!r}")
        return lambda array: arrays(array.copy())
    if arrays == "numpy":
        return np.array
    if arrays == "torch":
        import torch

        return lambda array: torch.from_numpy(np.array(array))
    raise ValueError(f"arrays must be 'numpy', 'torch' or a function from a NumPy array to yours; got {arrays!r}")


def to_numpy(array: Any) -> np.ndarray:
    """The user's array (or number) as a NumPy array; TypeError for what holds no real numbers."""
    if hasattr(array, "detach"):
        array = array.detach().cpu()
    try:
        found = np.asarray(array)
    except (TypeError, ValueError, RuntimeError, BufferError) as error:
        raise TypeError(f"a {type(array).__name__} cannot be read as an array: {error}") from None
    if found.dtype == object and hasattr(array, "__dlpack__"):
        found = np.from_dlpack(array)
    if found.dtype.kind not in "fiub":
        raise TypeError(f"a {type(array).__name__} of dtype {found.dtype} holds no real numbers")
    return found
