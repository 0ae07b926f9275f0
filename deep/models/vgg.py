"""VGG networks for CIFAR."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import partial

from torch import nn

from deep.models.registry import Shape, register

WIDTHS = (64, 128, 256, 512, 512)


def vgg(repeats: Sequence[int], shape: Shape, classes: int) -> nn.Sequential:
    """Five stages of 3x3 convolutions with 64, 128, 256, 512 and 512 filters, each followed by batch norm and ReLU, each stage
    by 2x2 max-pooling; then the mean over the 1x1 positions left of a 32x32 image, and one linear layer 512 -> classes.

    Layers are those of Simonyan and Zisserman 2014 without their two linear layers of 4,096. RMDA says so of VGG19 (App. C,
    Table 13, after Deleu and Bengio 2021). RVSM (Table 1), MRDA (Table 5) and ProxGEN (Fig. 2) say no more than "VGG16" or
    "VGG19": their networks may have other heads or no batch norm. This form is the usual one for CIFAR, and the accuracies they
    give for SGD (93.82 % in RVSM; 93.42 % and, for VGG19, 91.70 % in MRDA) are of the order of what it reaches. Convolutions
    keep the bias that batch norm makes redundant, as in the usual implementations.
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    inputs = shape[0]
    for stage, (repeat, width) in enumerate(zip(repeats, WIDTHS, strict=True), start=1):
        for i in range(1, repeat + 1):
            layers[f"conv{stage}_{i}"] = nn.Conv2d(inputs, width, 3, padding=1)
            layers[f"norm{stage}_{i}"] = nn.BatchNorm2d(width)
            layers[f"relu{stage}_{i}"] = nn.ReLU(inplace=True)
            inputs = width
        layers[f"pool{stage}"] = nn.MaxPool2d(2)
    layers |= {"mean": nn.AdaptiveAvgPool2d(1), "flatten": nn.Flatten(), "linear": nn.Linear(inputs, classes)}
    return nn.Sequential(layers)


register("vgg16", "VGG-16 for CIFAR (RVSM Table 1, ProxGEN Fig. 2, MRDA Table 5)", partial(vgg, (2, 2, 3, 3, 3)), smallest=32)
register("vgg19", "VGG-19 for CIFAR (RMDA Table 1, MRDA Table 5)", partial(vgg, (2, 2, 4, 4, 4)), smallest=32)
