"""DenseNet-121 and 201, for CIFAR and for ImageNet."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor, nn

from deep.models.initial import he_normal
from deep.models.registry import Shape, register
from deep.models.resnet import cifar_stem, conv, imagenet_stem

GROWTH = 32
Stem = Callable[[int, int], nn.Sequential]


class DenseLayer(nn.Module):
    """x and ``GROWTH`` new channels behind it: batch norm, ReLU, 1x1 convolution to 4 GROWTH; batch norm, ReLU, 3x3."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            OrderedDict(
                norm1=nn.BatchNorm2d(inputs),
                relu1=nn.ReLU(inplace=True),
                conv1=conv(inputs, 4 * GROWTH, 1),
                norm2=nn.BatchNorm2d(4 * GROWTH),
                relu2=nn.ReLU(inplace=True),
                conv2=conv(4 * GROWTH, GROWTH, 3),
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, self.body(x)], 1)


def transition(inputs: int) -> nn.Sequential:
    """Batch norm, ReLU, a 1x1 convolution to half the channels, 2x2 mean pooling."""
    layers = OrderedDict(norm=nn.BatchNorm2d(inputs), relu=nn.ReLU(inplace=True), conv=conv(inputs, inputs // 2, 1))
    return nn.Sequential(layers | {"pool": nn.AvgPool2d(2)})


def densenet(stem: Stem, layers: Sequence[int], shape: Shape, classes: int) -> nn.Module:
    """DenseNet-BC of growth 32 (Huang, Liu, van der Maaten and Weinberger 2017, Table 1): a stem of 64 filters, blocks of dense
    layers with transitions between them, batch norm, ReLU, the mean over positions, one linear layer.

    SR2 prints 7.98M and 20M parameters for DenseNet-121 and 201 (Sect. 5): those of the form for ImageNet with 1,000 classes,
    7,978,856 and 20,013,928. For CIFAR the stem is a 3x3 convolution with batch norm and ReLU and no pooling: 6,956,426 with 10
    classes, 18,277,348 with 100. ProxGEN's Study 2 says no more than "DenseNet-201". Convolutions begin from N(0, 2/n), n the
    kernel positions times input channels, and the last bias from 0, as in the library from which SR2's code takes the network.
    """
    parts: OrderedDict[str, nn.Module] = OrderedDict(stem=stem(shape[0], 2 * GROWTH))
    channels = 2 * GROWTH
    for i, count in enumerate(layers, start=1):
        parts[f"block{i}"] = nn.Sequential(*(DenseLayer(channels + GROWTH * j) for j in range(count)))
        channels += GROWTH * count
        if i < len(layers):
            parts[f"transition{i}"] = transition(channels)
            channels //= 2
    parts |= {"norm": nn.BatchNorm2d(channels), "relu": nn.ReLU(inplace=True), "mean": nn.AdaptiveAvgPool2d(1)}
    last = nn.Linear(channels, classes)
    nn.init.zeros_(last.bias)
    model = nn.Sequential(parts | {"flatten": nn.Flatten(), "linear": last})
    he_normal(model, "fan_in")
    return model


_KINDS = {121: ((6, 12, 24, 16), "SR2 Table 2"), 201: ((6, 12, 48, 32), "SR2 Table 3, ProxGEN Fig. 5")}
for _depth, (_layers, _papers) in _KINDS.items():
    register(
        f"densenet{_depth}", f"DenseNet-{_depth} for CIFAR ({_papers})", partial(densenet, cifar_stem, _layers), smallest=8
    )
    register(
        f"densenet{_depth}-imagenet",
        f"DenseNet-{_depth} for ImageNet (the size that SR2 prints)",
        partial(densenet, imagenet_stem, _layers),
        smallest=29,
    )
