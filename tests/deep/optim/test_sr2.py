"""SR2 as a model sees it: what a rejected step leaves behind is nothing."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from deep.groups import groups
from deep.optim import SR2
from tests.deep.optim.driving import closure, differentiated, parameter, run
from verify.penalties import L1

TRIES = [0.01, 30.0]  # sigma: a step that is far too long, and one that is taken


def network(dropout=0.0):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(dropout), nn.Linear(8, 1)).double()


def data():
    x = torch.randn(32, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    return x, x[:, :1] * x[:, 1:2]


def training(model, optimizer):
    x, y = data()
    return differentiated(optimizer, lambda: nn.functional.mse_loss(model(x), y))


def snapshot(model):
    return [value.clone() for value in model.state_dict().values()]


GIVEN = {
    "buffers": lambda model: (model.parameters(), {"buffers": model.buffers()}),
    "named buffers": lambda model: (model.parameters(), {"buffers": model.named_buffers()}),
    "by name": lambda model: (model.parameters(), {"buffers": dict(model.named_buffers())}),
    "model": lambda model: (model.parameters(), {"buffers": model}),
    "groups of the model": lambda model: (groups(model, L1(1e-3)), {}),
}


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN.keys())
@pytest.mark.parametrize("sigma", TRIES)
def test_a_rejected_step_restores_parameters_buffers_and_batch_norm(sigma, given):
    model = network()
    params, buffers = given(model)
    optimizer = SR2(params, sigma0=sigma, penalty=L1(1e-3), **buffers)
    before = snapshot(model)
    optimizer.step(training(model, optimizer))
    after = zip(model.state_dict(), before, snapshot(model), strict=True)
    same = {name for name, a, b in after if torch.equal(a, b)}
    if sigma == TRIES[0]:
        assert optimizer.decision.failed and same == set(model.state_dict())
        assert optimizer.sigma == pytest.approx(2.95 * sigma)
    else:  # the gradient of a bias before a batch norm is zero but for rounding
        assert optimizer.decision.taken and same <= {"0.bias"}


def test_a_step_that_is_taken_has_updated_batch_norm_once_at_the_new_weights():
    model = network()
    optimizer = SR2(model.parameters(), sigma0=TRIES[1], buffers=model.buffers())
    optimizer.step(training(model, optimizer))
    expected = network()
    for p, q in zip(expected.parameters(), model.parameters(), strict=True):
        p.data.copy_(q)
    expected(data()[0])
    assert model[1].num_batches_tracked == 1
    for a, b in zip(expected.buffers(), model.buffers(), strict=True):
        assert torch.equal(a, b)


def test_the_buffers_of_a_model_are_those_of_now():
    model = network()
    optimizer = SR2(model.parameters(), sigma0=TRIES[0], buffers=model)
    model.float().double()
    before = snapshot(model)
    optimizer.step(training(model, optimizer))
    assert optimizer.decision.failed
    assert all(torch.equal(a, b) for a, b in zip(before, snapshot(model), strict=True))


def test_without_the_buffers_batch_norm_keeps_both_evaluations():
    model = network()
    optimizer = SR2(model.parameters(), sigma0=TRIES[0])
    optimizer.step(training(model, optimizer))
    assert model[1].num_batches_tracked == 2


def test_both_evaluations_see_the_same_dropout():
    model = network(dropout=0.5)
    seen = []
    model[3].register_forward_hook(lambda module, inputs, output: seen.append(output != 0))
    optimizer = SR2(model.parameters(), sigma0=1e12, buffers=model.buffers())
    optimizer.step(training(model, optimizer))
    first, second = seen
    assert torch.equal(first, second)
    optimizer.step(training(model, optimizer))
    assert not torch.equal(seen[2], first)


@pytest.mark.parametrize("sigma", TRIES)
def test_gradients_are_left_as_they_were_at_the_weights_before(sigma):
    w = parameter()
    optimizer = SR2([w], sigma0=sigma)
    closure(optimizer, [w], 1)()
    expected = w.grad.clone()
    optimizer.step(closure(optimizer, [w], 1))
    assert torch.equal(w.grad, expected)


def test_a_loss_without_gradients_for_the_trial_gives_the_same_steps():
    w, v = parameter(), parameter()
    one, two = SR2([w], penalty=L1(0.1)), SR2([v], penalty=L1(0.1))
    run(one, [w], 20)
    for k in range(1, 21):
        calls = []

        def evaluate(k=k, calls=calls):
            calls.append(torch.is_grad_enabled())
            with torch.enable_grad():
                return closure(
                    torch.optim.SGD([v.detach().clone().requires_grad_()]), [v.detach().clone().requires_grad_()], k
                )()

        two.step(closure(two, [v], k), evaluate)
        assert calls == [False]
    assert torch.equal(w, v)


def test_an_exception_at_the_trial_leaves_everything_as_it_was():
    model = network()
    optimizer = SR2(model.parameters(), sigma0=TRIES[1], buffers=model.buffers())
    before = snapshot(model)

    def broken():
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="memory"):
        optimizer.step(training(model, optimizer), broken)
    assert all(torch.equal(a, b) for a, b in zip(before, snapshot(model), strict=True))
    assert optimizer.sigma == TRIES[1]


def test_sigma_grows_until_a_step_is_taken_and_falls_to_its_least():
    w = parameter()
    optimizer = SR2([w], sigma0=1e-3, sigma_min=1e-4)
    sigmas = [float(optimizer.sigma)]
    while not len(sigmas) > 1 or optimizer.decision.failed:
        before = w.detach().clone()
        optimizer.step(closure(optimizer, [w]))
        sigmas.append(float(optimizer.sigma))
        assert torch.equal(before, w) == bool(optimizer.decision.failed)
    assert len(sigmas) > 3
    assert sigmas[1] == pytest.approx(2.95 * sigmas[0])

    flat = parameter([1.0])
    optimizer = SR2([flat], sigma0=1.0, sigma_min=0.5)
    for _ in range(10):
        optimizer.step(differentiated(optimizer, flat.sum))
    assert optimizer.sigma == 0.5


def test_a_trial_with_a_loss_that_is_not_finite_is_rejected():
    w = parameter([1.0])
    optimizer = SR2([w], sigma0=0.5)
    optimizer.step(differentiated(optimizer, lambda: w.log().sum()))
    assert w == 1
    assert optimizer.sigma == pytest.approx(2.95 * 0.5)


@pytest.mark.parametrize("fast", [True, False])
def test_a_trial_whose_loss_explodes_is_rejected_whatever_its_rounding_could_hide(fast):
    """In float32 the loss is 1 and then 1e13, eight roundings of which are more than the step promised."""
    model = network().float()
    optimizer = SR2(model.parameters(), sigma0=1e-4, sigma_min=1e-4, buffers=model, fast=fast)
    before, (x, y), losses = snapshot(model), [part.float() for part in data()], []

    def loss():
        losses.append(nn.functional.mse_loss(model(x), y))
        return losses[-1]

    optimizer.step(differentiated(optimizer, loss))
    assert losses[1] > 1e10
    assert optimizer.sums.penalty - optimizer.sums.slope < optimizer.decision.lost
    assert optimizer.decision.failed and not optimizer.decision.still
    assert all(torch.equal(a, b) for a, b in zip(before, snapshot(model), strict=True))
    assert optimizer.sigma == pytest.approx(2.95e-4)


def test_a_run_in_float32_goes_on_from_trials_that_explode():
    """f = -w + max(w, 0)^6: from w < 0 the steps grow until one lands far up the other side."""
    w = parameter([-200.0], torch.float32)
    optimizer = SR2([w])

    def loss():
        return (w.clamp(min=0) ** 6 - w).sum()

    for _ in range(200):
        optimizer.step(differentiated(optimizer, loss))
    assert w.item() == pytest.approx((1 / 6) ** 0.2, abs=1e-3)


@pytest.mark.parametrize("fast", [True, False])
def test_a_large_weight_does_not_hold_up_a_small_one(fast):
    """The steps of v are below eight roundings of all weights together; what they do to the loss is not."""
    large, v = parameter([1e6], torch.float32), parameter([0.0], torch.float32)
    optimizer = SR2([large, v], sigma0=10.0, fast=fast)
    for _ in range(200):
        optimizer.step(differentiated(optimizer, lambda: (v - 3).square().sum() / 2 + 0 * large.sum()))
    assert v.item() == pytest.approx(3, abs=1e-2)


@pytest.mark.parametrize("fast", [True, False])
def test_steps_use_the_same_memory_again(fast, monkeypatch):
    w = parameter()
    optimizer = SR2([w], sigma0=1e-3, fast=fast)
    here, made = w.data_ptr(), []
    monkeypatch.setattr(torch, "empty_like", lambda *a, new=torch.empty_like, **o: made.append(1) or new(*a, **o))
    for k in range(6):
        optimizer.step(closure(optimizer, [w], k))
        assert w.data_ptr() == here
    assert len(made) == 1
    assert "_copies" not in optimizer.__getstate__()


def test_a_loss_that_is_a_number_keeps_its_digits():
    """f(w) - f(y) of losses near 1e6, which float32 would round to sixteenths."""
    w = torch.nn.Parameter(torch.ones(3, dtype=torch.float64))
    w.grad = torch.ones_like(w)
    losses = iter([1e6 + 0.01, 1e6])
    optimizer = SR2([w])
    optimizer.step(lambda: next(losses))
    assert float(optimizer.sums.loss) == pytest.approx(0.01, rel=1e-6)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_near_a_solution_the_rounding_of_the_losses_fails_no_step(dtype):
    """f + R is about 5 there, and sigma = 1 is above L: no step fails but for rounding."""
    generator = torch.Generator().manual_seed(0)
    A, b = torch.randn(200, 20, generator=generator).to(dtype), 3 * torch.randn(200, generator=generator).to(dtype)
    A /= 1.5
    assert torch.linalg.eigvalsh(A.T @ A / 200)[-1] < 1
    w = torch.nn.Parameter(torch.zeros(20, dtype=dtype))
    optimizer = SR2([w], sigma0=1.0, sigma_min=1.0, penalty=L1(1e-2))
    evaluate = differentiated(optimizer, lambda: (A @ w - b).square().mean() / 2)
    failed = []
    for _ in range(100):
        optimizer.step(evaluate)
        failed.append(bool(optimizer.decision.failed))
    assert not any(failed)
    assert optimizer.sigma == 1
    assert optimizer.decision.still
    g, x = w.grad, w.detach()  # stationary up to what the losses show, 8 eps f
    gap = torch.where(x == 0, (g.abs() - 1e-2).clamp(min=0), g + 1e-2 * x.sign())
    assert gap.double().square().sum() < 32 * torch.finfo(dtype).eps * float(evaluate().detach())


@pytest.mark.parametrize("maximize", [False, True])
def test_sums_of_a_large_tensor_are_those_of_float64(maximize):
    """Compiled sums of float32 entries are made in pieces: against the same in float64."""
    generator = torch.Generator().manual_seed(0)
    start, g = torch.randn(100_003, generator=generator), torch.randn(100_003, generator=generator)
    found = []
    for dtype in (torch.float32, torch.float64):
        w = torch.nn.Parameter(start.to(dtype))
        w.grad = g.to(dtype)
        optimizer = SR2([w], penalty=L1(0.01), maximize=maximize)
        optimizer.step(lambda: torch.zeros(()))
        found.append(torch.stack([*optimizer.sums]))
    assert torch.allclose(*found, rtol=2e-6, atol=1e-6 * float(found[1].abs().max()))
    assert found[1].count_nonzero() == 5


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("shape", [(3,), (9,), (2, 3)], ids=str)
def test_a_weight_may_be_given_another_shape_between_steps(shape, fast):
    """A step that is rejected puts back what it is now: the memory for it was of the first one's length."""
    w = parameter([1.0] * 6)
    optimizer = SR2([w], sigma0=1e-3, penalty=L1(0.01), fast=fast)
    evaluate = differentiated(optimizer, lambda: torch.sum(w**4))
    optimizer.step(evaluate)
    w.grad, w.data = None, torch.linspace(1, 2, torch.Size(shape).numel(), dtype=w.dtype).reshape(shape)
    before = w.detach().clone()
    optimizer.step(evaluate)
    assert optimizer.decision.failed
    assert torch.equal(w, before)
    assert [copy.shape for copy in optimizer._copies.values()] == [w.shape]
