"""What SR2 refuses, warns about, or leaves as it was: numbers, closures and their losses."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
import torch
from torch import nn

from deep.optim import SR2
from tests.deep.optim.driving import parameter
from tests.deep.optim.test_sr2 import data, network, snapshot, training


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
