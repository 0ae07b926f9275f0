"""SR2 and what belongs to a model but not to the optimizer: buffers that a forward pass binds anew, and other parameters."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from deep.optim import SR2
from verify.penalties import L1

TRIES = [0.01, 1e4]  # sigma: a step that is far too long, and one that is taken


class Running(nn.Module):
    """One buffer is bound to a new tensor in each pass, one is written in place, one is made by the first pass."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.layer = nn.Linear(3, 1)
        self.register_buffer("mean", torch.zeros(()))
        self.register_buffer("count", torch.zeros(()))
        self.register_buffer("last", None)

    def forward(self, x):
        y = self.layer(x)
        self.mean = 0.9 * self.mean + 0.1 * y.detach().mean()
        self.count += 1
        self.last = y.detach()
        return y


def loss_of(model, *optimizers):
    x = 10 * torch.randn(8, 3, generator=torch.Generator().manual_seed(1))

    def evaluate():
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss = (model(x) - 1).square().mean()
        loss.backward()
        return loss

    return evaluate


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("sigma", TRIES)
def test_buffers_that_a_pass_binds_anew_are_those_of_the_point_that_is_taken(sigma, fast):
    model = Running()
    optimizer = SR2(model.parameters(), sigma, penalty=L1(1e-3), buffers=model, fast=fast)
    mean = model.mean
    optimizer.step(loss_of(model, optimizer))
    assert bool(optimizer.decision.taken) == (sigma == TRIES[1])
    if optimizer.decision.taken:
        alone = Running()
        alone.layer.load_state_dict(model.layer.state_dict())
        loss_of(alone)()
        assert all(torch.equal(a, b) for a, b in zip(model.buffers(), alone.buffers(), strict=True))
    else:
        assert model.mean is mean and (mean, model.count, model.last) == (0, 0, None)


def test_an_exception_at_the_trial_puts_buffers_back_that_were_bound_anew():
    model = Running()
    optimizer = SR2(model.parameters(), TRIES[1], buffers=model)
    evaluate, calls = loss_of(model, optimizer), []

    def broken():
        calls.append(evaluate())
        if len(calls) == 2:
            raise RuntimeError("out of memory")
        return calls[0]

    with pytest.raises(RuntimeError, match="memory"):
        optimizer.step(broken)
    assert (model.mean, model.count, model.last) == (0, 0, None)


@pytest.mark.parametrize("sigma", TRIES)
def test_gradients_of_the_models_other_parameters_are_left_as_they_were_at_the_weights_before(sigma):
    model = Running()
    optimizer = SR2([model.layer.weight], sigma, buffers=model)
    loss_of(model, optimizer)()
    expected = model.layer.bias.grad.clone()
    model.layer.bias.grad = None
    optimizer.step(loss_of(model, optimizer))  # which does not clear the bias's
    assert torch.equal(model.layer.bias.grad, expected)
