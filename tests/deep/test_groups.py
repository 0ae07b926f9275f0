"""Parameter groups: each weight in the groups that its layer means, everything else free, and nothing left out in silence."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from deep.baselines.magnitude_pruning import prune_to
from deep.groups import axes_of, groupings, groups
from verify.penalties import L1, MCP, GroupL2, GroupMCP, SparseGroup


def small_net():
    return nn.Sequential(
        *(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 4, 3, groups=4), nn.ConvTranspose2d(4, 6, 3)),
        *(nn.Flatten(), nn.Linear(6, 5), nn.LayerNorm(5)),
    )


def penalties_by_name(found):
    return {name: group["penalty"] for group in found for name, _ in group["params"]}


def influence(layer, shape, one_input=None, one_output=None):
    """The weights through which one input channel, or one output channel, passes: those that have a gradient."""
    x = torch.zeros(shape)
    x[:, slice(None) if one_input is None else one_input] = 1.0
    y = layer(x)
    layer.zero_grad()
    (y if one_output is None else y[:, one_output]).sum().backward()
    return layer.weight.grad != 0


LAYERS = [
    (nn.Linear(5, 3), (1, 5)),
    (nn.Conv1d(4, 6, 3), (1, 4, 9)),
    (nn.Conv2d(4, 6, (3, 2)), (1, 4, 9, 9)),
    (nn.Conv3d(2, 3, 2), (1, 2, 5, 5, 5)),
    (nn.Conv2d(4, 4, 3, groups=4), (1, 4, 9, 9)),
    (nn.Conv2d(8, 4, 3, groups=4), (1, 8, 9, 9)),
    (nn.Conv2d(4, 8, 3, groups=4), (1, 4, 9, 9)),
    (nn.Conv2d(4, 6, 3, groups=2), (1, 4, 9, 9)),
    (nn.ConvTranspose1d(4, 6, 3), (1, 4, 9)),
    (nn.ConvTranspose2d(4, 6, 3), (1, 4, 9, 9)),
    (nn.ConvTranspose2d(4, 4, 3, groups=4), (1, 4, 9, 9)),
    (nn.ConvTranspose2d(4, 8, 3, groups=4), (1, 4, 9, 9)),
    (nn.ConvTranspose2d(4, 6, 3, groups=2), (1, 4, 9, 9)),
    (nn.ConvTranspose3d(2, 3, 2), (1, 2, 5, 5, 5)),
]


def members(axes, weight):
    """Each group as a condition on the weight."""
    labels = torch.arange(weight.numel()).reshape(weight.shape).amin(dim=axes, keepdim=True).expand_as(weight)
    return [labels == label for label in labels.unique()]


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=lambda v: str(v)[:60])
def test_a_channel_is_what_one_input_passes_through_and_a_filter_what_one_output_does(layer, shape):
    outputs = layer(torch.zeros(shape)).shape[1]
    passes = {
        "channel": [influence(layer, shape, one_input=i) for i in range(shape[1])],
        "filter": [influence(layer, shape, one_output=i) for i in range(outputs)],
    }
    for grouping, wanted in passes.items():
        axes = axes_of(grouping, layer)
        key = lambda mask: mask.flatten().int().tolist()  # noqa: E731
        if axes is not None:
            assert sorted(map(key, members(axes, layer.weight))) == sorted(map(key, wanted))
        else:
            assert layer.groups > 1
            assert len({mask.nonzero()[:, 0].unique().numel() for mask in wanted}) == 1
            assert all(1 < mask.nonzero()[:, 0].unique().numel() < layer.weight.shape[0] for mask in wanted)


def test_every_layer_type_names_its_groupings():
    assert groupings(nn.Linear(2, 3)) == {"column": (0,), "row": (1,)}
    assert groupings(nn.Embedding(4, 3)) == groupings(nn.EmbeddingBag(4, 3)) == {"row": (1,), "column": (0,)}
    assert groupings(nn.Conv2d(2, 3, 5)) == {"kernel": (2, 3), "filter": (1, 2, 3), "channel": (0, 2, 3)}
    assert groupings(nn.ConvTranspose1d(2, 3, 5)) == {"kernel": (2,), "channel": (1, 2), "filter": (0, 2)}
    assert axes_of("channel", nn.Embedding(4, 3)) == (1,)
    assert axes_of("kernel", nn.Linear(2, 3)) is None
    assert groupings(nn.PReLU()) == {}


def test_one_row_of_an_embedding_is_one_entry():
    model = nn.Embedding(4, 3)
    model(torch.tensor([2])).sum().backward()
    (group,) = groups(model, GroupL2(0.1), by="row")
    assert group["penalty"].group_support(model.weight.grad).squeeze().tolist() == [False, False, True, False]


def test_weights_are_penalised_by_channel_and_biases_and_norms_are_free():
    found = groups(small_net(), GroupL2(0.1), by="channel")
    axes = {name: penalty and penalty.axes for name, penalty in penalties_by_name(found).items()}
    weights = {"0.weight": (0, 2, 3), "2.weight": (2, 3), "3.weight": (1, 2, 3), "5.weight": (0,)}
    assert axes == weights | dict.fromkeys(["0.bias", "1.weight", "1.bias", "2.bias", "3.bias", "5.bias", "6.weight", "6.bias"])
    assert len(found) == 5


def test_groups_are_what_an_optimizer_takes_with_names_and_every_parameter_once():
    model = small_net()
    optimizer = torch.optim.SGD(groups(model, GroupL2(0.1), by="filter"), lr=0.1)
    held = [p for group in optimizer.param_groups for p in group["params"]]
    assert {id(p) for p in held} == {id(p) for p in model.parameters()}
    assert len(held) == len(list(model.parameters()))
    named = {n: p for group in optimizer.param_groups for n, p in zip(group["param_names"], group["params"], strict=True)}
    assert all(named[name] is parameter for name, parameter in model.named_parameters())


def test_elementwise_penalties_need_no_grouping():
    found = penalties_by_name(groups(small_net(), L1(0.1)))
    assert found["0.weight"] == found["5.weight"] == L1(0.1)
    assert found["1.weight"] is None
    with pytest.raises(ValueError, match="acts on each weight or has its own axes; leave by= out"):
        groups(small_net(), L1(0.1), by="channel")


def test_a_penalty_with_its_own_axes_is_taken_as_it_is():
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 2))
    assert penalties_by_name(groups(model, GroupMCP(0.1, 2.0, axes=0)))["1.weight"].axes == 0
    with pytest.raises(ValueError, match=r"0\.weight: .*axes \[3\] do not exist"):
        groups(model, GroupL2(0.1, axes=(3,)))
    with pytest.raises(ValueError, match="leave by= out"):
        groups(model, GroupL2(0.1, axes=0), by="row")


def test_the_groups_inside_a_sparse_group_penalty_follow_the_layer():
    found = penalties_by_name(
        groups(small_net(), SparseGroup(L1(0.1), GroupL2(0.1)), by="kernel", free=("bias", "norm", "5.*"))
    )
    assert found["0.weight"].group.axes == (2, 3)
    assert found["0.weight"].each == L1(0.1)


@pytest.mark.parametrize(("weights", "scale"), [("size", 10**0.5), ("layer", 50**0.5), (None, 1.0), (2.0, 2.0)])
def test_group_weights_are_the_penaltys(weights, scale):
    model = nn.Linear(5, 10, bias=False)
    (group,) = groups(model, GroupL2(0.3, weights=weights), by="column")
    value = 0.3 * scale * model.weight.norm(dim=0).sum()
    assert group["penalty"].value(model.weight).item() == pytest.approx(value.item(), rel=1e-6)


def test_layers_and_names_choose_penalty_and_grouping_and_the_first_key_wins():
    by = {"5.*": "row", nn.Conv2d: "kernel", "*": "channel"}
    axes = {n: p and p.axes for n, p in penalties_by_name(groups(small_net(), GroupL2(0.1), by=by)).items()}
    assert (axes["0.weight"], axes["3.weight"], axes["5.weight"]) == ((2, 3), (1, 2, 3), (1,))
    penalty = {nn.Linear: MCP(0.1, 2.0), "2.weight": None, "*": L1(0.2)}
    found = penalties_by_name(groups(small_net(), penalty))
    assert (found["5.weight"], found["2.weight"], found["0.weight"]) == (MCP(0.1, 2.0), None, L1(0.2))


def test_free_takes_types_patterns_and_nothing_at_all():
    assert penalties_by_name(groups(small_net(), L1(0.1), free=(nn.Conv2d, "5.*")))["3.bias"] == L1(0.1)
    assert penalties_by_name(groups(small_net(), L1(0.1), free=nn.Conv2d))["2.bias"] is None
    assert len(groups(small_net(), L1(0.1), free=())) == 1


def test_biases_of_recurrent_and_attention_layers_are_biases():
    model = nn.ModuleDict({"rnn": nn.LSTM(3, 4), "attention": nn.MultiheadAttention(4, 2, add_bias_kv=True)})
    found = penalties_by_name(groups(model, L1(0.1)))
    assert {name for name, penalty in found.items() if penalty} == {
        *("rnn.weight_ih_l0", "rnn.weight_hh_l0", "attention.in_proj_weight", "attention.out_proj.weight")
    }


def test_tied_weights_are_handled_once():
    model = nn.ModuleDict({"encoder": nn.Embedding(7, 3), "decoder": nn.Linear(3, 7)})
    model["decoder"].weight = model["encoder"].weight
    found = groups(model, GroupL2(0.1), by="row")
    assert [[name for name, _ in group["params"]] for group in found] == [["encoder.weight"], ["decoder.bias"]]
    with pytest.raises(ValueError, match=r"encoder\.weight of Embedding and decoder\.weight of Linear are one tied parameter"):
        groups(model, GroupL2(0.1), by="channel")
    chosen = groups(model, GroupL2(0.1), by={"decoder.weight": (1,), "*": "channel"})
    assert chosen[0]["penalty"].axes == (1,)


def test_a_layer_used_twice_is_one_owner():
    layer = nn.Linear(3, 3)
    assert len(groups(nn.Sequential(layer, layer), GroupL2(0.1), by="channel")[0]["params"]) == 1


def test_pruned_weights_have_the_groupings_of_their_layer():
    layer = nn.Conv2d(2, 3, 3)
    prune_to(layer, 0.5)
    found = penalties_by_name(groups(layer, GroupL2(0.1), by="channel"))
    assert found["weight_orig"].axes == (0, 2, 3)


class Twice(nn.Module):
    def forward(self, x):
        return 2 * x


@pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")
def test_the_norms_of_the_older_weight_norm_are_free_too():
    model = nn.Sequential(nn.utils.weight_norm(nn.Linear(2, 3)), nn.Conv1d(2, 2, 1))
    penalties = penalties_by_name(groups(model, L1(0.1)))
    assert {name for name, penalty in penalties.items() if penalty} == {"0.weight_v", "1.weight"}
    assert penalties_by_name(groups(model, L1(0.1), free=()))["0.weight_g"] == L1(0.1)


def test_parametrized_biases_and_norms_are_free_and_types_find_the_layer():
    model = nn.Sequential(nn.Linear(3, 2), nn.LayerNorm(2), nn.utils.parametrizations.weight_norm(nn.Conv1d(2, 2, 1)))
    for layer, name in ((model[0], "bias"), (model[1], "weight")):
        nn.utils.parametrize.register_parametrization(layer, name, Twice())
    penalised = {name for name, penalty in penalties_by_name(groups(model, L1(0.1))).items() if penalty}
    assert penalised == {"0.weight", "2.parametrizations.weight.original1"}
    assert not {*penalties_by_name(groups(model, {nn.Conv1d: None, "*": L1(0.1)})).items()} & {
        ("2.parametrizations.weight.original1", L1(0.1))
    }
