"""How weights begin: as PyTorch draws them, from He's normal distribution where a paper's code has that."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from deep.models import MODELS, build

HE = {name: "fan_in" if name.startswith("densenet") else "fan_out" for name in MODELS if name.endswith("imagenet")}
HE |= {name: "fan_out" for name in MODELS if name.startswith(("resnet2", "resnet32", "resnet44", "resnet56"))}
HE |= {"densenet121": "fan_in", "densenet201": "fan_in"}


def convolutions(name):
    torch.manual_seed(0)
    model = build(name, shape=(3, 32, 32))
    return model, [layer for layer in model.modules() if isinstance(layer, nn.Conv2d) and layer.weight.numel() > 9000]


@pytest.mark.parametrize("name", sorted(HE))
def test_convolutions_begin_normal_with_variance_2_over_n(name):
    model, found = convolutions(name)
    for layer in found:
        w = layer.weight.detach().double()
        n = w[0, 0].numel() * w.shape[1 if HE[name] == "fan_in" else 0]
        z = w * math.sqrt(n / 2)
        deviation = 1 / math.sqrt(w.numel())
        assert abs(z.mean()) < 6 * deviation and abs(z.square().mean() - 1) < 6 * math.sqrt(2) * deviation
        assert abs(z.pow(4).mean() - 3) < 6 * math.sqrt(96) * deviation
    assert found
    assert not name.startswith("densenet") or not model.linear.bias.any()


@pytest.mark.parametrize("name", ["vgg16", "resnet18", "resnet50", "lenet5-large"])
def test_other_convolutions_begin_uniform_within_one_over_the_root_of_the_inputs(name):
    for layer in convolutions(name)[1]:
        w = layer.weight.detach().double() * math.sqrt(layer.weight[0].numel())
        assert 0.99 < w.abs().max() <= 1 + 1e-6
        assert abs(w.square().mean() - 1 / 3) < 6 * math.sqrt(4 / 45 / w.numel())
