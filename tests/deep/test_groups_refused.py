"""What parameter groups refuse, with what to pass instead: weights that no grouping covers, keys that fit nothing."""

from __future__ import annotations

import re

import pytest
import torch
from torch import nn

from deep.baselines.magnitude_pruning import prune_to
from deep.groups import groups
from verify.penalties import L1, GroupL2


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3, 4))


class Adapted(nn.Linear):
    def __init__(self):
        super().__init__(3, 4)
        self.adapter = nn.Parameter(torch.ones(3, 4))


class Scalar(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))


@pytest.mark.parametrize(
    ("model", "by", "message"),
    [
        (
            Scale(),
            "channel",
            r"weight of Scale, shape \(3, 4\), has no grouping 'channel'.* by=\{'weight': \(1,\), '\*': 'channel'",
        ),
        (nn.Conv2d(4, 8, 3, groups=2), "channel", "it has kernel, filter"),
        (nn.ConvTranspose2d(4, 8, 3, groups=2), "filter", "it has kernel, channel"),
        (nn.Linear(3, 4), "kernel", "it has column, row"),
        (nn.Conv2d(3, 4, 3), "column", "it has kernel, filter, channel"),
        (
            nn.MultiheadAttention(4, 2),
            "row",
            r"in_proj_weight of MultiheadAttention.*not the weight of a layer type that is known",
        ),
        (
            nn.LSTM(3, 4),
            "column",
            r"weight_ih_l0 of LSTM.*weight_hh_l0 of LSTM.*free=\('bias', 'norm', 'weight_ih_l0', 'weight_hh_l0'\)",
        ),
        (nn.PReLU(), "channel", "weight of PReLU"),
        (Adapted(), "column", "adapter of Adapted"),
        (
            nn.utils.parametrizations.weight_norm(nn.Linear(3, 4)),
            "column",
            r"parametrizations\.weight\.original1 of ParametrizedLinear",
        ),
        (nn.Linear(3, 4), None, "has no axes; give by="),
        (Scalar(), "channel", r"scale: one number has no groups of weights; leave it free, as in free=\('scale',\)"),
        (nn.Linear(3, 4), {nn.Conv2d: "channel", "*": "row"}, "by= has Conv2d, which fits no parameter"),
        (nn.Linear(3, 4), {nn.Linear: "row", "wieght": "row"}, "by= has 'wieght'.* they are weight, bias"),
        (nn.Sequential(nn.Linear(3, 4), nn.Conv2d(3, 4, 3)), {nn.Conv2d: "kernel"}, r"0\.weight: no key of by= fits it"),
        (nn.Linear(3, 4), (5,), r"weight: GroupL2: axes \[5\] do not exist"),
        (nn.LazyLinear(4), "row", "has no shape yet"),
        (nn.BatchNorm2d(3), "channel", "no parameter is penalised"),
    ],
)
def test_what_a_grouping_does_not_cover_is_an_error_that_says_what_to_pass(model, by, message):
    with pytest.raises(ValueError, match=message):
        groups(model, GroupL2(0.1), by=by)


def names(found):
    return {name for group in found for name, _ in group["params"]}


def pruned(layer):
    prune_to(layer, 0.5)
    return layer


@pytest.mark.parametrize(
    ("model", "by"),
    [
        (pruned(nn.Linear(3, 2)), "kernel"),
        (nn.Sequential(nn.Linear(2, 2), nn.PReLU()), "channel"),
        (nn.Sequential(nn.LSTM(3, 4), nn.Conv2d(2, 2, 3)), {nn.Conv2d: "kernel", "*": "row"}),
        (nn.Sequential(Adapted(), nn.Conv2d(4, 8, 3, groups=2)), "channel"),
        (nn.Linear(3, 2), {"weight": "kernel"}),
        (nn.utils.parametrizations.weight_norm(nn.Linear(3, 4)), "column"),
    ],
    ids=["pruned", "few axes", "recurrent", "custom", "its own key", "parametrized"],
)
def test_what_the_error_says_to_pass_is_taken(model, by):
    with pytest.raises(ValueError, match="give another") as error:
        groups(model, GroupL2(0.1), by=by)
    given, free = re.search(r"by=(\{.*\}), or free=(\(.*\))$", str(error.value)).groups()
    types = {"Conv2d": nn.Conv2d}
    everything = {name for name, _ in model.named_parameters()}
    assert names(groups(model, GroupL2(0.1), by=eval(given, types))) == everything
    if isinstance(model, nn.Sequential):  # else nothing is left to be penalised
        assert names(groups(model, GroupL2(0.1), by=by, free=eval(free, types))) == everything


def test_the_advice_of_the_error_works():
    assert groups(Scale(), GroupL2(0.1), by={"weight": (1,), "*": "channel"})[0]["penalty"].axes == (1,)
    assert groups(nn.LSTM(3, 4), GroupL2(0.1), by={"weight_ih_l0": (0,), "*": (1,)})[0]["penalty"].axes == (0,)


def test_a_mistyped_free_key_a_grouping_or_a_penalty_that_is_none_is_an_error():
    with pytest.raises(ValueError, match=r"free= has 'fc\*', which fits no parameter"):
        groups(nn.Linear(3, 4), L1(0.1), free=("fc*",))
    with pytest.raises(TypeError, match="free= takes name patterns and layer types; got 3"):
        groups(nn.Linear(3, 4), L1(0.1), free=(3,))
    for by in (1.5, (0, 1.5), ["row"]):
        with pytest.raises(TypeError, match=f"by= takes the name of a grouping.*; got {re.escape(repr(by))}"):
            groups(nn.Linear(3, 4), GroupL2(0.1), by=by)
    with pytest.raises(TypeError, match=r"takes penalties of verify\.penalties, or None; got 0\.1"):
        groups(nn.Linear(3, 4), 0.1)


def test_parameters_in_the_place_of_a_model_are_refused():
    with pytest.raises(TypeError, match=r"groups\(model, penalty\) takes a module"):
        groups(nn.Linear(2, 2).parameters(), L1(0.1))
