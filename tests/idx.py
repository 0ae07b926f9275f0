"""Files in MNIST's format, of arrays that a test makes."""

from __future__ import annotations

import numpy as np


def idx(array):
    """An array of bytes (uint8) as an IDX file has it."""
    return bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes()
