"""Momentum that is 0 at first: what an average begins at when it begins late."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from deep.optim import ProxGEN, ProxSGD
from tests.deep.optim.driving import parameter, run


def test_momentum_is_read_at_each_step_and_may_begin_late():
    w, v = parameter(), parameter()
    optimizer, torchs = ProxSGD([w], 0.1), torch.optim.SGD([v], 0.1)
    for k, momentum in enumerate((0.0, 0.0, 0.9, 0.5, 0.0, 0.9), 1):
        optimizer.param_groups[0]["momentum"] = torchs.param_groups[0]["momentum"] = momentum
        if momentum or k < 3:
            run(optimizer, [w], 1, k)
            run(torchs, [v], 1, k)
    torch.testing.assert_close(w, v, rtol=0, atol=1e-14)
    optimizer.param_groups[0]["momentum"] = 0.0
    run(optimizer, [w], 1)
    assert torch.equal(optimizer.state[w]["v"], w.grad)


LATE = (0.0, 0.0, 0.9, 0.9)


@pytest.mark.parametrize("fast", [False, True])
def test_an_average_of_gradients_that_begins_late_begins_at_a_gradient(fast):
    w = parameter(np.zeros(3))
    optimizer = ProxGEN([w], lr=0.1, momentum=0.0, beta=0.5, maximize=True, fast=fast)
    v, m, expected = 0.0, 0.0, np.zeros(3)
    for k, momentum in enumerate(LATE, 1):
        optimizer.param_groups[0]["momentum"] = momentum
        w.grad = torch.full_like(w, float(k))
        optimizer.step()
        v, m = 0.5 * v + 0.5 * k**2, momentum * m + (1 - momentum) * k if k > 3 else k
        expected += 0.1 * m / (np.sqrt(v / (1 - 0.5**k)) + 1e-8)
        assert ("m" in optimizer.state[w]) == (k > 2)
    np.testing.assert_allclose(w.detach().numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize(
    "kind", [{"preconditioner": None}, {"delta": 1e-30}, {"delta": 1e-30, "bias_correction": False, "beta": 0.0}]
)
@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16], ids=str)
def test_equal_gradients_make_equal_steps_when_momentum_begins_late(kind, dtype):
    """As in ProxGEN's Algorithm 1 with momenta 0, 0, 0.9, 0.9; plain, compiled, and saved and loaded on the way."""
    found = []
    for way in ("plain", "compiled", "loaded"):
        w = parameter(np.zeros(3), dtype)
        optimizer = ProxGEN([w], 0.25, 0.0, **kind, fast=way != "plain")
        points = [w.detach().clone()]
        for momentum in LATE:
            if way == "loaded":
                saved, optimizer = optimizer.state_dict(), ProxGEN([w], **kind)
                optimizer.load_state_dict(saved)
            optimizer.param_groups[0]["momentum"] = momentum
            w.grad = torch.ones_like(w)
            optimizer.step()
            points.append(w.detach().clone())
        found.append(torch.stack(points))
    assert torch.equal(found[0], found[1])
    assert torch.equal(found[0], found[2])
    torch.testing.assert_close(found[0][:, 0].double(), -0.25 * torch.arange(5, dtype=torch.float64), rtol=1e-12, atol=0)


def test_an_average_of_gradients_that_begins_at_once_begins_at_0():
    w = parameter(np.zeros(3))
    optimizer = ProxGEN([w], lr=1.0, momentum=0.9, preconditioner=None)
    w.grad = torch.ones_like(w)
    optimizer.step()
    assert w[0].item() == pytest.approx(-0.1)
