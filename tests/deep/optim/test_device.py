"""On a device: a step never waits for it, and a bad gradient changes nothing there.

The meta device stands for one: it has no values, so that whatever would read one on the host fails.
"""

from __future__ import annotations

from contextlib import nullcontext

import pytest
import torch
from torch.overrides import TorchFunctionMode

from deep.optim import MRDA, RMDA, SR2, ProxGEN, ProxSGD
from deep.optim.bucket import PIECE
from deep.optim.nonfinite import Nonfinite
from tests.deep.optim.driving import closure, parameter, run, values
from tests.deep.optim.table import TABLE
from verify.penalties import L1, L12, MCP, GroupL2

over_table = pytest.mark.parametrize("entry", TABLE.values(), ids=TABLE.keys())
on_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
PENALTIES = [L1(0.1), MCP(0.1, 3.0), L12(0.1), GroupL2(0.1, axes=(0,))]


class FromTheHost(TorchFunctionMode):
    """Lists what makes a tensor on the device from numbers of the host: a copy for which the host waits."""

    def __init__(self, device):
        super().__init__()
        self.device, self.seen = device, []

    def __torch_function__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        makes = function in (torch.tensor, torch.as_tensor, torch.Tensor.new_tensor, torch.Tensor.to)
        had = any(isinstance(a, torch.Tensor) and a.device.type == self.device for a in args[:1])
        if makes and not had and isinstance(out, torch.Tensor) and out.device.type == self.device:
            self.seen.append(function)
        return out


@over_table
def test_a_step_neither_reads_from_the_device_nor_copies_numbers_to_it(entry, monkeypatch):
    monkeypatch.setattr("deep.optim.sr2.same_random_numbers", lambda params: nullcontext())
    for penalty in PENALTIES if entry.kind.penalised else [None]:
        w = torch.nn.Parameter(torch.empty(6, 5, device="meta"))
        optimizer = entry.make([w], penalty, nonfinite="skip")
        flag = torch.empty((), dtype=torch.bool, device="meta")
        optimizer.nonfinite.guard = lambda grads, flag=flag: (True, flag)
        take(optimizer, w)
        with FromTheHost("meta") as host:
            take(optimizer, w)
        assert not host.seen


def take(optimizer, w):
    def evaluate():
        w.grad = torch.empty_like(w)
        return w.detach().sum()

    if isinstance(optimizer, SR2):
        optimizer.step(evaluate)
    else:
        evaluate()
        optimizer.step()


@over_table
@pytest.mark.parametrize("fast", [True, False])
def test_steps_on_the_cpu_do_not_ask_for_the_default_device(entry, fast):
    """Large enough to be taken in pieces."""
    w, v = (torch.nn.Parameter(torch.linspace(-1, 1, PIECE + 2).reshape(2, -1)) for _ in range(2))
    optimizer, other = (entry.make([p], L1(0.01) if entry.kind.penalised else None, fast=fast) for p in (w, v))
    gradient = torch.ones_like(w)

    def take(optimizer, p):
        p.grad = gradient
        optimizer.step((lambda: gradient.square().mean()) if entry.kind is SR2 else None)

    for _ in range(3):
        take(other, v)
    try:
        torch.set_default_device("meta")
        for _ in range(3):
            take(optimizer, w)
        assert (optimizer.nonfinite.skipped, optimizer.prox_point(w).device.type) == (0, "cpu")
    finally:
        torch.set_default_device(None)
    assert torch.equal(w, v)


@over_table
@pytest.mark.parametrize("fast", [True, False])
def test_under_a_false_condition_nothing_changes_and_under_a_true_one_the_step_counts(entry, fast):
    if entry.kind is SR2:
        pytest.skip("has its own step")
    penalty = L1(0.05) if entry.kind.penalised else None
    w, v = parameter(), parameter()
    guarded, plain = (entry.make([p], penalty, fast=fast) for p in (w, v))
    for k in range(1, 6):
        run(plain, [v], 1, k)
        closure(guarded, [w], k)()
        good = w.grad.clone()
        with torch.no_grad():
            [bucket] = guarded._buckets()
            before = [t.clone() for t in (w, *guarded.state[w].values())]
            w.grad.fill_(torch.nan)
            guarded._run(bucket, torch.tensor(False))
            after = [w, *guarded.state[w].values()][: len(before)]  # momentum keeps its v from here on
            assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
            w.grad.copy_(good)
            guarded._run(bucket, torch.tensor(True))
    assert torch.equal(w, v)


@on_cuda
@over_table
def test_a_device_gives_the_steps_of_the_cpu_without_waiting(entry):
    for penalty in PENALTIES if entry.kind.penalised else [None]:
        w, v = parameter(), torch.nn.Parameter(parameter().detach().cuda())
        run(entry.make([w], penalty), [w], 10)
        optimizer = entry.make([v], penalty)
        for k in range(1, 11):
            on_device(optimizer, v, k, watched=k > 2)
        torch.testing.assert_close(torch.tensor(values(w)), v.detach().cpu(), rtol=0, atol=1e-9)


def on_device(optimizer, v, k, watched):
    evaluate = closure(optimizer, [v], k)
    if not isinstance(optimizer, SR2):
        evaluate()
    torch.cuda.synchronize()
    torch.cuda.set_sync_debug_mode("error" if watched and not isinstance(optimizer, SR2) else "default")
    try:
        optimizer.step(evaluate if isinstance(optimizer, SR2) else None)
    finally:
        torch.cuda.set_sync_debug_mode("default")


class Late:
    """An event that comes after it was asked for twice."""

    asked = 0

    def query(self):
        self.asked += 1
        return self.asked > 2


@pytest.mark.parametrize("bad", range(8))
def test_a_bad_gradient_is_reported_once_however_late_the_answers_come(bad, monkeypatch):
    monkeypatch.setattr(Nonfinite, "_asked", staticmethod(lambda flag: (flag.clone(), Late())))
    guard, reported = Nonfinite("raise"), []
    for k in range(16):
        try:
            guard._report()
        except FloatingPointError:
            reported.append(k)
        guard._note(torch.tensor(k != bad))
    assert len(reported) == 1
    assert bad < reported[0] <= bad + 6
    guard._note(torch.tensor(False))
    with pytest.raises(FloatingPointError, match="earlier step"):
        guard.settle()
    guard.settle()


@on_cuda
@pytest.mark.parametrize("kind", [RMDA, ProxSGD, ProxGEN, MRDA])
def test_a_bad_gradient_on_a_device_changes_nothing_and_is_reported_later(kind):
    w = torch.nn.Parameter(parameter().detach().cuda())
    optimizer = kind([w], penalty=L1(0.05))
    w.grad = torch.ones_like(w)
    optimizer.step()
    torch.cuda.synchronize()
    before = [t.clone() for t in (w.detach(), *optimizer.state[w].values())]
    w.grad.fill_(torch.nan)
    optimizer.step()
    torch.cuda.synchronize()
    assert all(torch.equal(a, b) for a, b in zip(before, (w.detach(), *optimizer.state[w].values()), strict=True))
    w.grad.fill_(1.0)
    with pytest.raises(FloatingPointError, match="earlier step"):
        optimizer.step()
    optimizer.step()

    skipping = kind([w], nonfinite="skip")
    for bad in (1.0, torch.nan, torch.inf, 1.0):
        w.grad.fill_(bad)
        skipping.step()
    assert skipping.skipped == 2
