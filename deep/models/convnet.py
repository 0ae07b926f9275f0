"""A small convolutional network for small images."""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

from deep.models.registry import Shape, register


def convnet(shape: Shape, classes: int) -> nn.Sequential:
    """3x3 convolutions of 16 and 32 filters, each with ReLU and 2x2 max-pooling, and linear layers to 128 and to the scores:
    22,602 parameters for the digits of 8x8 (``quickstart``). It is of no paper."""
    channels, height, width = shape
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(channels, 16, 3, padding=1),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(2),
            conv2=nn.Conv2d(16, 32, 3, padding=1),
            relu2=nn.ReLU(),
            pool2=nn.MaxPool2d(2),
            flatten=nn.Flatten(),
            linear1=nn.Linear(32 * (height // 4) * (width // 4), 128),
            relu3=nn.ReLU(),
            linear2=nn.Linear(128, classes),
        )
    )


register("convnet", "two convolutions for small images (quickstart)", convnet, smallest=4)
