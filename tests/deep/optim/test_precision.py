"""Dtypes, mixed precision, and gradients that are not finite."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch

from deep.optim import RDA, RMDA, SR2, ProxGEN, ProxSGD
from tests.deep.optim.driving import closure, parameter, run, values
from tests.deep.optim.table import TABLE
from verify.penalties import L1, GroupL2

over_table = pytest.mark.parametrize("entry", TABLE.values(), ids=TABLE.keys())


@pytest.mark.filterwarnings("ignore:SR2 compares losses")
@over_table
@pytest.mark.parametrize(("dtype", "near"), [(torch.float32, 1e-4), (torch.bfloat16, 0.1)], ids=["float32", "bfloat16"])
def test_less_precision_stays_near_float64_with_its_state_in_float32(entry, dtype, near):
    penalty = L1(0.05) if entry.kind.penalised else None
    w, v = parameter(), parameter(dtype=dtype)
    run(entry.make([w], penalty), [w], 10)
    optimizer = entry.make([v], penalty)
    run(optimizer, [v], 10)
    assert v.dtype == dtype
    assert {value.dtype for value in optimizer.state[v].values() if value.ndim} <= {torch.float32}
    assert {value.dtype for value in optimizer.state[v].values() if not value.ndim} <= {torch.float64}
    assert np.abs(values(v) - values(w)).max() < near or entry.kind is SR2


def test_bfloat16_zeros_are_exact_and_those_of_the_float32_prox():
    for penalty in (L1(0.5), GroupL2(0.3, axes=(0,))):
        v = parameter(dtype=torch.bfloat16)
        run(RMDA([v], lr=0.3, momentum=1.0, penalty=penalty), [v], 30)
        assert 0 < int((v == 0).sum()) < 30


@pytest.mark.parametrize("fast", [True, False])
def test_gradients_with_more_digits_than_their_parameter_keep_those_of_its_state(fast):
    """Some of them, then all: 1.001 is 1 in bfloat16."""
    w, v = parameter(np.ones(4), torch.bfloat16), parameter(np.ones(4), torch.bfloat16)
    optimizer, w.grad_dtype, v.grad_dtype = RMDA([w, v], lr=1.0, momentum=1.0, fast=fast), torch.float32, None
    w.grad, v.grad = torch.full((4,), 1.001), torch.full((4,), 1.5, dtype=torch.bfloat16)
    optimizer.step()
    assert torch.equal(optimizer.state[w]["V"], w.grad) and torch.equal(optimizer.state[v]["V"], v.grad.float())
    v.grad = torch.full((4,), 1.001, dtype=torch.float64)
    optimizer.step()
    assert torch.equal(optimizer.state[v]["V"], 1.5 + float(np.sqrt(2)) * v.grad.float())


@pytest.mark.parametrize("fast", [True, False])
def test_the_state_has_the_precision_of_a_model_that_was_cast(fast):
    model = torch.nn.Linear(4, 3)
    optimizer = RDA(model.parameters(), penalty=L1(0.01), average=True, fast=fast)
    for dtype in (torch.float32, torch.float64, torch.bfloat16):
        model.to(dtype)
        for p in model.parameters():
            p.grad = torch.ones_like(p)
        optimizer.step()
        kept = optimizer.state[model.weight]
        kinds = {name: value.dtype for name, value in kept.items() if value.ndim}
        assert kinds == dict.fromkeys(("mean", "anchor", "average"), torch.float64 if dtype == torch.float64 else torch.float32)
        assert (kept["t"].dtype, model.weight.dtype) == (torch.float64, dtype)


@pytest.mark.filterwarnings("ignore:.*is not compiled")
def test_the_penalty_has_the_precision_of_a_model_that_was_cast():
    lam = np.array([1.0, 0.1])
    w = torch.nn.Parameter(torch.ones(2))
    optimizer = ProxSGD([w], lr=0.1, penalty=L1(lam))
    w.grad = torch.zeros(2)
    optimizer.step()
    w.data, w.grad = torch.ones(2, dtype=torch.float64), None
    w.grad = torch.zeros(2, dtype=torch.float64)
    optimizer.step()
    assert np.array_equal(w.detach(), 1 - 0.1 * lam)


@pytest.mark.parametrize("kind", [ProxSGD, ProxGEN, RMDA])
def test_autocast_and_the_gradient_scaler(kind):
    """The scaler leaves out the step whose scaled gradients overflow; the others are those of the unscaled run."""
    torch.manual_seed(0)
    x, y = torch.randn(16, 6), torch.randn(16, 1)
    found = []
    for scale in (None, 2.0**127):
        torch.manual_seed(1)
        model = torch.nn.Linear(6, 1)
        optimizer = kind(model.parameters(), lr=0.05, penalty=L1(0.01))
        scaler = torch.amp.GradScaler("cpu", init_scale=scale or 1.0, enabled=scale is not None)
        steps = 0
        while steps < 5:
            optimizer.zero_grad()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = torch.nn.functional.mse_loss(model(x), y)
            scaler.scale(loss).backward()
            before = scaler.get_scale()
            scaler.step(optimizer)
            scaler.update()
            steps += scaler.get_scale() >= before
        found.append(model.weight.detach())
    torch.testing.assert_close(found[0], found[1], rtol=0.02, atol=1e-3)


@over_table
def test_a_gradient_that_is_not_finite_raises_and_changes_nothing(entry):
    w, v = parameter(), parameter([1.0])
    optimizer = entry.make([w, v], L1(0.05) if entry.kind.penalised else None)
    for k in range(1, 4):
        evaluate(optimizer, w, v, k)
    before = [p.detach().clone() for p in (w, v)], {n: t.clone() for n, t in optimizer.state[w].items()}
    for bad in (torch.nan, torch.inf, -torch.inf):
        with pytest.raises(FloatingPointError, match=r"parameter 1 of those with one, of shape \(1,\)"):
            evaluate(optimizer, w, v, 4, bad)
    assert all(torch.equal(a, p) for a, p in zip(before[0], (w, v), strict=True))
    assert all(torch.equal(t, optimizer.state[w][n]) for n, t in before[1].items())


@over_table
def test_or_it_is_skipped_and_counted_as_if_it_had_not_been(entry):
    penalty = L1(0.05) if entry.kind.penalised else None
    found = []
    for bad in (None, torch.nan):
        w, v = parameter(), parameter([1.0])
        optimizer = entry.make([w, v], penalty, nonfinite="skip")
        for k in range(1, 10):
            if bad is not None and k % 3 == 0:
                evaluate(optimizer, w, v, k, bad)
            evaluate(optimizer, w, v, k)
        assert optimizer.skipped == (0 if bad is None else 3)
        found.append(w.detach())
    assert torch.equal(*found)


def evaluate(optimizer, w, v, k, bad=None):
    inner = closure(optimizer, [w], k)

    def both():
        loss = inner()
        v.grad = torch.full_like(v, 0.1 if bad is None else bad)
        return loss

    optimizer.step(both)


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_a_gradient_in_float64_that_the_step_would_make_infinite_changes_nothing(dtype, fast):
    w = parameter(np.ones(4), dtype)
    w.grad_dtype = None
    w.grad = torch.full((4,), 1e300, dtype=torch.float64)
    with pytest.raises(FloatingPointError, match="nothing was changed"):
        ProxSGD([w], lr=0.1, fast=fast).step()
    assert (w == 1).all()


@pytest.mark.parametrize("fast", [True, False])
def test_large_finite_gradients_are_finite(fast):
    w = parameter(np.ones(1000), torch.float32)
    w.grad = torch.full_like(w, 3e38)
    ProxSGD([w], lr=1e-38, fast=fast).step()
    assert torch.isfinite(w).all() and (w != 1).all()


def test_choices_and_tensors_that_are_refused():
    with pytest.raises(ValueError, match="nonfinite must be one of raise, skip, late; got 'ignore'"):
        ProxSGD([parameter()], nonfinite="ignore")
    with pytest.raises(TypeError, match="complex"):
        ProxSGD([torch.nn.Parameter(torch.zeros(2, dtype=torch.complex64))])
    table = torch.nn.Embedding(5, 3, sparse=True)
    table(torch.tensor([1])).sum().backward()
    with pytest.raises(TypeError, match="dense"):
        ProxSGD(table.parameters()).step()


def test_parameters_of_no_axes_and_of_no_entries():
    for dtype in (torch.float32, torch.float64):
        w, empty = parameter(2.0, dtype), parameter(np.zeros((0, 3)), dtype)
        for entry in TABLE.values():
            optimizer = entry.make([w, empty], L1(0.01) if entry.kind.penalised else None)
            for _ in range(3):
                optimizer.step(partial(scalar_loss, optimizer, w, empty))
            assert w.dtype == dtype and torch.isfinite(w)
            assert all(value.dtype in (dtype, torch.float64) for value in optimizer.state[w].values())


def scalar_loss(optimizer, w, empty):
    optimizer.zero_grad()
    loss = (w - 1) ** 2 + empty.sum()
    loss.backward()
    return loss
