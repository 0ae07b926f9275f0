"""lambda_max in a network: it is as before afterwards, and each layer is taken alone where zero passes no signal."""

from __future__ import annotations

import warnings

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


def test_a_factor_of_the_last_layer_alone_is_told_from_that_of_a_net():
    """Biases carry a signal to the last layer: its factor was returned for the net's, ten times too small, without a word."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 5), nn.ReLU(), nn.Linear(5, 1))
    data = (torch.randn(16, 4), torch.randn(16, 1))
    with pytest.warns(UserWarning, match="no gradient reaches 2 of 3 tensors: .*; together=False takes each alone"):
        found = lambda_max(model, data, loss=F.mse_loss)
    assert found > 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert lambda_max(model, data, loss=F.mse_loss, together=False) > 0


def gradient_at_zero_of(layer, closure):
    nn.init.zeros_(layer.weight)
    closure()
    return layer.weight.grad.abs().max().item()


def frozen_backbone():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 3))
    model[0].requires_grad_(False)
    return model, (torch.randn(40, 6), torch.randint(3, (40,)))


@pytest.mark.parametrize("together", [True, False])
def test_frozen_weights_are_as_they_are_whatever_their_group(together):
    """No optimizer moves them: at zero they passed no signal, and a scale of 0 was found."""
    model, data = frozen_backbone()
    wanted = lambda_max(model, data, groups(model, L1(1.0), free=("bias", "0.weight")))
    assert wanted > 0.01
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert lambda_max(model, data, groups(model, L1(1.0)), together=together) == wanted


def test_where_all_that_is_penalised_is_frozen_there_is_no_such_factor():
    model, data = frozen_backbone()
    model[2].weight.requires_grad_(False)
    with pytest.raises(ValueError, match="every parameter that has a penalty is frozen"):
        lambda_max(model, data)


def test_data_that_can_be_gone_through_once_are_refused_where_each_layer_is_taken_alone():
    model, (x, y) = frozen_backbone()
    batches = [(x[:20], y[:20]), (x[20:], y[20:])]
    wanted = lambda_max(model, batches)
    assert lambda_max(model, iter(batches)) == wanted
    assert lambda_max(model, iter(batches), together=False) == wanted  # of one penalised tensor
    model.requires_grad_(True)
    with pytest.raises(TypeError, match=r"once for each of 2 tensors, and a generator can .*: give a list of batches"):
        lambda_max(model, (batch for batch in batches), together=False)


def test_a_sparse_gradient_is_refused_as_by_the_optimizers():
    model = nn.Sequential(nn.Embedding(10, 4, sparse=True), nn.Flatten(), nn.Linear(12, 3))
    before = [p.clone() for p in model.parameters()]
    with pytest.raises(TypeError, match=r"lambda_max: gradients must be dense; got torch.sparse_coo .*: use sparse=False"):
        lambda_max(model, (torch.randint(10, (20, 3)), torch.randint(3, (20,))), together=False)
    assert all(torch.equal(a, b) and b.grad is None for a, b in zip(before, model.parameters(), strict=True))
