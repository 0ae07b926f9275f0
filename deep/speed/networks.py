"""Networks as the shapes of their parameters, and parameters of these shapes with gradients."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch

from deep.models import build

Shape = tuple[int, ...]
CPU = torch.device("cpu")


def of_model(name: str) -> list[Shape]:
    """The shapes of a network of :mod:`deep.models` for 32x32 images, 10 classes; nothing is drawn."""
    with torch.device("meta"):
        return [tuple(p.shape) for p in build(name, shape=(3, 32, 32)).parameters()]


def mlp() -> list[Shape]:
    """784-1024-1024-10: 1.9 million numbers."""
    return [(1024, 784), (1024,), (1024, 1024), (1024,), (10, 1024), (10,)]


NETWORKS: dict[str, Callable[[], list[Shape]]] = {
    "ResNet18": partial(of_model, "resnet18"),
    "VGG16": partial(of_model, "vgg16"),
    "MLP": mlp,
}


def parameters(shapes: list[Shape], device: torch.device = CPU) -> list[torch.nn.Parameter]:
    """Random parameters with random gradients, the same each time."""
    generator = torch.Generator().manual_seed(0)
    made = [torch.nn.Parameter((torch.randn(s, generator=generator) * 0.05).to(device)) for s in shapes]
    for p in made:
        p.grad = (torch.randn(p.shape, generator=generator) * 0.01).to(device)
    return made
