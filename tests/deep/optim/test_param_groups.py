"""Parameter groups: each with its own penalty, lam and numbers, read at each step."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from deep.baselines.subgradient import SubgradientSGD
from deep.optim import MDA, MRDA, RDA, RMDA, SR2, BinaryConnect, ProxGEN, ProxQuant, ProxSGD, ProxSSI, SqrtT
from tests.deep.optim.driving import parameter, run
from tests.deep.optim.table import TABLE
from verify.penalties import (
    L0,
    L1,
    MCP,
    Box,
    CardinalityBall,
    ElasticNet,
    GroupL2,
    GroupMCP,
    Lq,
    MetricL1,
    NegativeSquare,
    SparseGroup,
)

PENALISED = {name: entry for name, entry in TABLE.items() if entry.kind.penalised}
over_penalised = pytest.mark.parametrize("entry", PENALISED.values(), ids=PENALISED.keys())


def gradients(*params, seed=0):
    generator = torch.Generator().manual_seed(seed)
    for p in params:
        p.grad = torch.randn(p.shape, generator=generator, dtype=p.dtype)


def take(optimizer, *params, steps=3):
    for k in range(steps):
        if isinstance(optimizer, SR2):
            optimizer.step(lambda k=k: (gradients(*params, seed=k), torch.tensor(0.0))[1])
        else:
            gradients(*params, seed=k)
            optimizer.step()


@over_penalised
def test_each_group_has_its_own_penalty(entry):
    """W in columns, v in coordinates, b free: as three optimizers would do it."""
    if entry.kind is SR2:
        pytest.skip("one decision for all")
    make = lambda: (parameter(), parameter(np.linspace(-1, 1, 7)), parameter([0.3, -0.2]))  # noqa: E731
    (W, v, b), alone = make(), make()
    chosen = [GroupL2(0.1, axes=(0,)), MCP(0.1, 3.0), None]
    groups = [{"params": [p], "penalty": penalty} for p, penalty in zip((W, v, b), chosen, strict=True)]
    take(entry.make(groups), W, v, b)
    others = [entry.make([p], penalty) for p, penalty in zip(alone, chosen, strict=True)]
    for k in range(3):
        gradients(*alone, seed=k)
        for optimizer in others:
            optimizer.step()
    for p, q in zip((W, v, b), alone, strict=True):
        assert torch.equal(p, q)


LAMS = np.array([0.0, 0.02, 0.3, 2.0])
A_COORDINATE = {
    "L1": L1,
    "L0": L0,
    "Lq": lambda lam: Lq(lam, 0.6),
    "MCP": lambda lam: MCP(lam, 3.0),
    "ElasticNet": lambda lam: ElasticNet(lam, 0.1),
    "Box": lambda lam: Box(-lam - 0.1, lam + 0.1),
}


@pytest.mark.filterwarnings("ignore:.*is not compiled")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("make", A_COORDINATE.values(), ids=A_COORDINATE.keys())
def test_numpy_arrays_of_numbers_hold_for_each_coordinate(make, dtype):
    start = torch.tensor([1.0, -0.4, 0.6, -2.0], dtype=dtype)
    whole, parts = torch.nn.Parameter(start.clone()), [torch.nn.Parameter(v.clone()) for v in start.split(1)]
    one = ProxSGD([whole], lr=0.1, penalty=make(LAMS))
    many = ProxSGD([{"params": [p], "penalty": make(float(lam))} for p, lam in zip(parts, LAMS, strict=True)], lr=0.1)
    for _ in range(5):
        for p in (whole, *parts):
            p.grad = p.detach() / 2
        one.step()
        many.step()
    assert torch.equal(whole == 0, torch.cat(parts) == 0)
    torch.testing.assert_close(whole, torch.cat(parts), rtol=4 * torch.finfo(dtype).eps, atol=0)


@over_penalised
def test_lam_of_a_group_takes_the_place_of_the_penaltys(entry):
    w, v = parameter(), parameter()
    scheduled, plain = entry.make([w], GroupL2(9.0, axes=(0,))), entry.make([v], GroupL2(0.05, axes=(0,)))
    for k, lam in enumerate((0.05, 0.1, 0.2)):
        scheduled.param_groups[0]["lam"] = lam
        plain.param_groups[0]["penalty"] = GroupL2(lam, axes=(0,))
        run(scheduled, [w], 2, 2 * k + 1)
        run(plain, [v], 2, 2 * k + 1)
        assert torch.equal(w, v)


@over_penalised
def test_a_group_added_later_starts_its_own_count(entry):
    w, v, alone = parameter(), parameter(), parameter()
    optimizer = entry.make([w], L1(0.05))
    run(optimizer, [w], 5)
    optimizer.add_param_group({"params": [v], "penalty": L1(0.2)})
    other = entry.make([alone], L1(0.2))
    if entry.kind is SR2:
        other.sigma = optimizer.sigma
    run(optimizer, [v], 5)
    run(other, [alone], 5)
    assert torch.equal(v, alone)


def test_numbers_may_be_tensors():
    w, v = parameter(), parameter()
    run(RMDA([w], lr=torch.tensor(0.1, dtype=torch.float64), momentum=torch.tensor(0.2, dtype=torch.float64)), [w], 5)
    run(RMDA([v], lr=0.1, momentum=0.2), [v], 5)
    torch.testing.assert_close(w, v, rtol=0, atol=1e-14)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda w: RMDA(torch.nn.LazyLinear(3).parameters()), "RMDA: a lazy parameter has no shape yet: run the model once"),
        (lambda w: ProxSGD([w], lr=-1.0), r"ProxSGD: lr must be finite and >= 0; got -1"),
        (lambda w: ProxSGD([w], momentum=1.0), r"ProxSGD: momentum must be finite and in \[0, 1\)|momentum must be"),
        (lambda w: RMDA([w], momentum=1.5), "momentum must be"),
        (lambda w: ProxGEN([w], delta=0.0), "delta must be"),
        (lambda w: ProxSGD([{"params": [w], "lr": -2.0}]), "lr must be"),
        (lambda w: ProxSGD([w], penalty=GroupL2(0.1, axes=(5,))), r"does not fit a parameter of shape \(6, 5\)"),
        (lambda w: ProxSGD([w], penalty=GroupL2(0.1)), r"does not fit a parameter of shape \(6, 5\)"),
        (lambda w: ProxSGD([w], penalty=GroupL2(0.1, groups=[[0, 1], [2]])), "does not fit a parameter of shape"),
        (lambda w: ProxSGD([w], penalty=NegativeSquare(0.1)), "SR2 alone"),
        (
            lambda w: ProxGEN([w], penalty=GroupMCP(0.1, 3.0, axes=0)),
            "does not fit a parameter.*; use a method without a precond",
        ),
        (lambda w: ProxSSI([w], penalty=CardinalityBall(3)), "no prox in the metric"),
        (lambda w: MDA([{"params": [w], "penalty": L1(0.1)}]), "MDA has no penalty"),
        (lambda w: MDA([w], penalty=L1(0.1)), "MDA has no penalty"),
        (lambda w: BinaryConnect([{"params": [w], "penalty": L1(0.1)}]), "BinaryConnect has no penalty"),
        (lambda w: BinaryConnect([w], penalty=L1(0.1)), "BinaryConnect has no penalty"),
        (lambda w: ProxQuant([w], preconditioner="adagrad"), "preconditioner must be one of 'adam'"),
        (lambda w: ProxGEN([w], delta=1.0, preconditioner=None), "preconditioner=None has no delta; got 1.0"),
        (lambda w: ProxGEN([w], beta=0.5, preconditioner="adagrad"), "preconditioner='adagrad' has no beta; got 0.5"),
        (lambda w: RMDA([w], restart_when="always"), "restart_when must be"),
        (lambda w: ProxSGD([{"params": [w], "lam": 0.1}]), "has no lam to be set"),
        (lambda w: ProxSGD([{"params": [w], "lam": -0.1, "penalty": L1(1.0)}]), "lam must be"),
        (lambda w: ProxSGD([{"params": [w], "lam": 0.1, "penalty": Box(-1.0, 1.0)}]), "Box"),
    ],
)
def test_what_does_not_fit_is_refused_before_the_first_step(make, message):
    with pytest.raises(ValueError, match=message):
        make(parameter())


def test_what_is_no_penalty_or_no_option_is_a_type_error():
    w = parameter()
    with pytest.raises(TypeError, match="penalty must be one of"):
        ProxSGD([w], penalty=0.1)
    with pytest.raises(TypeError, match="RMDA has no 'weight_decay'; it takes params, lr, momentum, penalty, restart_when"):
        RMDA([w], weight_decay=0.1)
    with pytest.raises(TypeError, match=r"ProxSGD has no 'lam'.*; it is the penalty's: penalty=L1\(lam=0.1\)"):
        ProxSGD([w], lam=0.1)
    for method in (ProxSGD, ProxGEN):
        with pytest.raises(TypeError, match="NumPy alone"):
            method([w], penalty=MetricL1(0.1, np.eye(5)))
    with pytest.raises(TypeError, match="NumPy alone"):
        ProxSGD([w], penalty=SparseGroup(MCP(0.1, 3.0), GroupL2(0.1, axes=0)))


@pytest.mark.parametrize(
    ("make", "key", "message"),
    [
        (
            ProxSSI,
            "weight_decay",
            "ProxSSI has no 'weight_decay' for a parameter group; it takes lr, momentum, beta, delta, penalty",
        ),
        (ProxSSI, "betas", "ProxSSI has no 'betas'.*; did you mean beta?"),
        (ProxSSI, "eps", "no 'eps'"),
        (RDA, "momentum", "no 'momentum'"),
        (SR2, "lr", "no 'lr'"),
        (ProxSGD, "penality", "no 'penality'.*; did you mean penalty?"),
        (SubgradientSGD, "penality", "no 'penality'.*; did you mean penalty?"),
        (SubgradientSGD, "betas", "SubgradientSGD has no 'betas'"),
        (ProxGEN, "preconditioner", r"ProxGEN: preconditioner is one for all groups.*, ProxGEN\(groups, preconditioner=...\)"),
        (MDA, "restart_when", "MDA: restart_when is one for all"),
        (RDA, "average", "RDA: average is one for all"),
        (SR2, "buffers", "SR2: buffers is one for all"),
        (ProxSSI, "nonfinite", "ProxSSI: nonfinite is one for all"),
        (SqrtT, "fast", "SqrtT: fast is one for all"),
    ],
)
def test_a_key_of_a_group_that_would_be_ignored_is_refused(make, key, message):
    with pytest.raises(TypeError, match=message):
        make([{"params": [parameter()], key: 0.5}])


@pytest.mark.parametrize("entry", TABLE.values(), ids=TABLE.keys())
def test_keys_of_the_users_and_of_schedulers_are_kept(entry):
    own = {"name": "head", "lr_scale": 0.5, "layer_id": 3, "initial_lr": 0.1, "max_lr": 0.2, "max_momentum": 0.9}
    optimizer = entry.make([{"params": [("w", parameter())], **own}])
    assert optimizer.param_groups[0].items() >= own.items()


@pytest.mark.parametrize("entry", TABLE.values(), ids=TABLE.keys())
def test_parameters_without_names_go_beside_those_with(entry):
    named, later, alone = parameter(), parameter(), parameter()
    optimizer = entry.make([{"params": [("w", named)]}, {"params": [later]}])
    optimizer.add_param_group({"params": alone})
    assert [group["param_names"] for group in optimizer.param_groups] == [["w"], ["group 1, 0"], ["group 2, 0"]]
    optimizer = entry.make([{"params": [later]}, {"params": [("w", named)]}])
    assert [group["param_names"] for group in optimizer.param_groups] == [["group 0, 0"], ["w"]]
    with pytest.raises(TypeError, match="ordered collections"):
        optimizer.add_param_group({"params": {alone}})
    with pytest.raises(TypeError, match="must be a dict"):
        optimizer.add_param_group([alone])
    assert len(optimizer.param_groups) == 2


def test_a_penalty_put_in_later_is_checked_too():
    w = parameter()
    optimizer = ProxSGD([w], penalty=L1(0.1))
    run(optimizer, [w], 1)
    optimizer.param_groups[0]["penalty"] = GroupL2(0.1, axes=(3,))
    with pytest.raises(ValueError, match="does not fit"):
        run(optimizer, [w], 1)


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("kind", [ProxSGD, SqrtT, SR2])
def test_a_weight_given_another_shape_is_checked_too(kind, fast):
    w = torch.nn.Parameter(torch.ones(3, 5))
    optimizer = kind([w], penalty=GroupL2(0.5, axes=(1,)), fast=fast)
    take(optimizer, w, steps=1)
    w.data, w.grad = torch.ones(5), None
    optimizer.state.clear()
    with pytest.raises(ValueError, match=r"does not fit a parameter of shape \(5,\): GroupL2: axes"):
        take(optimizer, w, steps=1)
    assert torch.equal(w, torch.ones(5))


@pytest.mark.parametrize(("kind", "wrong"), [(ProxSGD, -0.1), (ProxSGD, np.nan), (RMDA, np.inf), (RDA, 0.0), (MRDA, 0.0)])
def test_a_number_put_in_later_is_checked_too_and_changes_nothing(kind, wrong):
    w = parameter()
    optimizer = kind([w], penalty=L1(0.1))
    run(optimizer, [w], 2)
    before, right = w.detach().clone(), optimizer.param_groups[0]["lr"]
    optimizer.param_groups[0]["lr"] = wrong
    for _ in range(2):
        with pytest.raises(ValueError, match=f"{kind.__name__}: lr must be finite and >"):
            run(optimizer, [w], 1)
    assert torch.equal(w, before)
    optimizer.param_groups[0]["lr"] = right
    run(optimizer, [w], 1)
    assert not torch.equal(w, before)


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("wrong", [-1.0, np.nan])
@pytest.mark.parametrize("name", ["lr", "lam"])
def test_a_number_in_a_tensor_is_checked_too_when_it_is_written_in_place(name, wrong, fast):
    w = parameter()
    number = torch.tensor(0.1, dtype=torch.float64)
    optimizer = ProxSGD([{"params": [w], name: number}], penalty=L1(0.1), fast=fast)
    run(optimizer, [w], 2)
    before = w.detach().clone()
    number.fill_(wrong)
    for _ in range(2):
        with pytest.raises(ValueError, match=f"{name} must be finite and >= 0; got {wrong:g}"):
            run(optimizer, [w], 1)
    assert torch.equal(w, before)
    number.fill_(0.2)
    run(optimizer, [w], 1)
    assert not torch.equal(w, before)
    optimizer.param_groups[0][name] = torch.tensor(wrong)
    with pytest.raises(ValueError, match=f"{name} must be"):
        run(optimizer, [w], 1)


def test_a_refused_group_is_not_kept():
    optimizer = ProxSGD([parameter()], penalty=L1(0.1))
    with pytest.raises(ValueError, match="axes"):
        optimizer.add_param_group({"params": [parameter([1.0])], "penalty": GroupL2(0.1, axes=(3,))})
    with pytest.raises(ValueError, match="lazy"):
        optimizer.add_param_group({"params": list(torch.nn.LazyLinear(4).parameters())})
    assert len(optimizer.param_groups) == 1
    optimizer.add_param_group({"params": [parameter([1.0])], "penalty": GroupL2(0.1, axes=(0,))})


@pytest.mark.parametrize("fast", [True, False])
def test_lam_may_be_a_tensor_of_inference_mode(fast):
    with torch.inference_mode():
        lam = torch.tensor(0.1)
    w, other = parameter(), parameter()
    for p, weight in ((w, lam), (other, 0.1)):
        optimizer = RMDA([{"params": [p], "penalty": L1(1.0), "lam": weight}], lr=0.1, fast=fast)
        take(optimizer, p)
    torch.testing.assert_close(w, other)
