"""The smaller network has the outputs of the original, to rounding."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from deep.models import build
from deep.shrink import shrink

from .networks import randomise, some_network

NETWORKS = [
    ("mlp7", (1, 28, 28), "channel"),
    ("lenet5-small", (1, 28, 28), "filter"),
    ("vgg16", (3, 32, 32), "channel"),
    ("resnet20", (3, 8, 8), "filter"),
    ("resnet20-projection", (3, 8, 8), "channel"),
    ("densenet121", (3, 8, 8), "channel"),
]


def assert_same(model, smaller, shape, n=3, seed=1):
    x = torch.randn(n, *shape, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        want, got = model(x), smaller(x)
    assert got.shape == want.shape
    assert (got - want).abs().max() <= 1e-5 * want.abs().max()


def parameters(model):
    return sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize(("name", "shape", "by"), NETWORKS)
def test_the_networks_of_the_papers(name, shape, by):
    torch.manual_seed(0)
    model = randomise(build(name, shape=shape), 0.4, (by,), seed=1)
    shrunk = shrink(model, torch.randn(2, *shape), ())
    assert_same(model, shrunk.model, shape)
    assert shrunk.report.difference <= 1e-5
    assert parameters(shrunk.model) < 0.8 * parameters(model)


@pytest.mark.parametrize("seed", range(30))
def test_networks_of_chance_with_zero_channels_and_filters(seed):
    model = randomise(some_network(seed), 0.4, seed=seed)
    shrunk = shrink(model, torch.randn(2, 3, 12, 12), ())
    assert_same(model, shrunk.model, (3, 12, 12), n=5)
    assert parameters(shrunk.model) < parameters(model)


def test_what_is_shrunk_once_has_no_more_to_lose():
    for seed in range(10):
        model = randomise(some_network(seed), 0.4, seed=seed)
        once = shrink(model, torch.randn(2, 3, 12, 12), ()).model
        twice = shrink(once, torch.randn(2, 3, 12, 12), ())
        assert parameters(twice.model) == parameters(once), seed


def test_a_network_without_zeros_keeps_every_bit():
    torch.manual_seed(0)
    model = build("resnet20-projection", shape=(3, 8, 8)).eval()
    shrunk = shrink(model, torch.randn(2, 3, 8, 8), ())
    assert {k: v.tolist() for k, v in shrunk.model.state_dict().items()} == {
        k: v.tolist() for k, v in model.state_dict().items()
    }
    assert shrunk.report.difference == 0


def test_a_network_of_zeros_is_left_with_one_channel_a_layer():
    torch.manual_seed(0)
    model = build("lenet5-small", shape=(1, 28, 28))
    for layer in model.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            nn.init.zeros_(layer.weight)
    shrunk = shrink(model, torch.randn(2, 1, 28, 28), ())
    assert_same(model.eval(), shrunk.model, (1, 28, 28))
    assert [row.shapes[1][:2] for row in shrunk.report.rows] == [(1, 1), (1, 1), (1, 1), (1, 1), (10, 1)]


def test_the_difference_of_outputs_that_are_all_zero_is_a_number():
    model = nn.Linear(4, 3, bias=False)
    nn.init.zeros_(model.weight)
    assert shrink(nn.Sequential(model), torch.randn(2, 4), ()).report.difference == 0


def test_other_heights_and_widths_than_the_example_s_where_the_network_takes_them():
    torch.manual_seed(0)
    model = randomise(build("resnet20-projection", shape=(3, 8, 8)), 0.4)
    assert_same(model, shrink(model, torch.randn(1, 3, 8, 8), ()).model, (3, 12, 10))


@pytest.mark.filterwarnings("error")
def test_dropout_of_channels_keeps_what_is_constant():
    layers = [nn.Conv2d(3, 8, 3), nn.Sigmoid(), nn.Dropout2d(), nn.Conv2d(8, 2, 3)]
    model = randomise(nn.Sequential(*layers), 0.5, ("filter",))
    smaller = shrink(model, torch.randn(2, 3, 8, 8), ()).model
    assert_same(model, smaller, (3, 8, 8))
    assert parameters(smaller) < parameters(model)


class Normalises(nn.Module):
    """A network that changes what it is given."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        x -= 0.5
        return self.inner(x.div_(0.25))


def test_a_network_that_works_in_place_on_its_input_is_shrunk_and_the_example_is_left_as_it_is():
    model = Normalises(randomise(some_network(3), 0.4))
    example = torch.ones(2, 3, 12, 12)
    smaller = shrink(model, example, ()).model
    assert torch.equal(example, torch.ones(2, 3, 12, 12))
    x = torch.randn(2, 3, 12, 12)
    with torch.no_grad():
        want, got = model(x.clone()), smaller(x.clone())
    assert (got - want).abs().max() <= 1e-5 * want.abs().max()
    assert parameters(smaller) < parameters(model)


def test_the_original_and_the_random_numbers_are_left_as_they_are():
    model = randomise(some_network(3), 0.4).train()
    before = {name: x.clone() for name, x in model.state_dict().items()}
    state = torch.get_rng_state()
    shrink(model, torch.ones(2, 3, 12, 12), (1,))
    assert model.training and all(torch.equal(x, before[name]) for name, x in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)
