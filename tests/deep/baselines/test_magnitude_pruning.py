"""Magnitude pruning removes the smallest weights or slices, exactly as many as asked, and they stay removed."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from deep.baselines.magnitude_pruning import gradual_density, make_permanent, prune_to
from deep.sparsity import sparsity


def small_net():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(4, 8, 3), nn.BatchNorm2d(8), nn.ConvTranspose2d(8, 6, 2), nn.Flatten(), nn.Linear(6, 10))


def magnitudes(model):
    return torch.cat([model[i].weight.detach().abs().flatten() for i in (0, 2, 4)])


@pytest.mark.parametrize("density", [1.0, 0.5, 0.1, 0.0])
def test_the_smallest_of_all_layers_go_and_the_others_stay_as_they_are(density):
    model, untouched = small_net(), small_net()
    prune_to(model, density)
    sizes, before = magnitudes(model), magnitudes(untouched)
    kept = sizes > 0
    assert int(kept.sum()) == round(density * sizes.numel())
    assert torch.equal(sizes[kept], before[kept])
    assert before[kept].min() >= before[~kept].max() if 0 < density < 1 else True
    assert torch.equal(model[1].weight, untouched[1].weight)


def test_pruning_on_counts_what_is_gone_and_looks_at_the_weights_of_now():
    model = small_net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    prune_to(model, 0.5)
    gone = magnitudes(model) == 0
    with torch.no_grad():
        model[4].weight_orig.fill_(100.0)  # a step of an optimizer: the masked copy knows nothing of it yet
    prune_to(model, 0.3)
    still = torch.cat([model[i].weight_mask.flatten() for i in (0, 2, 4)])
    assert int(still.sum()) == round(0.3 * still.numel())
    assert not still[gone].any()
    assert model[4].weight_mask.sum() == 60 - gone[-60:].sum()
    assert any(p is model[4].weight_orig for p in optimizer.param_groups[0]["params"])


@pytest.mark.parametrize(("by", "zero"), [("filter", (4, 3, 5)), ("channel", (2, 4, 3))])
def test_by_groups_each_layer_loses_its_shortest_slices(by, zero):
    model, untouched = small_net(), small_net()
    prune_to(model, 0.5, by=by)
    make_permanent(model)
    for row, index, count in zip(sparsity(model).rows, (0, 2, 4), zero, strict=True):
        assert row.iterate[by].zero == count
        kept = model[index].weight != 0
        assert torch.equal(model[index].weight[kept], untouched[index].weight[kept])
    rows = untouched[4].weight.detach().norm(dim=1 if by == "filter" else 0)
    gone = (model[4].weight == 0).all(dim=1 if by == "filter" else 0)
    assert rows[gone].max() < rows[~gone].min()


def test_slices_are_measured_by_their_euclidean_norm():
    layer = nn.Linear(4, 2, bias=False)
    layer.weight.data = torch.tensor([[1.0, 1.0, 1.0, 1.0], [1.5, 0.0, 0.0, 0.0]])
    prune_to(layer, 0.5, by="row")
    assert layer.weight_mask[:, 0].tolist() == [1.0, 0.0]
    layer = nn.Linear(4, 2, bias=False)
    layer.weight.data = torch.tensor([[1.0, 1.0, 1.0, 1.0], [2.5, 0.0, 0.0, 0.0]])
    prune_to(layer, 0.5, by="row")
    assert layer.weight_mask[:, 0].tolist() == [0.0, 1.0]


def test_pruned_weights_stay_zero_in_training_until_and_after_they_are_made_permanent():
    model = nn.Sequential(nn.Linear(6, 10), nn.ReLU(), nn.Linear(10, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    prune_to(model, 0.4)
    gone = model[0].weight == 0
    for _ in range(5):
        optimizer.zero_grad()
        (model(torch.ones(2, 6)) - 1).square().sum().backward()
        optimizer.step()
    make_permanent(model)
    assert not model[0].weight[gone].any()
    assert set(model.state_dict()) == {"0.weight", "0.bias", "2.weight", "2.bias"}
    assert any(p is model[0].weight for p in optimizer.param_groups[0]["params"])


def test_the_masks_come_back_from_a_state_dict():
    model, other = small_net(), small_net()
    prune_to(model, 0.3)
    prune_to(other, 1.0)
    other.load_state_dict(model.state_dict())
    make_permanent(other)
    make_permanent(model)
    assert torch.equal(model[0].weight, other[0].weight)


def test_the_gradual_density_runs_from_one_to_the_final_along_the_cube():
    assert [gradual_density(t, 10, 30, 0.1) for t in (0, 10, 30, 99)] == pytest.approx([1.0, 1.0, 0.1, 0.1])
    assert gradual_density(20, 10, 30, 0.1) == pytest.approx(1 - 0.9 * (1 - 0.5**3))
    steps = [gradual_density(t, 10, 30, 0.1) for t in range(40)]
    assert steps == sorted(steps, reverse=True)


def test_what_cannot_be_pruned_is_an_error():
    model = small_net()
    prune_to(model, 0.3)
    with pytest.raises(ValueError, match=r"density 0\.5 is above the present one, 0\.3"):
        prune_to(model, 0.5)
    with pytest.raises(ValueError, match=r"density must be in \[0, 1\]; got 1\.5"):
        prune_to(model, 1.5)
    with pytest.raises(ValueError, match="Conv2d: 'kernel' is no slice along one axis of the weight"):
        prune_to(small_net(), 0.5, by="kernel")
    tied = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    tied[1].weight = tied[0].weight
    with pytest.raises(ValueError, match="tied weights cannot be pruned"):
        prune_to(tied, 0.5)
    with pytest.raises(ValueError, match="ReLU has no linear, convolution or embedding layer to prune"):
        prune_to(nn.ReLU(), 0.5)
    for begin, end, final in ((5, 5, 0.1), (0, 5, 7.0)):
        with pytest.raises(ValueError, match=rf"begin < end and final in \[0, 1\]; got {begin}, {end} and {final}"):
            gradual_density(5, begin, end, final)
