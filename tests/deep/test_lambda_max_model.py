"""lambda_max in a network: it is as before afterwards, and each layer is taken alone where zero passes no signal."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from deep.groups import groups
from deep.lambda_max import lambda_max
from tests.deep.optim.driving import differentiated
from verify.penalties import L1


def deep_net():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 1))
    x, y = torch.randn(16, 4), torch.randn(16, 1)
    return model, differentiated(model, lambda: F.mse_loss(model(x), y))


def test_weights_buffers_and_gradients_are_as_before():
    model, closure = deep_net()
    closure()
    before = {k: v.clone() for k, v in model.state_dict().items()}
    gradients = [p.grad.clone() for p in model.parameters()]
    lambda_max(model, closure, groups(model, L1(1.0)), together=False)
    assert all(torch.equal(before[k], v) for k, v in model.state_dict().items())
    assert all(torch.equal(g, p.grad) for g, p in zip(gradients, model.parameters(), strict=True))


def test_buffers_that_a_pass_binds_anew_are_as_before():
    class Running(nn.Linear):
        def forward(self, x):
            y = super().forward(x)
            self.mean = self.mean + y.detach().mean() + 1
            return y

    model = Running(4, 1)
    model.register_buffer("mean", mean := torch.zeros(()))
    lambda_max(model, differentiated(model, lambda: model(torch.ones(2, 4)).square().mean()), groups(model, L1(1.0)))
    assert model.mean is mean
    assert mean == 0


def test_in_deep_nets_all_zero_passes_no_signal_and_each_layer_is_taken_alone():
    model, closure = deep_net()
    for layer in (model[0], model[1]):
        nn.init.zeros_(layer.bias)  # the mean of equal biases may be an ulp off, which batch norm then magnifies
    with pytest.warns(UserWarning, match="stationary without a penalty; see together=False"):
        assert lambda_max(model, closure, groups(model, L1(1.0))) == 0
    lam = lambda_max(model, closure, groups(model, L1(1.0)), together=False)
    sizes = []
    for layer in (model[0], model[3]):
        kept = layer.weight.detach().clone()
        sizes.append(gradient_at_zero_of(layer, closure))
        layer.weight.data.copy_(kept)
    assert lam == pytest.approx(max(sizes), rel=1e-6)


def gradient_at_zero_of(layer, closure):
    nn.init.zeros_(layer.weight)
    closure()
    return layer.weight.grad.abs().max().item()
