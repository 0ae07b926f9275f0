"""Subgradient SGD and Adam: torch's own steps on f + R, where R is smooth at the iterate, and no pull at its kinks."""

from __future__ import annotations

import copy
import io
import pickle

import pytest
import torch
from torch import nn

from deep.baselines.subgradient import SubgradientAdam, SubgradientSGD, subgradient
from deep.groups import groups
from verify.penalties import (
    L1,
    L12,
    MCP,
    SCAD,
    BinaryW,
    Box,
    ElasticNet,
    GroupL2,
    GroupMCP,
    L2Squared,
    SparseGroup,
    TransformedL1,
    Zero,
)

SMOOTH_AWAY_FROM_ZERO = [
    L1(0.3),
    ElasticNet(0.3, 0.7),
    L2Squared(0.7),
    L12(0.3),
    MCP(0.4, 2.0),
    SCAD(0.4, 3.7),
    TransformedL1(0.5, 1.3),
    GroupL2(0.3, axes=0),
    GroupL2(0.3, axes=1, weights="layer"),
    GroupMCP(0.3, 2.0, axes=0),
    SparseGroup(L1(0.1), GroupL2(0.2, axes=0)),
    SparseGroup(MCP(0.1, 3.0), GroupMCP(0.2, 2.0, axes=1)),
]
OPTIMIZERS = {
    "SGD": (SubgradientSGD, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    "Adam": (SubgradientAdam, torch.optim.Adam, {"lr": 0.02, "weight_decay": 0.01}),
}


def problem(dtype=torch.float64):
    generator = torch.Generator().manual_seed(0)
    w = nn.Parameter(torch.randn(4, 5, generator=generator, dtype=torch.float64).to(dtype))
    target = torch.randn(4, 5, generator=generator, dtype=torch.float64).to(dtype)
    return w, lambda w: 0.5 * (w - target).square().sum()


@pytest.mark.parametrize("penalty", SMOOTH_AWAY_FROM_ZERO, ids=repr)
def test_away_from_kinks_it_is_the_gradient_of_the_value(penalty):
    w, _ = problem()
    (gradient,) = torch.autograd.grad(penalty.value(w), w)
    torch.testing.assert_close(subgradient(penalty, w.detach()), gradient, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("penalty", [p for p in SMOOTH_AWAY_FROM_ZERO if not isinstance(p, L2Squared)], ids=repr)
def test_at_zeros_it_is_zero_and_it_is_a_subgradient_everywhere(penalty):
    w = problem()[0].detach()
    w[:, 1] = 0
    w[2, :] = 0
    s = subgradient(penalty, w)
    assert not s[w == 0].any()
    assert penalty.subgradient_distance(w, -s) < 1e-14


@pytest.mark.parametrize("penalty", [L1(0.3), MCP(0.4, 2.0), GroupL2(0.3, axes=0)], ids=repr)
@pytest.mark.parametrize("maximize", [False, True])
@pytest.mark.parametrize(("ours", "theirs", "settings"), OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_steps_are_torchs_own_on_the_sum_of_loss_and_value(ours, theirs, settings, maximize, penalty):
    (v, loss), (w, _) = problem(), problem()
    sign = -1 if maximize else 1
    mine = ours([v], penalty=penalty, maximize=maximize, **settings)
    plain = theirs([w], maximize=maximize, **settings)
    for _ in range(20):
        mine.zero_grad()
        (sign * loss(v)).backward()
        mine.step()
        plain.zero_grad()
        (sign * (loss(w) + penalty.value(w))).backward()
        plain.step()
    torch.testing.assert_close(v, w, rtol=1e-12, atol=1e-13)


def test_gradients_are_left_as_they_were_and_parameters_without_one_alone():
    (w, loss), (idle, _) = problem(), problem()
    optimizer = SubgradientSGD([w, idle], lr=0.1, penalty=L1(0.5))
    loss(w).backward()
    gradient, value, before = w.grad, w.grad.clone(), idle.detach().clone()
    optimizer.step()
    assert w.grad is gradient
    assert torch.equal(w.grad, value)
    assert torch.equal(idle, before)


def test_a_closure_is_evaluated_before_the_subgradient_is_added():
    w, loss = problem()
    v = nn.Parameter(w.detach().clone())
    optimizer, other = SubgradientSGD([w], lr=0.1, penalty=L1(0.5)), SubgradientSGD([v], lr=0.1, penalty=L1(0.5))

    def closure():
        optimizer.zero_grad()
        value = loss(w)
        value.backward()
        return value

    assert optimizer.step(closure).item() == loss(v).item()
    loss(v).backward()
    other.step()
    assert torch.equal(v, w)


def test_each_group_has_its_penalty_and_lam_and_both_can_be_changed():
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1)).double()
    optimizer = SubgradientSGD(groups(model, {"0.*": L1(0.5), "*": GroupL2(0.2, axes=0)}), lr=1.0)

    def moved():
        before = [p.detach().clone() for p in model.parameters()]
        for p in model.parameters():
            p.grad = torch.zeros_like(p)
        optimizer.step()
        return [a - b for a, b in zip(before, model.parameters(), strict=True)], before

    (first, bias, second, _), before = moved()
    torch.testing.assert_close(first.detach(), 0.5 * before[0].sign())
    torch.testing.assert_close(second.detach(), 0.2 * before[2].sign())
    assert not bias.any()
    optimizer.param_groups[0]["lam"] = 0.125
    (first, *_), before = moved()
    torch.testing.assert_close(first.detach(), 0.125 * before[0].sign())


@pytest.mark.parametrize(("ours", "theirs", "settings"), OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_saved_and_loaded_it_continues_bit_for_bit_under_the_safe_default(ours, theirs, settings):
    (w, loss), (v, _) = problem(), problem()
    optimizer, other = ours([w], penalty=GroupL2(0.3, axes=0), **settings), ours([v], **settings)

    def run(opt, p, steps):
        for _ in range(steps):
            opt.zero_grad()
            loss(p).backward()
            opt.step()

    run(optimizer, w, 5)
    file = io.BytesIO()
    torch.save(optimizer.state_dict(), file)
    file.seek(0)
    v.data.copy_(w.data)
    other.load_state_dict(torch.load(file, weights_only=True))
    run(optimizer, w, 5)
    run(other, v, 5)
    assert other.param_groups[0]["penalty"] == GroupL2(0.3, axes=0)
    assert torch.equal(v, w)


@pytest.mark.parametrize(("ours", "theirs", "settings"), OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_a_copy_goes_on_with_parameters_of_its_own_and_takes_groups(ours, theirs, settings):
    w, loss = problem()
    optimizer = ours([w], penalty=L1(0.3), **settings)
    loss(w).backward()
    optimizer.step()
    for other in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):
        (v,) = other.param_groups[0]["params"]
        v.grad = w.grad.clone()
        other.step()
        other.add_param_group({"params": [problem()[0]]})
        assert other.param_groups[1]["penalty"] == L1(0.3)
    optimizer.step()
    assert torch.equal(v, w)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize("penalty", SMOOTH_AWAY_FROM_ZERO, ids=repr)
def test_the_precision_of_the_parameter_is_kept(penalty, dtype):
    w, loss = problem(dtype)
    optimizer = SubgradientSGD([w], lr=0.1, penalty=penalty)
    loss(w).backward()
    optimizer.step()
    assert w.dtype == w.grad.dtype == dtype
    assert w.isfinite().all()


def test_schedulers_drive_it():
    w, loss = problem()
    optimizer = SubgradientAdam([w], lr=0.1, penalty=L1(0.1))
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)
    loss(w).backward()
    optimizer.step()
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] == 0.05


def test_without_penalty_it_is_torchs_own():
    (v, loss), (w, _) = problem(), problem()
    for optimizer, p in ((SubgradientSGD([v], lr=0.1, penalty=Zero()), v), (torch.optim.SGD([w], lr=0.1), w)):
        loss(p).backward()
        optimizer.step()
    assert torch.equal(v, w)


def test_what_does_not_fit_is_refused():
    w, _ = problem()
    with pytest.raises(TypeError, match="Box has no subgradient"):
        SubgradientSGD([w], lr=0.1, penalty=Box(-1.0, 1.0))
    with pytest.raises(TypeError, match="BinaryW has no subgradient"):
        SubgradientAdam([w], penalty=BinaryW(0.1, 1.0))
    with pytest.raises(ValueError, match=r"axes \[4\] do not exist"):
        SubgradientSGD([w], lr=0.1, penalty=GroupL2(0.1, axes=4))
    with pytest.raises(TypeError, match="complex"):
        SubgradientSGD([nn.Parameter(torch.ones(2, dtype=torch.complex64))], lr=0.1)
    with pytest.raises(ValueError, match="saved by SubgradientSGD, not by SubgradientAdam"):
        SubgradientAdam([w]).load_state_dict(SubgradientSGD([w], lr=0.1).state_dict())
    with pytest.raises(ValueError, match="fused=True leaves no room"):
        SubgradientSGD([w], lr=0.1, fused=True)


@pytest.mark.parametrize(("ours", "theirs", "settings"), OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_hooks_of_a_step_run_once_whatever_torchs_own_class_has_been_used_for(ours, theirs, settings):
    theirs([problem()[0]], **settings)
    w, loss = problem()
    optimizer, seen = ours([w], penalty=L1(0.3), **settings), []
    optimizer.register_step_pre_hook(lambda *_: seen.append("before"))
    optimizer.register_step_post_hook(lambda *_: seen.append("after"))
    loss(w).backward()
    optimizer.step()
    assert seen == ["before", "after"]


@pytest.mark.parametrize("settings", [{}, {"nonfinite": "skip"}], ids=["raise", "skip"])
@pytest.mark.parametrize("ours", [SubgradientSGD, SubgradientAdam])
def test_a_gradient_that_is_not_finite_changes_nothing(ours, settings):
    w, loss = problem()
    optimizer = ours([w], lr=0.1, penalty=L1(0.3), **settings)
    loss(w).backward()
    w.grad[1, 2] = torch.nan
    before = w.detach().clone()
    if settings:
        optimizer.step()
        fresh = ours([problem()[0]], lr=0.1, **settings)
        fresh.load_state_dict(optimizer.state_dict())
        assert optimizer.skipped == fresh.skipped == 1
    else:
        with pytest.raises(FloatingPointError, match=r"of shape \(4, 5\), has NaN or infinity"):
            optimizer.step()
    assert torch.equal(w, before)
    assert not optimizer.state[w]


def test_a_sparse_gradient_is_refused():
    layer = nn.Embedding(3, 2, sparse=True)
    optimizer = SubgradientSGD(layer.parameters(), lr=0.1, penalty=L1(0.3))
    layer(torch.tensor([1])).sum().backward()
    with pytest.raises(TypeError, match="SubgradientSGD: gradients must be dense; got"):
        optimizer.step()
