"""A network without its small weights."""

from __future__ import annotations

import torch
from torch import nn

from deep.figures.pruning import pruned, thresholded


def network():
    """Of four inputs three are read, one of them with weights of 1e-3."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 2), nn.ReLU(), nn.Linear(2, 2))
    with torch.no_grad():
        model[1].weight.copy_(torch.tensor([[1.0, 0, 1e-3, 1], [1, 0, -1e-3, 1]]))
        model[1].bias.fill_(1e-3)
    return model


def test_small_weights_become_zero_in_a_copy_and_biases_stay():
    model = network()
    cut = thresholded(model, 1e-3)
    assert (cut[1].weight == 0).all(dim=0).tolist() == [False, True, True, False]
    assert torch.equal(cut[1].bias, model[1].bias)
    assert model[1].weight[0, 2] != 0


def test_the_picture_says_how_small_the_cut_network_shrinks():
    rows = [{"alpha": 10.0**-k, "accuracy": 90.0, "zero_weights": 50.0} for k in (1, 2, 3)]
    made = {"shape": [1, 2, 2], "pruning": rows}
    assert "shrinks to 14 of 16 parameters" in pruned(made, network(), 1e-4).get_suptitle()
    figure = pruned(made, network(), 1e-2)
    assert "shrinks to 12 of 16 parameters" in figure.get_suptitle()
    assert list(figure.axes[0].lines[-1].get_xdata()) == [1e-2, 1e-2]
