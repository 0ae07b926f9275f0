"""What SR2 refuses, warns about, or leaves as it was: numbers, closures and their losses."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pytest
import torch
from torch import nn

from deep.optim import SR2, ProxSGD
from tests.deep.optim.driving import parameter
from tests.deep.optim.test_sr2 import data, network, snapshot, training
from verify.penalties import Box, GroupL2, NegativeSquare


def test_numbers_that_do_not_fit_are_refused():
    w, v = parameter(), parameter([1.0])
    with pytest.raises(ValueError, match="eta1 must be at most eta2"):
        SR2([w], eta1=0.5, eta2=0.1)
    with pytest.raises(ValueError, match="sigma0 must be finite and > 0"):
        SR2([w], sigma0=0.0)
    with pytest.raises(ValueError, match="gamma1 must be the same in all groups"):
        SR2([{"params": [w]}, {"params": [v], "gamma1": 4.0}])
    with pytest.raises(TypeError, match="needs a closure"):
        SR2([w]).step()


@pytest.mark.parametrize("nonfinite", ["skip", "raise"])
def test_a_batch_with_nan_leaves_batch_norm_as_it_was_and_the_next_draw_is_another(nonfinite):
    model = network()
    optimizer = SR2(model.parameters(), buffers=model.buffers(), nonfinite=nonfinite)
    before, drawn = snapshot(model), []

    def evaluate():
        optimizer.zero_grad()
        drawn.append(float(torch.rand(())))
        loss = (model(data()[0]) * torch.nan).sum()
        loss.backward()
        return loss

    for _ in range(2):
        with nullcontext() if nonfinite == "skip" else pytest.raises(FloatingPointError):
            optimizer.step(evaluate)
    assert all(torch.equal(a, b) for a, b in zip(before, snapshot(model), strict=True))
    assert len(set(drawn)) == 2


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("bad", [torch.nan, torch.inf, -torch.inf])
@pytest.mark.parametrize("penalty", [None, Box(-1.0, 1.0), GroupL2(0.1, axes=(1,))], ids=["none", "box", "groups"])
def test_one_entry_that_is_not_finite_changes_nothing_even_where_no_step_would_leave(penalty, bad, fast):
    """At a bound the box maps a gradient of -inf to where it was."""
    w = parameter(torch.ones(3, 5))
    optimizer = SR2([w], penalty=penalty, fast=fast, nonfinite="skip")

    def evaluate():
        w.grad = torch.zeros_like(w)
        w.grad[1, 2] = bad
        return w.detach().sum()

    optimizer.step(evaluate)
    assert optimizer.skipped == 1 and optimizer.decision is None and (w == 1).all()


def test_a_penalty_without_a_minimiser_for_long_steps_may_have_a_number_a_coordinate():
    w = parameter(torch.ones(2))
    optimizer = SR2([w], sigma0=1.0, penalty=NegativeSquare(np.array([0.1, 0.2])), fast=False)

    def evaluate():
        w.grad = w.detach().clone()
        return w.detach().square().sum() / 2

    optimizer.step(evaluate)
    assert optimizer.decision.taken
    with pytest.raises(ValueError, match="has no prox for steps from"):
        ProxSGD([w], lr=0.1, penalty=NegativeSquare(np.array([0.1, 0.2])))


@pytest.mark.parametrize("fast", [True, False])
def test_sums_that_overflow_are_no_gradient_that_is_not_finite(fast):
    w = parameter(torch.ones(1000), torch.float32)
    optimizer = SR2([w], sigma0=1e38, fast=fast)

    def evaluate():
        w.grad = torch.full_like(w, 3e38)
        return torch.tensor(1.0)

    optimizer.step(evaluate)
    assert optimizer.skipped == 0 and not torch.isfinite(optimizer.sums.slope) and (w == 1).all()


@pytest.mark.parametrize("loss, told", [(None, "None"), (torch.ones(2), r"a tensor of shape \(2,\)")])
def test_a_loss_that_is_no_number_is_refused_where_it_was(loss, told):
    w = parameter()
    before = w.detach().clone()
    with pytest.raises(TypeError, match=f"must return the loss, one number; got {told}"):
        SR2([w]).step(lambda: loss)
    assert torch.equal(w, before)


def test_a_closure_without_backward_is_warned_about():
    w = parameter()
    with pytest.warns(UserWarning, match=r"has to call loss\.backward"):
        SR2([w]).step(lambda: w.square().sum())


def test_a_closure_that_raises_leaves_buffers_and_gradients():
    model = network()
    optimizer = SR2(model.parameters(), buffers=model.buffers())
    before, asked = snapshot(model), []

    def evaluate():
        loss = training(model, optimizer)()
        asked.append(loss)
        if len(asked) in (1, 3):
            raise RuntimeError("no more data")
        return loss

    for _ in range(2):
        with pytest.raises(RuntimeError, match="no more data"):
            optimizer.step(evaluate)
        assert all(torch.equal(a, b) for a, b in zip(before, snapshot(model), strict=True))
    assert all(p.grad is not None for p in model.parameters())


def test_a_loss_of_few_digits_is_warned_about_and_the_first_group_may_be_empty():
    w = torch.nn.Parameter(torch.ones(3))
    optimizer = SR2([{"params": []}, {"params": [w]}])

    def evaluate():
        optimizer.zero_grad()
        loss = (w * w).sum().bfloat16()
        loss.backward()
        return loss

    with pytest.warns(UserWarning, match=r"bfloat16 has few digits.*return loss.float\(\)"):
        optimizer.step(evaluate)


def test_buffers_that_are_none_are_refused():
    model = nn.BatchNorm1d(3)
    for given in ([None], model.state_dict().keys(), [1.0]):
        with pytest.raises(TypeError, match=r"SR2: buffers are the model, or its buffers\(\)"):
            SR2(model.parameters(), buffers=given)
