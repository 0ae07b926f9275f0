"""Shortcuts without parameters."""

from __future__ import annotations

import torch
from torch import nn

from deep.models import build
from deep.models.resnet_thin import padding


def test_option_a_takes_every_second_position_and_adds_channels_of_zeros():
    x = torch.randn(2, 16, 7, 6)
    y = padding(16, 32, 2)(x)
    assert y.shape == (2, 32, 4, 3)
    assert torch.equal(y[:, :16], x[:, :, ::2, ::2]) and not y[:, 16:].any()
    assert isinstance(padding(16, 16, 1), nn.Identity)


def test_option_a_has_no_parameters_and_option_b_two_projections():
    shortcuts = {
        name: [key for key, _ in build(name, shape=(3, 32, 32)).named_parameters() if "shortcut" in key]
        for name in ("resnet20", "resnet20-projection")
    }
    assert not shortcuts["resnet20"]
    assert [key for key in shortcuts["resnet20-projection"] if "conv" in key] == [
        "stage2.0.shortcut.conv.weight",
        "stage3.0.shortcut.conv.weight",
    ]
