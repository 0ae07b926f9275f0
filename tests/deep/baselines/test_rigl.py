"""RigL keeps the density, drops small weights, grows by gradient, and leaves inactive weights out of everything."""

from __future__ import annotations

import io
import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from deep.baselines.densities import uniform
from deep.baselines.rigl import RigL


def task(dtype=torch.float32, device="cpu"):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 6, 3), nn.ReLU(), nn.Flatten(), nn.Linear(96, 20), nn.ReLU(), nn.Linear(20, 3))
    x, y = torch.randn(32, 1, 6, 6, dtype=dtype, device=device), torch.randint(3, (32,), device=device)
    return model.to(device, dtype), lambda m: F.cross_entropy(m(x), y)


def weights_of(model):
    return [p for p in model.parameters() if p.ndim > 1]


def rigl_for(model, optimizer=None, **settings):
    optimizer = optimizer or torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    settings = {"density": 0.2, "end": 40, "interval": 5, "generator": torch.Generator().manual_seed(1)} | settings
    return RigL(optimizer, weights_of(model), **settings)


def run(model, loss, rigl, steps):
    for _ in range(steps):
        rigl.optimizer.zero_grad()
        loss(model).backward()
        rigl.step()


OPTIMIZERS = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=1e-4),
    "Adam": lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.1),
    "AdamW maximising": lambda p: torch.optim.AdamW(p, lr=0.01, maximize=True),
}


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_density_is_constant_in_each_layer_while_the_connections_move(make):
    model, loss = task()
    rigl = rigl_for(model, make(model.parameters()))
    start = [mask.clone() for mask in rigl.masks]
    for _ in range(30):
        run(model, loss, rigl, 1)
        assert [int(mask.sum()) for mask in rigl.masks] == [int(mask.sum()) for mask in start]
        assert all(not w[~mask].any() for w, mask in zip(rigl.weights, rigl.masks, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(rigl.masks, start, strict=True))
    total = sum(mask.numel() for mask in start)
    assert sum(int(mask.sum()) for mask in start) == pytest.approx(0.2 * total, abs=len(start))


def test_an_update_drops_the_smallest_and_grows_the_largest_gradients():
    weight = nn.Parameter(torch.tensor([5.0, 0.1, 3.0, 0.2, 0.0, 0.0, 0.0, 0.0]))
    rigl = RigL(torch.optim.SGD([weight], lr=1.0), [weight], density=0.5, end=10**6, prune=0.5, interval=1, allocation=uniform)
    rigl.masks = [torch.tensor([True] * 4 + [False] * 4)]
    weight.data.copy_(torch.tensor([5.0, 0.1, 3.0, 0.2, 0.0, 0.0, 0.0, 0.0]))
    weight.grad = torch.tensor([9.0, 0.0, 9.0, 4.0, -7.0, 1.0, 2.0, 3.0])
    rigl.step()
    # dropped: 0.1 and 0.2; grown: the gradient -7, and 4 again, which keeps its value. No step of the optimizer.
    assert rigl.masks[0].tolist() == [True, False, True, True, True, False, False, False]
    assert weight.tolist() == pytest.approx([5.0, 0.0, 3.0, 0.2, 0.0, 0.0, 0.0, 0.0])


def test_grown_weights_start_at_zero_without_momentum_and_inactive_ones_have_none():
    model, loss = task()
    rigl = rigl_for(model, prune=1.0, allocation=uniform)
    run(model, loss, rigl, 4)
    before = [mask.clone() for mask in rigl.masks]
    run(model, loss, rigl, 1)
    for weight, old, new in zip(rigl.weights, before, rigl.masks, strict=True):
        momentum = rigl.optimizer.state[weight]["momentum_buffer"]
        assert (new & ~old).any()
        assert not weight[new & ~old].any()
        assert not momentum[new & ~old].any()
        assert not momentum[~new].any()


def test_between_updates_it_is_the_optimizer_on_the_active_weights():
    model, loss = task(torch.float64)
    rigl = rigl_for(model, torch.optim.SGD(model.parameters(), lr=0.1))
    before = [w.detach().clone() for w in rigl.weights]
    loss(model).backward()
    gradients = [w.grad.clone() for w in rigl.weights]
    bias = model[0].bias.detach() - 0.1 * model[0].bias.grad
    rigl.step()
    for old, g, mask, new in zip(before, gradients, rigl.masks, rigl.weights, strict=True):
        torch.testing.assert_close(new.detach(), old - 0.1 * g * mask)
    torch.testing.assert_close(model[0].bias.detach(), bias)


class OfUnitLength(torch.optim.Optimizer):
    """Not elementwise: what one weight does depends on the gradients of the others."""

    def step(self):
        for p in self.param_groups[0]["params"]:
            p.sub_(p.grad / p.grad.norm())


def test_gradients_of_inactive_weights_play_no_part():
    weight = nn.Parameter(torch.ones(4))
    rigl = RigL(OfUnitLength([weight], {}), [weight], density=0.5, end=10, allocation=uniform)
    weight.grad = torch.where(rigl.masks[0], 3.0, 1e6)
    rigl.step()
    torch.testing.assert_close(weight[rigl.masks[0]].detach(), torch.full((2,), 1 - 0.5**0.5))


def test_the_share_that_moves_follows_the_cosine_and_ends():
    model, loss = task()
    rigl = rigl_for(model, end=40, prune=0.3)
    assert rigl.fraction(0) == pytest.approx(0.3)
    assert rigl.fraction(20) == pytest.approx(0.15)
    assert rigl.fraction(10) == pytest.approx(0.15 * (1 + math.sqrt(0.5)))
    assert rigl.fraction(40) == rigl.fraction(99) == 0.0
    run(model, loss, rigl, 39)
    last = [mask.clone() for mask in rigl.masks]
    run(model, loss, rigl, 5)
    before = model[0].weight.detach().clone()
    run(model, loss, rigl, 1)
    assert rigl.t == 45
    assert not torch.equal(model[0].weight, before)
    assert all(torch.equal(a, b) for a, b in zip(last, rigl.masks, strict=True))


def test_only_the_share_given_moves_and_only_when_it_is_due():
    model, loss = task()
    rigl = rigl_for(model, interval=5, end=10**6, prune=0.3, allocation=uniform)
    before = [mask.clone() for mask in rigl.masks]
    run(model, loss, rigl, 4)
    assert all(torch.equal(a, b) for a, b in zip(before, rigl.masks, strict=True))
    run(model, loss, rigl, 1)
    moved = [int((a & ~b).sum()) for a, b in zip(before, rigl.masks, strict=True)]
    assert all(m <= 0.3 * int(b.sum()) for m, b in zip(moved, before, strict=True))
    assert max(moved) > 10


def test_it_trains():
    model, loss = task()
    rigl = rigl_for(model)
    start = loss(model).item()
    run(model, loss, rigl, 60)
    assert loss(model).item() < 0.5 * start


@pytest.mark.parametrize("steps", [7, 10])
def test_saved_and_loaded_it_continues_bit_for_bit_under_the_safe_default(steps):
    model, loss = task()
    rigl = rigl_for(model)
    run(model, loss, rigl, steps)
    file = io.BytesIO()
    torch.save({"model": model.state_dict(), "sgd": rigl.optimizer.state_dict(), "rigl": rigl.state_dict()}, file)
    run(model, loss, rigl, 12)
    file.seek(0)
    saved = torch.load(file, weights_only=True)
    other, _ = task()
    again = rigl_for(other, generator=torch.Generator().manual_seed(99))
    other.load_state_dict(saved["model"])
    again.optimizer.load_state_dict(saved["sgd"])
    again.load_state_dict(saved["rigl"])
    run(other, loss, again, 12)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), other.parameters(), strict=True))
    assert all(torch.equal(a, b) for a, b in zip(rigl.masks, again.masks, strict=True))


def test_a_state_of_another_model_is_refused():
    model, _ = task()
    with pytest.raises(ValueError, match="the masks have the shapes"):
        rigl_for(model).load_state_dict({"t": 3, "masks": [torch.ones(2, 2)]})


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float64])
def test_other_precisions(dtype):
    model, loss = task(dtype)
    rigl = rigl_for(model)
    run(model, loss, rigl, 11)
    assert all(not w[~mask].any() for w, mask in zip(rigl.weights, rigl.masks, strict=True))


@pytest.mark.parametrize("wrong", [{"prune": 1.5}, {"interval": 0}, {"end": -1}, {"density": 0.0}, {"density": 2.0}])
def test_settings_out_of_range_are_refused(wrong):
    model, _ = task()
    with pytest.raises(ValueError, match=r"RigL needs|density must be"):
        rigl_for(model, **wrong)


def test_a_weight_that_comes_twice_is_refused():
    """It would be left at the square of the density, where both masks are."""
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    model[1].weight = model[0].weight
    with pytest.raises(ValueError, match="a weight comes twice, as that of tied layers does"):
        RigL(torch.optim.SGD(model.parameters(), lr=0.1), [layer.weight for layer in model], density=0.5, end=10)


def test_weights_that_the_optimizer_does_not_hold_are_refused():
    model, _ = task()
    with pytest.raises(ValueError, match="all of them held by the optimizer"):
        RigL(torch.optim.SGD(model[0].parameters(), lr=0.1), weights_of(model), density=0.1, end=10)
