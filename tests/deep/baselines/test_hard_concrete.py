"""Hard concrete gates: their law, the expected l0, and what is left when training is over."""

from __future__ import annotations

import io

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from deep.baselines.hard_concrete import HardConcrete, add_gates, expected_l0, make_permanent, permanent


def gates_at(log_alpha, count):
    gates = HardConcrete(torch.ones(count, dtype=torch.float64))
    nn.init.constant_(gates.log_alpha, log_alpha)
    return gates


@pytest.mark.parametrize("log_alpha", [-4.0, -1.6, 0.0, 0.9, 4.0])
def test_the_expected_l0_is_the_mean_number_of_gates_that_open(log_alpha):
    torch.manual_seed(0)
    gates = gates_at(log_alpha, 200_000)
    open_share = gates.expected_l0().item() / 200_000
    drawn = (gates.sample() > 0).double().mean().item()
    assert drawn == pytest.approx(open_share, abs=4 * (open_share * (1 - open_share) / 200_000) ** 0.5)
    assert 0.003 < open_share < 0.999


@pytest.mark.parametrize("log_alpha", [-1.0, 0.0, 2.0])
def test_the_gates_have_the_law_of_a_stretched_and_cut_binary_concrete_variable(log_alpha):
    """P(z <= c) = sigmoid(beta logit((c - gamma)/(zeta - gamma)) - log_alpha) for c in [0, 1), then 1."""
    torch.manual_seed(1)
    z = gates_at(log_alpha, 100_000).sample()
    assert z.min() == 0
    assert z.max() == 1
    for c in (0.0, 0.2, 0.5, 0.9, 0.999999):
        law = torch.sigmoid(2 / 3 * torch.logit(torch.tensor((c + 0.1) / 1.2)) - log_alpha).item()
        assert (z <= c).double().mean().item() == pytest.approx(law, abs=4 * (law * (1 - law) / 100_000) ** 0.5)


def test_evaluation_is_deterministic_with_exact_zeros_and_ones():
    layer = nn.Linear(4, 1, bias=False)
    nn.init.ones_(layer.weight)
    gates = add_gates(layer)
    gates.log_alpha.data = torch.tensor([[-5.0, 0.0, 5.0, -2.0]])
    layer.eval()
    wanted = [[0.0, 0.5, 1.0, 1.2 / (1 + torch.e**2) - 0.1]]
    assert torch.equal(layer.weight, layer.weight)
    assert layer.weight[0, 0] == 0
    assert layer.weight[0, 2] == 1
    torch.testing.assert_close(layer.weight.detach(), torch.tensor(wanted))
    layer.train()
    assert not torch.equal(layer.weight, layer.weight)


@pytest.mark.parametrize(
    ("by", "shape", "size"), [(None, (4, 3, 2, 2), 1), ("channel", (1, 3, 1, 1), 16), ((1,), (4, 1, 2, 2), 3)]
)
def test_a_gate_a_group_counts_the_weights_of_its_group(by, shape, size):
    layer = nn.Conv2d(3, 4, 2)
    gates = add_gates(layer, by=by)
    assert gates.log_alpha.shape == shape
    nn.init.constant_(gates.log_alpha, 50.0)
    assert expected_l0(layer).item() == pytest.approx(48)
    assert gates.group_size == size


def test_the_expected_l0_of_a_model_is_the_sum_over_its_gates_and_has_a_gradient():
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    first, second = add_gates(model[0]), add_gates(model[1], by="column")
    assert expected_l0(model).item() == pytest.approx((first.expected_l0() + second.expected_l0()).item())
    expected_l0(model).backward()
    assert (first.log_alpha.grad > 0).all()
    assert (second.log_alpha.grad > 0).all()


@pytest.mark.parametrize("droprate", [0.2, 0.5, 0.9])
def test_gates_start_near_the_droprate(droprate):
    torch.manual_seed(0)
    gates = HardConcrete(torch.ones(100, 100), droprate=droprate)
    assert torch.sigmoid(gates.log_alpha).mean().item() == pytest.approx(1 - droprate, abs=1e-3)


def trained(lam):
    """Linear regression on 10 inputs of which 3 matter."""
    torch.manual_seed(0)
    x = torch.randn(200, 10)
    layer = nn.Linear(10, 1, bias=False)
    y = 3 * x[:, :3].sum(dim=1, keepdim=True)
    add_gates(layer, by="column")
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.05)
    for _ in range(300):
        optimizer.zero_grad()
        (F.mse_loss(layer(x), y) + lam * expected_l0(layer)).backward()
        optimizer.step()
    return layer


def test_training_closes_the_gates_of_inputs_that_do_not_matter():
    layer = trained(0.3)
    make_permanent(layer)
    assert (layer.weight[0] != 0).tolist() == [True] * 3 + [False] * 7
    assert set(layer.state_dict()) == {"weight"}
    free = trained(0.0)
    make_permanent(free)
    assert (free.weight[0] != 0).sum() > 3


def test_what_is_made_permanent_is_the_weight_of_evaluation_whatever_the_mode():
    torch.manual_seed(0)
    layer = nn.Linear(20, 20)
    add_gates(layer)
    evaluated = layer.eval().weight.detach().clone()
    make_permanent(layer.train())
    assert torch.equal(layer.weight, evaluated)
    assert layer.training


def test_a_permanent_copy_leaves_the_gates_of_the_model():
    model = nn.Sequential(nn.Linear(20, 20), nn.Linear(20, 20))
    add_gates(model[0])
    used = permanent(model)
    assert set(used.state_dict()) == {"0.weight", "0.bias", "1.weight", "1.bias"}
    assert torch.equal(used[0].weight, model.eval()[0].weight)
    assert not torch.equal(used[0].weight, model.train()[0].weight)
    assert permanent(used) is used


def test_gates_come_back_from_a_state_dict_under_the_safe_default():
    layer, other = trained(0.3), nn.Linear(10, 1, bias=False)
    add_gates(other, by="column")
    file = io.BytesIO()
    torch.save(layer.state_dict(), file)
    file.seek(0)
    other.load_state_dict(torch.load(file, weights_only=True))
    assert torch.equal(layer.eval().weight, other.eval().weight)
    for part in (layer, other):
        part.train()
        torch.manual_seed(3)
        part.drawn = part.weight.detach()
    assert torch.equal(layer.drawn, other.drawn)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float64])
def test_other_precisions(dtype):
    layer = nn.Linear(3, 2).to(dtype)
    add_gates(layer)
    assert layer(torch.ones(1, 3, dtype=dtype)).dtype == dtype
    assert expected_l0(layer).dtype == dtype


def test_what_does_not_fit_is_an_error():
    with pytest.raises(ValueError, match="Linear has no grouping 'kernel'"):
        add_gates(nn.Linear(3, 2), by="kernel")
    with pytest.raises(ValueError, match=r"droprate must be in \(0, 1\); got 1"):
        add_gates(nn.Linear(3, 2), droprate=1.0)
    with pytest.raises(ValueError, match=r"axes \[2\] do not exist in a weight of shape \(2, 3\)"):
        add_gates(nn.Linear(3, 2), by=(0, 2))
    with pytest.raises(ValueError, match="ReLU has no weight to be gated"):
        add_gates(nn.ReLU())
    with pytest.raises(ValueError, match="no gates"):
        expected_l0(nn.Linear(3, 2))
