"""Whose a weight is: what thins out a layer has to have a parameter of that layer alone."""

from __future__ import annotations

from collections import Counter
from typing import Any

from torch import nn


def check_own(layer: Any) -> None:
    """ValueError where the layer's weight is no parameter of its own but made of others at each pass."""
    if layer._parameters.get("weight") is None:
        raise ValueError(
            f"the weight of this {type(layer).__name__} is made of other tensors (it is normalised, gated, pruned or "
            "parametrized otherwise): take that away first"
        )


def tied(model: nn.Module) -> set[int]:
    """The ids of the parameters that more than one module of the model holds."""
    held = Counter(id(p) for module in model.modules() for p in module._parameters.values() if p is not None)
    return {name for name, times in held.items() if times > 1}
