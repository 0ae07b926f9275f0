"""Saved and loaded, an optimizer goes on bit for bit, whatever tools carry the file."""

from __future__ import annotations

import copy
import io
import pickle

import numpy as np
import pytest
import torch
import torch.distributed.checkpoint as dcp

from deep.optim import MRDA, RDA, RMDA, SR2, ProxGEN, ProxSGD
from tests.deep.optim.driving import closure, parameter, run
from tests.deep.optim.table import TABLE
from verify.penalties import L1, MCP, GroupL2, SparseGroup

LASSO = L1(0.05)
over_table = pytest.mark.parametrize("entry", TABLE.values(), ids=TABLE.keys())


def through_a_file(state):
    """As torch.load reads it by default: tensors and plain data only."""
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


@pytest.mark.filterwarnings("ignore:SR2 compares losses")
@over_table
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16], ids=str)
def test_a_loaded_optimizer_goes_on_bit_for_bit(entry, dtype):
    penalty = LASSO if entry.kind.penalised else None
    w = parameter(dtype=dtype)
    optimizer = entry.make([w], penalty)
    schedule = lambda k: [group.update(lr=0.1 / k) for group in optimizer.param_groups if "lr" in group]  # noqa: E731
    run(optimizer, [w], 12, each=schedule)
    saved, middle = through_a_file(optimizer.state_dict()), w.detach().clone()
    run(optimizer, [w], 12, 13)

    v = torch.nn.Parameter(middle)
    resumed = entry.make([v], penalty, **({"lr": 7.0} if "lr" in entry.settings else {}))
    resumed.load_state_dict(saved)
    run(resumed, [v], 12, 13)
    assert torch.equal(v, w)
    for name, value in optimizer.state[w].items():
        assert value.dtype == resumed.state[v][name].dtype
        assert torch.equal(value, resumed.state[v][name])


@pytest.mark.filterwarnings("ignore:torch.distributed is")
@over_table
def test_a_distributed_checkpoint_holds_it_all(entry, tmp_path):
    penalty = LASSO if entry.kind.penalised else None
    w, v = parameter(), parameter()
    optimizer, other = entry.make([w], penalty), entry.make([v], penalty)
    run(optimizer, [w], 5)
    run(other, [v], 1)  # else there are no tensors to load into
    dcp.save({"w": w, "optimizer": optimizer.state_dict()}, checkpoint_id=tmp_path)
    found = {"w": v, "optimizer": other.state_dict()}
    dcp.load(found, checkpoint_id=tmp_path)
    other.load_state_dict(found["optimizer"])
    run(optimizer, [w], 5, 6)
    run(other, [v], 5, 6)
    assert torch.equal(v, w)


def test_what_is_loaded_is_a_copy():
    for entry in TABLE.values():
        w = parameter()
        optimizer = entry.make([w], LASSO if entry.kind.penalised else None)
        run(optimizer, [w], 3)
        other = entry.make([w], LASSO if entry.kind.penalised else None)
        other.load_state_dict(optimizer.state_dict())
        kept = copy.deepcopy(other.state_dict())
        for value in optimizer.state[w].values():
            value.mul_(2)
        found = other.state_dict()["state"]
        assert all(torch.equal(found[i][name], value) for i, state in kept["state"].items() for name, value in state.items())


PENALTIES = [
    GroupL2(0.1, axes=(0,), weights=None),
    GroupL2(0.1, groups=[[0, 2], [1, 3, 4]]),
    GroupL2(np.array([0.1, 0.2]), groups=[[0, 2], [1, 3, 4]], weights=np.array([1.0, 2.0])),
    SparseGroup(L1(0.1), GroupL2(0.2, axes=1)),
    MCP(0.1, 3.0),
    L1(torch.full((6, 5), 0.1, dtype=torch.float64)),
    None,
]


@pytest.mark.filterwarnings("ignore:ProxSGD with .* is not compiled:UserWarning")
@pytest.mark.parametrize("penalty", PENALTIES, ids=repr)
def test_penalties_are_saved_as_plain_data_and_come_back(penalty):
    w, v = parameter(), parameter()
    optimizer, fresh = ProxSGD([w], 0.1, penalty=penalty), ProxSGD([v], 0.1, penalty=L1(9.0))
    fresh.load_state_dict(through_a_file(optimizer.state_dict()))
    assert type(fresh.param_groups[0]["penalty"]) is type(penalty)
    run(optimizer, [w], 5)
    run(fresh, [v], 5)
    assert torch.equal(w, v)


def test_names_settings_and_lam_of_groups_come_back():
    w, v = parameter(), parameter()
    optimizer = ProxSGD([{"params": [("W", w)], "penalty": LASSO, "lam": 0.3}], 0.1)
    fresh = ProxSGD([("W", v)], 0.2)
    fresh.load_state_dict(through_a_file(optimizer.state_dict()))
    group = fresh.param_groups[0]
    assert (group["lam"], group["lr"], group["param_names"], group["penalty"]) == (0.3, 0.1, ["W"], LASSO)
    assert set(group) == set(optimizer.param_groups[0])


def test_the_state_of_another_optimizer_is_refused():
    w = parameter()
    saved = ProxSGD([w], 0.1).state_dict()
    with pytest.raises(ValueError, match="saved by ProxSGD, not by RMDA"):
        RMDA([w]).load_state_dict(saved)
    with pytest.raises(ValueError, match="does not say its name"):
        RMDA([w]).load_state_dict(torch.optim.SGD([w]).state_dict())


def test_a_saved_penalty_that_does_not_fit_is_refused_and_changes_nothing():
    w = parameter()
    optimizer = ProxSGD([w], 0.1, penalty=LASSO)
    before = optimizer.state_dict()
    for wrong, message in [
        ({"penalty": "L7", "lam": 0.1}, "penalty 'L7'"),
        ({"penalty": "L1", "lam": -1.0}, "lam must be"),
        ({"penalty": "GroupL2", "lam": 0.1, "axes": (4,)}, "axes"),
    ]:
        saved = copy.deepcopy(before)
        saved["param_groups"][0]["penalty"] = wrong
        with pytest.raises(ValueError, match=message):
            optimizer.load_state_dict(saved)
        assert optimizer.param_groups[0]["penalty"] == LASSO


def test_sigma_the_count_of_skipped_steps_and_the_round_are_saved():
    w = parameter()
    optimizer = SR2([w], sigma0=0.01, nonfinite="skip")
    run(optimizer, [w], 5)
    w.grad.fill_(torch.nan)
    optimizer.step(lambda: torch.tensor(0.0))
    fresh = SR2([parameter()], sigma0=1.0, nonfinite="skip")
    fresh.load_state_dict(through_a_file(optimizer.state_dict()))
    assert fresh.sigma == optimizer.sigma != 0.01
    assert fresh.skipped == 1

    rounds = RMDA([w], lr=0.1, restart_when="lr_changes")
    run(rounds, [w], 2)
    again = RMDA([w], lr=0.1, restart_when="lr_changes")
    again.load_state_dict(through_a_file(rounds.state_dict()))
    again.param_groups[0]["lr"] = 0.05
    run(again, [w], 1)
    assert again.state[w]["t"] == 1


@over_table
def test_a_deep_copy_of_model_and_optimizer_goes_on_by_itself(entry):
    w = parameter()
    optimizer = entry.make([w], LASSO if entry.kind.penalised else None)
    run(optimizer, [w], 3)
    [v], copied = copy.deepcopy(([w], optimizer))
    run(copied, [v], 3, 4)
    assert not torch.equal(v, w)
    run(optimizer, [w], 3, 4)
    assert torch.equal(v, w)


def test_loading_before_the_first_step_and_groups_that_differ():
    w, b = parameter(), parameter([1.0])
    optimizer = ProxGEN([{"params": [w], "penalty": LASSO}, {"params": [b], "lr": 0.5}])
    fresh = ProxGEN([{"params": [parameter()]}, {"params": [parameter([1.0])]}])
    fresh.load_state_dict(through_a_file(optimizer.state_dict()))
    assert [group["lr"] for group in fresh.param_groups] == [1e-3, 0.5]
    assert [group["penalty"] for group in fresh.param_groups] == [LASSO, None]
    with pytest.raises(ValueError, match="different number of parameter groups"):
        ProxGEN([w]).load_state_dict(optimizer.state_dict())
    assert closure(fresh, fresh.param_groups[0]["params"])() > 0


def test_a_deep_copy_with_a_scheduler_steps_the_copy_and_both_pickle():
    w = parameter()
    optimizer = RMDA([w], lr=0.1, penalty=LASSO)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1)
    run(optimizer, [w], 2)
    schedule.step()
    [v], copied = copy.deepcopy(([w], optimizer))
    run(copied, [v], 1, 4)
    assert not torch.equal(v, w)
    assert pickle.loads(pickle.dumps(optimizer)).param_groups[0]["lr"] == pytest.approx(0.01)


def stepped(optimizer, p):
    p.grad = torch.linspace(-1, 1, p.numel()).reshape(p.shape)
    optimizer.step()


def test_a_state_of_another_shape_or_method_is_refused():
    small, large = torch.nn.Parameter(torch.ones(2, 3)), torch.nn.Parameter(torch.ones(5, 3))
    optimizer = RMDA([small], lr=0.1)
    stepped(optimizer, small)
    with pytest.raises(ValueError, match=r"of the parameter's shape \(5, 3\); got .* of shape \(2, 3\)"):
        RMDA([large], lr=0.1).load_state_dict(optimizer.state_dict())
    saved = ProxGEN([small], preconditioner="adagrad").state_dict()
    with pytest.raises(ValueError, match=r"saved by ProxGenAdaGrad\(\), not by ProxGenAdam\(bias_correction=True\)"):
        ProxGEN([small]).load_state_dict(saved)


@pytest.mark.parametrize("penalty", [
    GroupL2(0.1, groups=[np.array([0, 1]), np.array([2, 3])]), GroupL2(0.1, groups=[range(2), range(2, 4)]),
    GroupL2(0.1, axes=np.int64(0)), GroupL2(0.1, axes=(np.int64(0),)),
], ids=["arrays", "ranges", "a number", "numbers"])  # fmt: skip
def test_numpys_numbers_and_arrays_inside_a_penalty_load_safely(penalty):
    w = torch.nn.Parameter(torch.ones(2, 4))
    optimizer = ProxSGD([w], lr=0.1, penalty=penalty)
    optimizer.param_groups[0]["lam"] = np.float64(0.2)
    stepped(optimizer, w)
    other = ProxSGD([torch.nn.Parameter(torch.ones(2, 4))], lr=0.1)
    other.load_state_dict(through_a_file(optimizer.state_dict()))
    v = other.param_groups[0]["params"][0]
    v.data.copy_(w)
    stepped(optimizer, w)
    stepped(other, v)
    assert torch.equal(v, w)


def test_a_first_step_that_is_skipped_makes_no_state():
    w = parameter()
    optimizer = RMDA([w], lr=0.1, nonfinite="skip")
    w.grad = torch.full_like(w, torch.nan)
    optimizer.step()
    assert not optimizer.state[w] and optimizer.skipped == 1


def two(names):
    """Parameters in this order, by name, and their optimizer."""
    params = {name: torch.nn.Parameter(torch.zeros(3, dtype=torch.bfloat16)) for name in names}
    return params, ProxSGD(list(params.items()), lr=0.1, momentum=0.9)


def by_name(optimizer, saved):
    """The hook that torch's documentation has: the state goes to the parameter of the same name."""
    found = copy.deepcopy(saved)
    for mine, theirs in zip(optimizer.param_groups, found["param_groups"], strict=True):
        keys = dict(zip(theirs["param_names"], theirs["params"], strict=True))
        theirs["params"] = [keys[name] for name in mine["param_names"]]
        theirs["param_names"] = mine["param_names"]
    return found


def test_hooks_before_and_after_loading_have_their_way():
    params, optimizer = two("ab")
    for p, slope in zip(params.values(), (1.0, 2.0), strict=True):
        p.grad = torch.full_like(p, slope)
    optimizer.step()
    params, other = two("ba")
    other.register_load_state_dict_pre_hook(by_name)
    seen = []

    def double(optimizer):
        seen.append(optimizer.state[params["b"]]["v"].dtype)
        optimizer.state[params["b"]]["v"].mul_(2)

    other.register_load_state_dict_post_hook(double)
    for _ in range(2):
        other.load_state_dict(optimizer.state_dict())
        assert [kept["v"].tolist() for kept in map(other.state.get, params.values())] == [[4.0] * 3, [1.0] * 3]
    assert seen == [torch.float32] * 2


@pytest.mark.parametrize("kind", [RDA, MRDA])
def test_a_mean_of_points_is_not_gone_on_from_where_points_are_missing(kind):
    w = parameter()
    averaging, plain = kind([w], average=True), kind([w])
    run(averaging, [w], 3)
    plain.load_state_dict(averaging.state_dict())
    run(plain, [w], 2)
    fresh = kind([w], average=True)
    with pytest.raises(ValueError, match="saved without the mean of the points"):
        fresh.load_state_dict(plain.state_dict())
    assert not fresh.state


def test_an_answer_on_its_way_from_a_gpu_is_not_saved():
    class Event:
        """As torch's: it belongs to a process."""

        def __reduce__(self):
            raise TypeError("cannot pickle 'Event' object")

    w = parameter()
    optimizer = RMDA([w])
    run(optimizer, [w], 1)
    pending = torch.tensor(True), Event()
    optimizer.nonfinite._good, optimizer.nonfinite._pending = torch.tensor(False), pending
    for made in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):
        assert made.nonfinite._pending is None
        with pytest.raises(FloatingPointError):
            made.nonfinite.settle()
    assert optimizer.nonfinite._pending is pending
