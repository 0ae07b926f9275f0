"""Fully connected networks."""

from __future__ import annotations

from collections import OrderedDict
from itertools import pairwise
from math import prod

from torch import nn

from deep.models.registry import Shape, register

WIDTHS = (512, 256, 128, 64, 32, 16)


def mlp7(shape: Shape, classes: int) -> nn.Sequential:
    """Seven linear layers, 784-512-256-128-64-32-16-10 on Fashion-MNIST, with ReLU between them (RMDA, Table 11)."""
    layers: OrderedDict[str, nn.Module] = OrderedDict(flatten=nn.Flatten())
    for i, (inputs, outputs) in enumerate(pairwise((prod(shape), *WIDTHS)), start=1):
        layers |= {f"linear{i}": nn.Linear(inputs, outputs), f"relu{i}": nn.ReLU()}
    layers["linear7"] = nn.Linear(WIDTHS[-1], classes)
    return nn.Sequential(layers)


register("mlp7", "seven fully connected layers (RMDA Table 1)", mlp7)
