"""exp, log and the like of NumPy arrays and tensors: what losses of scores need, and no proof or exact replay can use."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np


def _elementwise(name: str) -> Any:
    def call(x: Any) -> Any:
        library = sys.modules["torch"] if type(x).__module__ == "torch" else np
        return getattr(library, name)(x)

    return call


exp, expm1, log1p, tanh, log = (_elementwise(name) for name in ("exp", "expm1", "log1p", "tanh", "log"))
