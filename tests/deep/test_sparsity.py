"""The sparsity report counts what is penalised, as it is penalised, and says what else is zero."""

from __future__ import annotations

import json

import pytest
import torch
from torch import nn

from deep.baselines.hard_concrete import add_gates
from deep.baselines.magnitude_pruning import prune_to
from deep.groups import groups
from deep.optim import RMDA
from deep.sparsity import Count, sparsity
from verify.penalties import L1, GroupL2, GroupMCP, SparseGroup


def small_net():
    model = nn.Sequential(nn.Conv2d(3, 4, 2), nn.BatchNorm2d(4), nn.ConvTranspose2d(4, 5, 2), nn.Flatten(), nn.Linear(6, 5))
    for parameter in model.parameters():
        nn.init.ones_(parameter)
    return model


def sgd(param_groups):
    return torch.optim.SGD(param_groups, lr=0.1)


@torch.no_grad()
def zero_some(model):
    model[0].weight[:, 1] = 0  # a channel: 4 kernels of 4
    model[0].weight[2, 0] = 0  # one more kernel
    model[2].weight[:, 3] = 0  # a filter of a transposed convolution
    model[4].weight[:, :2] = 0  # two columns
    model[4].weight[0, 2] = 0


def by_name(report):
    return {row.name: row for row in report.rows}


def test_groups_are_counted_as_penalised_with_the_other_groupings_beside():
    model = small_net()
    zero_some(model)
    report = sparsity(sgd(groups(model, GroupL2(0.1), by="channel")), model)
    rows = by_name(report)
    assert set(rows) == {"0.weight", "2.weight", "4.weight"}
    conv = {"weights": Count(20, 48), "penalised": Count(1, 3), "channel": Count(1, 3), "filter": Count(0, 4)}
    assert rows["0.weight"].iterate == conv | {"kernel": Count(5, 12)}
    transposed = {"weights": Count(16, 80), "penalised": Count(0, 4), "channel": Count(0, 4), "filter": Count(1, 5)}
    assert rows["2.weight"].iterate == transposed | {"kernel": Count(4, 20)}
    linear = {"weights": Count(11, 30), "penalised": Count(2, 6), "channel": Count(2, 6), "filter": Count(0, 5)}
    assert rows["4.weight"].iterate == linear | {"kernel": Count(2, 6)}
    assert report.total("penalised") == Count(3, 13)
    assert report.total("kernel") == Count(11, 38)
    assert report.total("weights") == Count(47, 158)


@pytest.mark.parametrize(("by", "zero", "total"), [("channel", 1, 3), ("filter", 0, 4), ("kernel", 5, 12)])
def test_the_count_follows_the_penalty_and_not_the_layer(by, zero, total):
    """The authors' code penalises one grouping and counts another."""
    model = small_net()
    zero_some(model)
    found = groups(model, {"0.*": GroupL2(0.1), "*": None}, by=by)
    assert by_name(sparsity(sgd(found)))["0.weight"].iterate["penalised"] == Count(zero, total)


@pytest.mark.parametrize("penalty", [GroupMCP(0.1, 2.0, axes=0), SparseGroup(L1(0.1), GroupL2(0.1, axes=0))], ids=repr)
def test_all_group_penalties_count_their_groups_and_elementwise_ones_their_weights(penalty):
    model = small_net()
    zero_some(model)
    found = groups(model, {"4.*": penalty, "*": L1(0.1)})
    rows = by_name(sparsity(sgd(found), model))
    assert rows["4.weight"].iterate["penalised"] == Count(2, 6)
    assert rows["0.weight"].iterate["penalised"] == rows["0.weight"].iterate["weights"] == Count(20, 48)


def test_a_partition_of_the_last_axis_counts_its_groups():
    model = nn.Linear(4, 2, bias=False)
    nn.init.ones_(model.weight)
    model.weight.data[0, :2] = 0
    found = groups(model, GroupL2(0.1, groups=[[0, 1], [2, 3]]))
    assert sparsity(sgd(found)).rows[0].iterate["penalised"] == Count(1, 4)


def test_a_change_of_the_penalty_in_the_optimizer_shows():
    model = small_net()
    zero_some(model)
    optimizer = sgd(groups(model, {"4.*": GroupL2(0.1, axes=0), "*": None}))
    assert by_name(sparsity(optimizer))["4.weight"].iterate["penalised"] == Count(2, 6)
    optimizer.param_groups[0].update(penalty=GroupL2(0.1, axes=1), lam=0.25)
    row = by_name(sparsity(optimizer))["4.weight"]
    assert row.iterate["penalised"] == Count(0, 5)
    assert row.penalty == repr(GroupL2(0.25, axes=1))


def test_a_group_that_is_tiny_but_not_zero_does_not_count():
    model = nn.Linear(3, 2, bias=False)
    nn.init.zeros_(model.weight)
    model.weight.data[0, 0] = torch.finfo(torch.float32).smallest_normal / 2**20
    report = sparsity(sgd(groups(model, GroupL2(0.1, axes=0))), model)
    assert report.total("penalised") == report.total("channel") == Count(2, 3)
    assert report.total("weights") == Count(5, 6)


class WithProxPoints(torch.optim.SGD):
    def prox_point(self, p):
        return torch.zeros_like(p)


def test_iterate_and_prox_point_are_counted_apart():
    model = small_net()
    report = sparsity(WithProxPoints(groups(model, L1(0.1)), lr=0.1), model)
    assert report.total("penalised").zero == 0
    assert report.total("penalised", "prox_point") == report.total("weights", "prox_point") == Count(158, 158)


def test_the_prox_points_are_those_of_rmda():
    model = nn.Linear(3, 2, bias=False)
    optimizer = RMDA(groups(model, GroupL2(1e3, axes=0)), lr=0.1, momentum=0.01)
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    report = sparsity(optimizer)
    assert report.total("penalised") == Count(0, 3)
    assert report.total("penalised", "prox_point") == Count(3, 3)


@pytest.mark.parametrize("with_optimizer", [True, False])
def test_weights_with_gates_are_counted_as_evaluation_uses_them(with_optimizer):
    model = nn.Sequential(nn.Linear(4, 2), nn.Linear(2, 3))
    gates = add_gates(model[0])
    gates.log_alpha.data = torch.tensor([[-5.0, 0.0, 5.0, -5.0], [5.0, 0.0, 0.0, -5.0]])
    optimizer = torch.optim.Adam(model.parameters())
    rows = by_name(sparsity(optimizer, model) if with_optimizer else sparsity(model))
    assert set(rows) == {"0.weight", "1.weight"}
    assert rows["0.weight"].iterate == rows["0.weight"].prox_point
    assert rows["0.weight"].iterate["weights"] == Count(3, 8)
    assert rows["0.weight"].iterate["channel"] == Count(1, 4)


def test_what_masks_set_to_zero_is_counted_with_the_penalty_that_there_is():
    model = nn.Sequential(nn.Linear(4, 2, bias=False), nn.Linear(2, 3))
    optimizer = sgd(groups(model, {"0.*": GroupL2(0.1, axes=0), "*": None}))
    prune_to(model, 0.5, by="column")
    for report in (sparsity(model), sparsity(optimizer, model)):
        assert {row.name: row.iterate["channel"] for row in report.rows} == {
            "0.weight_orig": Count(2, 4),
            "1.weight_orig": Count(1, 2),
        }
    assert by_name(report)["0.weight_orig"].iterate["penalised"] == Count(2, 4)


def test_unpenalised_weights_are_counted_and_biases_are_not():
    model = small_net()
    rows = by_name(sparsity(sgd(groups(model, L1(0.1), free=("bias", "norm", "0.*"))), model))
    assert "penalised" not in rows["0.weight"].iterate
    assert rows["0.weight"].penalty is None
    assert "0.bias" not in rows


def test_names_are_the_optimizers_the_models_or_positions():
    model = small_net()
    assert [row.name for row in sparsity(model).rows] == ["0.weight", "2.weight", "4.weight"]
    plain = torch.optim.SGD(model.parameters(), lr=0.1)
    assert [row.name for row in sparsity(plain, model).rows] == ["0.weight", "2.weight", "4.weight"]
    assert sparsity(plain).rows[0].name == "group 0, parameter 0"
    assert set(sparsity(plain).rows[0].iterate) == {"weights"}


def test_to_dict_is_plain_data_and_str_a_table_with_totals():
    model = small_net()
    zero_some(model)
    report = sparsity(sgd(groups(model, GroupL2(0.1), by="channel")), model)
    plain = json.loads(json.dumps(report.to_dict()))
    assert plain["rows"][0]["iterate"]["penalised"] == {"zero": 1, "total": 3}
    assert plain["totals"]["iterate"]["kernel"] == {"zero": 11, "total": 38}
    assert plain["shares"]["iterate"]["penalised"] == pytest.approx(3 / 13)
    lines = str(report).splitlines()
    assert len(lines) == 5
    assert lines[1].split()[:4] == ["0.weight", "4x3x2x2", "20/48", "41.7%"]
    assert lines[-1].split()[:3] == ["total", "47/158", "29.7%"]
    assert "GroupL2(lam=0.1, axes=(0, 2, 3)" in lines[1]


def test_an_empty_report_has_no_division_by_zero():
    assert sparsity(nn.BatchNorm1d(3)).to_dict()["shares"]["iterate"]["weights"] == 0.0


@pytest.mark.parametrize(("given", "named"), [((3,), "int"), ((nn.Linear(2, 2).parameters(),), "generator")])
def test_what_is_neither_a_model_nor_an_optimizer_is_refused(given, named):
    with pytest.raises(TypeError, match=f"sparsity takes a model, or an optimizer and its model; got {named}"):
        sparsity(*given)
    with pytest.raises(TypeError, match=f"got Linear, {named}"):
        sparsity(nn.Linear(2, 2), *given)
