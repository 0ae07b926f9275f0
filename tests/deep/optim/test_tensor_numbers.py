"""Numbers of an optimizer in tensors: computed with in float64, looked at again when they are written in place."""

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.optim import RMDA, ProxGEN, ProxSGD  # noqa: E402
from verify.penalties import L1, L23  # noqa: E402

BOTH = pytest.mark.parametrize("fast", [True, False])


def test_a_float32_lam_on_float64_parameters_gives_the_same_zeros_compiled_and_plain():
    start = torch.linspace(0.0069999, 0.0070001, 20001, dtype=torch.float64)
    found = []
    for fast in (True, False):
        p = torch.nn.Parameter(start.clone())
        optimizer = ProxSGD([{"params": [p], "lam": torch.tensor(0.07)}], lr=torch.tensor(0.1), penalty=L1(1.0), fast=fast)
        p.grad = torch.zeros_like(p)
        optimizer.step()
        found.append(p.detach())
    assert torch.equal(found[0], found[1])
    assert 0 < int((found[0] == 0).sum()) < len(start)


@BOTH
def test_lr_may_be_a_tensor_of_inference_mode_and_a_change_of_it_restarts(fast):
    with torch.inference_mode():
        lr = torch.tensor(0.1)
    p = torch.nn.Parameter(torch.ones(3))
    optimizer = RMDA([p], lr=lr, momentum=0.1, penalty=L1(1e-3), restart_when="lr_changes", fast=fast)
    ages = []
    for value in (0.1, 0.1, 0.05):
        with torch.inference_mode():
            lr.fill_(value)
        p.grad = torch.ones_like(p)
        optimizer.step()
        ages.append(float(optimizer.state[p]["t"]))
    assert ages == [1, 2, 1]


@BOTH
@pytest.mark.parametrize("bad", [-1.0, math.nan])
def test_a_penaltys_own_tensor_is_checked_when_it_is_written_in_place(bad, fast):
    lam = torch.tensor(0.1)
    p = torch.nn.Parameter(torch.ones(3))
    optimizer = ProxSGD([p], lr=1.0, penalty=L1(lam), fast=fast)
    p.grad = torch.zeros(3)
    optimizer.step()
    lam.fill_(0.2)
    optimizer.step()
    assert torch.allclose(p.detach(), torch.full((3,), 0.7))
    lam.fill_(bad)
    with pytest.raises(ValueError, match="lam must be"):
        optimizer.step()
    assert torch.allclose(p.detach(), torch.full((3,), 0.7))


def test_a_parameter_that_is_one_number_has_state_of_its_dtype_also_after_a_cast():
    found = []
    for fast in (True, False):
        p = torch.nn.Parameter(torch.tensor(1.0))
        optimizer = ProxGEN([p], lr=0.1, penalty=L1(0.01), fast=fast)
        p.grad = torch.tensor(0.3)
        optimizer.step()
        p.grad, p.data = None, p.data.double()
        for k in range(5):
            p.grad = torch.tensor(0.1 * (k + 1), dtype=torch.float64)
            optimizer.step()
        assert optimizer.state[p]["m"].dtype == torch.float64
        found.append(p.item())
    assert found[0] == pytest.approx(found[1], rel=1e-14)


def test_the_state_of_a_number_in_float32_is_float32_where_its_prox_is_in_float64():
    p = torch.nn.Parameter(torch.tensor(1.0))
    optimizer = RMDA([p], lr=0.1, momentum=0.1, penalty=L23(0.01), fast=False)
    for _ in range(2):
        p.grad = torch.tensor(0.1)
        optimizer.step()
    kinds = {name: v.dtype for name, v in optimizer.state[p].items() if name in ("V", "anchor")}
    assert set(kinds.values()) == {torch.float32}
