"""Weights as images."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from deep.figures.weights import pictures


def test_pixels_are_drawn_by_the_norm_of_their_columns_and_weights_by_input_and_output():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(6, 4), nn.Linear(4, 2))
    with torch.no_grad():
        model[1].weight[:, [0, 5]] = 0
    (pixels, image), (first, weights), (second, _) = pictures(model, {"shape": [1, 2, 3]})
    assert (pixels, first, second) == (*("pixels that 1 reads: 4 of 6", "1\nreads 4 of 6 inputs", "2\nreads 4 of 4 inputs"),)
    assert np.allclose(image, model[1].weight.detach().norm(dim=0).reshape(2, 3))
    assert np.allclose(weights, model[1].weight.detach().abs())


def test_kernels_are_drawn_by_their_norm():
    torch.manual_seed(0)
    conv = nn.Conv2d(2, 3, 3)
    ((title, weights),) = pictures(nn.Sequential(conv), {})
    assert title == "0\nreads 2 of 2 inputs"
    assert np.allclose(weights, conv.weight.detach().flatten(2).norm(dim=2))
