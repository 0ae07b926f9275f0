"""Networks as the shapes of their parameters, and parameters of these shapes with gradients."""

from __future__ import annotations

import torch

Shape = tuple[int, ...]
CPU = torch.device("cpu")


def resnet18() -> list[Shape]:
    """ResNet18 for 32x32 images, 10 classes: 62 tensors, 11.2 million numbers."""
    shapes: list[Shape] = [(64, 3, 3, 3), (64,), (64,)]
    channels = 64
    for width in (64, 128, 256, 512):
        for _ in range(2):
            shapes += [(width, channels, 3, 3), (width,), (width,), (width, width, 3, 3), (width,), (width,)]
            shapes += [(width, channels, 1, 1), (width,), (width,)] if channels != width else []
            channels = width
    return [*shapes, (10, 512), (10,)]


def vgg16() -> list[Shape]:
    """VGG16 with batch norm for 32x32 images, 10 classes, one linear layer: 14.7 million numbers."""
    shapes: list[Shape] = []
    channels = 3
    for width in (64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512):
        shapes += [(width, channels, 3, 3), (width,), (width,), (width,)]
        channels = width
    return [*shapes, (10, 512), (10,)]


def mlp() -> list[Shape]:
    """784-1024-1024-10: 1.9 million numbers."""
    return [(1024, 784), (1024,), (1024, 1024), (1024,), (10, 1024), (10,)]


NETWORKS = {"ResNet18": resnet18, "VGG16": vgg16, "MLP": mlp}


def parameters(shapes: list[Shape], device: torch.device = CPU) -> list[torch.nn.Parameter]:
    """Random parameters with random gradients, the same each time."""
    generator = torch.Generator().manual_seed(0)
    made = [torch.nn.Parameter((torch.randn(s, generator=generator) * 0.05).to(device)) for s in shapes]
    for p in made:
        p.grad = (torch.randn(p.shape, generator=generator) * 0.01).to(device)
    return made
