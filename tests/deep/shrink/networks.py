"""Networks of every form with zero groups of both kinds."""

from __future__ import annotations

import random

import torch
from torch import nn


def randomise(model, share, by=("channel", "filter"), seed=0):
    """Zero that share of the input channels, of the filters, or of both, and give batch norm statistics and weights."""
    draw = torch.Generator().manual_seed(seed)
    layers = [layer for layer in model.modules() if isinstance(layer, nn.Linear | nn.Conv2d)]
    with torch.no_grad():
        for layer in layers:
            for axis, grouping in ((1, "channel"), (0, "filter")):
                if grouping in by and not (grouping == "filter" and layer is layers[-1]):
                    zero = torch.rand(layer.weight.shape[axis], generator=draw) < share
                    layer.weight.index_fill_(axis, zero.nonzero()[:, 0], 0)
        for norm in model.modules():
            if isinstance(norm, nn.BatchNorm2d):
                norm.running_mean.normal_(generator=draw)
                norm.running_var.uniform_(0.5, 2, generator=draw)
                norm.weight.normal_(generator=draw)[torch.rand(len(norm.weight), generator=draw) < 0.1] = 0
                norm.bias.normal_(generator=draw)[torch.rand(len(norm.bias), generator=draw) < 0.2] = 0
    return model.eval()


class Residual(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(width, inner, 3, padding=1, bias=False),
            *(nn.BatchNorm2d(inner), nn.ReLU(inplace=True), nn.Conv2d(inner, width, 3, padding=1), nn.BatchNorm2d(width)),
        )
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.relu(x + self.branch(x))


class Dense(nn.Module):
    def __init__(self, width, new):
        super().__init__()
        self.body = nn.Sequential(nn.BatchNorm2d(width), nn.ReLU(), nn.Conv2d(width, new, 3, padding=1, bias=False))

    def forward(self, x):
        return torch.cat([x, self.body(x)], 1)


def some_network(seed):
    """Convolutions with and without padding, bias and batch norm, activations with and without f(0) = 0, poolings, residual
    and dense blocks and linear layers, in an order of chance, for images (3, 12, 12)."""
    choose = random.Random(seed)
    torch.manual_seed(seed)
    width, layers = 3, []
    for _ in range(choose.randint(2, 4)):
        new = choose.randint(3, 7)
        layers.append(
            choose.choice(
                [
                    nn.Conv2d(width, new, 3, padding=1, bias=choose.random() < 0.5),
                    nn.Conv2d(width, new, 3, stride=choose.choice([1, 2]), padding=1, padding_mode="reflect"),
                    nn.Conv2d(width, new, 1),
                    nn.Conv2d(width, new, 3, padding="same", dilation=2),
                ]
            )
        )
        width = new
        layers += [nn.BatchNorm2d(width)] * (choose.random() < 0.5)
        layers.append(choose.choice([nn.ReLU(inplace=True), nn.Sigmoid(), nn.Tanh(), nn.GELU(), nn.LeakyReLU(), nn.Identity()]))
        if choose.random() < 0.4:
            layers.append(choose.choice([nn.MaxPool2d(2, ceil_mode=True), nn.AvgPool2d(3, 1, 1), nn.MaxPool2d(3, 1, 1)]))
        if choose.random() < 0.4:
            layers.append(Residual(width, choose.randint(2, 5)))
        if choose.random() < 0.4:
            layers.append(Dense(width, 3))
            width += 3
    pooled = choose.choice([1, 2])
    layers += [nn.AdaptiveAvgPool2d(pooled), nn.Flatten(), nn.Linear(width * pooled**2, 8), nn.ReLU(), nn.Dropout()]
    return nn.Sequential(*layers, nn.Linear(8, 4))
