"""Initial weights other than PyTorch's own."""

from __future__ import annotations

from typing import Literal

from torch import nn


def he_normal(model: nn.Module, fan: Literal["fan_in", "fan_out"]) -> None:
    """Draw all weights of 2-d convolutions anew, from N(0, 2/n) with n = kernel positions times input channels ("fan_in", He et
    al. 2015) or output channels ("fan_out")."""
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, mode=fan, nonlinearity="relu")
