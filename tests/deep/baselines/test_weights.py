"""Weights that are not a layer's own: gates and masks refuse them in words, with nothing changed."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, prune, spectral_norm

from deep.baselines.hard_concrete import add_gates, expected_l0, make_permanent, permanent
from deep.baselines.magnitude_pruning import prune_to

MADE = {
    "gated": add_gates,
    "weight norm": parametrizations.weight_norm,
    "spectral norm": parametrizations.spectral_norm,
    "spectral norm by hooks": spectral_norm,
}
over_made = pytest.mark.parametrize("make", MADE.values(), ids=MADE.keys())


def twice(first, second):
    second.weight = first.weight
    return nn.Sequential(first, nn.ReLU(), second)


def refused(step, model, match):
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with pytest.raises(ValueError, match=match):
        step(model)
    after = model.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(value, after[name]) for name, value in before.items())


@over_made
def test_a_weight_that_is_made_of_others_is_refused(make):
    model = nn.Sequential(nn.Linear(4, 3))
    make(model[0])
    model.eval()  # spectral norm counts looks at its weight while it trains
    refused(lambda model: prune_to(model, 0.5), model, "the weight of this .*Linear is made of other tensors")
    refused(lambda model: add_gates(model[0]), model, "the weight of this .*Linear is made of other tensors")


def test_masks_are_no_place_for_gates():
    model = nn.Sequential(nn.Linear(4, 3))
    prune_to(model, 0.5)
    refused(lambda model: add_gates(model[0]), model, "the weight of this Linear is made of other tensors")
    assert prune.is_pruned(model)


@pytest.mark.parametrize("gated", [(0,), (2,), (0, 2)], ids=str)
@pytest.mark.parametrize("step", [expected_l0, make_permanent, permanent])
def test_gates_on_tied_weights_are_refused(step, gated):
    """Made permanent, the gates of both layers, or of one, would be those of both."""
    model = twice(nn.Linear(4, 4), nn.Linear(4, 4))
    for index in gated:
        add_gates(model[index])
    refused(step, model, "layers with tied weights cannot be gated")


def test_an_embedding_that_is_tied_to_a_layer_that_is_gated_is_refused():
    model = twice(nn.Embedding(5, 3), nn.Linear(3, 5))
    add_gates(model[2])
    refused(expected_l0, model, "layers with tied weights cannot be gated")


def test_a_layer_that_is_used_twice_has_one_weight():
    layer = nn.Linear(4, 4)
    model = nn.Sequential(layer, nn.ReLU(), layer).eval()
    add_gates(layer)
    x = torch.randn(3, 4)
    assert torch.equal(permanent(model)(x), model(x))
    assert expected_l0(model) == expected_l0(layer)
