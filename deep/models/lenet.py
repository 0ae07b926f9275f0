"""The two versions of LeNet-5 of the RMDA paper."""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

from deep.models.registry import Shape, register


def lenet5_large(shape: Shape, classes: int) -> nn.Sequential:
    """5x5 convolutions of 20 and 50 filters, each with ReLU and 2x2 max-pooling, and linear layers 800-500-10 (RMDA, Table 12).

    The table prints kernels of 3x3; the authors' code has 5x5, as the network of that shape in Caffe does, and so does this.
    """
    channels, height, width = shape
    inputs = 50 * (((height - 4) // 2 - 4) // 2) * (((width - 4) // 2 - 4) // 2)
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(channels, 20, 5),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(2),
            conv2=nn.Conv2d(20, 50, 5),
            relu2=nn.ReLU(),
            pool2=nn.MaxPool2d(2),
            flatten=nn.Flatten(),
            linear1=nn.Linear(inputs, 500),
            relu3=nn.ReLU(),
            linear2=nn.Linear(500, classes),
        )
    )


def lenet5_small(shape: Shape, classes: int) -> nn.Sequential:
    """5x5 convolutions of 6 (padded by 2) and 16 filters, each with ReLU and 2x2 max-pooling, and linear layers 400-120-84-10
    (RMDA, Table 16)."""
    channels, height, width = shape
    inputs = 16 * ((height // 2 - 4) // 2) * ((width // 2 - 4) // 2)
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(channels, 6, 5, padding=2),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(2),
            conv2=nn.Conv2d(6, 16, 5),
            relu2=nn.ReLU(),
            pool2=nn.MaxPool2d(2),
            flatten=nn.Flatten(),
            linear1=nn.Linear(inputs, 120),
            relu3=nn.ReLU(),
            linear2=nn.Linear(120, 84),
            relu4=nn.ReLU(),
            linear3=nn.Linear(84, classes),
        )
    )


register("lenet5-large", "LeNet-5, 20 and 50 filters (RMDA Table 1)", lenet5_large, smallest=16)
register("lenet5-small", "LeNet-5, 6 and 16 filters (RMDA Table 15)", lenet5_small, smallest=12)
