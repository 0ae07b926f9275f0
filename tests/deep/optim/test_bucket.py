"""The plain step in pieces is the plain step, and takes states of the shapes that they begin with."""

from __future__ import annotations

import math
from typing import Any, ClassVar, NamedTuple

import pytest
import torch

from deep.optim import RMDA, ProxGEN, ProximalOptimizer, ProxSGD, ProxSSI, bucket
from deep.optim.numbers import LR
from verify.methods import Method
from verify.methods.sgd import Descent
from verify.penalties import L1, GroupL2, GroupMCP, SparseGroup

OPTIMIZERS = {
    "RMDA": lambda w, **o: RMDA([w], lr=0.1, momentum=0.5, penalty=L1(0.01), fast=False, **o),
    "ProxGEN": lambda w, **o: ProxGEN([w], lr=0.01, penalty=L1(0.01), fast=False, **o),
}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16], ids=str)
@pytest.mark.parametrize("maximize", [False, True])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_tensor_in_pieces_takes_the_steps_of_the_whole(name, maximize, dtype, monkeypatch):
    start = torch.randn(1001, generator=torch.Generator().manual_seed(0)).to(dtype)
    ends = []
    for piece in (10**6, 64):
        monkeypatch.setattr(bucket, "PIECE", piece)
        w = torch.nn.Parameter(start.clone())
        optimizer = OPTIMIZERS[name](w, maximize=maximize)
        for k in range(5):
            w.grad = torch.randn(1001, generator=torch.Generator().manual_seed(k)).to(dtype)
            optimizer.step()
        ends.append([w.detach(), *optimizer.state[w].values()])
    for a, b in zip(*ends, strict=True):
        assert a.dtype == b.dtype
        torch.testing.assert_close(a, b, rtol=0 if name == "RMDA" else 1e-6, atol=0)
    assert not torch.equal(ends[0][0], start)


GROUPED = {
    "columns": (GroupL2(0.02, axes=(0, 2)), (9, 8, 7), 4),
    "rows": (GroupL2(0.02, axes=(1, 2), weights=0.3), (9, 8, 7), 5),
    "sparse groups": (SparseGroup(L1(0.01), GroupL2(0.02, axes=(-1,))), (9, 8, 7), 5),
    "nonconvex": (GroupMCP(0.02, 3.0, axes=(0,)), (8, 9), 5),
    "by the layer's size": (GroupL2(0.01, axes=(0,), weights="layer"), (8, 9), 1),
    "a weight for each": (GroupL2(0.02, axes=(0,), weights=[1.0, 2.0, 3.0]), (8, 3), 1),
    "one group": (GroupL2(0.02, axes=(0, 1)), (8, 9), 1),
}


@pytest.mark.parametrize("optimizer", [RMDA, ProxSSI], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", GROUPED)
def test_pieces_have_whole_groups(name, optimizer, monkeypatch):
    penalty, shape, count = GROUPED[name]
    if optimizer is ProxSSI and "nonconvex" in name:
        pytest.skip("no prox in a metric")
    ends = []
    for piece in (10**6, math.prod(shape) // 4):
        monkeypatch.setattr(bucket, "PIECE", piece)
        w = torch.nn.Parameter(torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * 0.1)
        made = optimizer([w], lr=0.1, penalty=penalty, fast=False)
        for k in range(4):
            w.grad = torch.randn(shape, generator=torch.Generator().manual_seed(k), dtype=torch.float64) * 0.1
            made.step()
        ends.append(w.detach())
    cut = made._buckets()[0]._cut(0)
    assert (len(cut(w)) if cut else 1) == count
    assert torch.equal(ends[0] == 0, ends[1] == 0)
    torch.testing.assert_close(ends[0], ends[1], rtol=1e-12, atol=1e-14)


class Squares(NamedTuple):
    """A running sum for each row, and the number of steps."""

    v: Any
    t: Any


class ByRows(Method):
    """Gradient steps over the root of a row's squares so far."""

    State, Hyper = Squares, Descent

    def init(self, w, hyper, penalty, xp):
        return Squares(0 * xp.sum(w, axis=-1, keepdims=True), xp.constant(0))

    def propose(self, state, w, g, hyper, penalty, xp):
        v = state.v + xp.sum(g * g, axis=-1, keepdims=True)
        return (Squares(v, state.t + 1), penalty._prox(w - hyper.alpha * g / xp.sqrt(v), hyper.alpha, xp)), None


class OfRows(ProximalOptimizer):
    method = ByRows()
    ranges: ClassVar = {"lr": LR}
    fields = ("v", "t")

    def __init__(self, params, lr=0.1, penalty=None, **options):
        super().__init__(params, penalty, {"lr": lr}, **options)

    def hyper(self, settings, state, xp):
        return Descent(settings["lr"])


def stepped(optimizer, w):
    w.grad = torch.linspace(1, 2, w.numel()).reshape(w.shape)
    optimizer.step()


@pytest.mark.filterwarnings("ignore:.*is not compiled")
@pytest.mark.parametrize("fast", [True, False])
def test_one_number_a_row_is_a_state_as_others_are(fast):
    w, other = (torch.nn.Parameter(torch.ones(3, 4)) for _ in range(2))
    optimizer, resumed = (OfRows([p], fast=fast) for p in (w, other))
    stepped(optimizer, w)
    stepped(optimizer, w)
    assert optimizer.state[w]["v"].shape == (3, 1)
    stepped(resumed, other)
    resumed.load_state_dict({**optimizer.state_dict(), "state": {0: dict(optimizer.state_dict()["state"][0])}})
    other.data.copy_(w.detach())
    for one, p in ((optimizer, w), (resumed, other)):
        stepped(one, p)
    assert torch.equal(w, other)


WRONG = {
    (OfRows, "v"): [(), (3,), (1, 1), (3, 4)],
    (OfRows, "t"): [(1,), (3, 4)],
    (ProxSGD, "v"): [(), (4,), (1, 4), (3, 1)],
    (RMDA, "t"): [(3, 4)],
}


@pytest.mark.filterwarnings("ignore:.*is not compiled")
@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize(("kind", "field"), WRONG, ids=str)
def test_states_of_another_shape_than_they_begin_with_are_refused_in_steps_and_when_they_are_loaded(kind, field, fast):
    for shape in WRONG[kind, field]:
        w = torch.nn.Parameter(torch.ones(3, 4))
        optimizer = kind([w], lr=0.1, fast=fast, **({"momentum": 0.9} if kind is ProxSGD else {}))
        stepped(optimizer, w)
        before, optimizer.state[w][field] = w.detach().clone(), torch.ones(shape)
        with pytest.raises(ValueError, match=rf"of shape \(3, 4\) has a {field} of shape"):
            stepped(optimizer, w)
        with pytest.raises(ValueError, match=rf"{kind.__name__}: the saved state must be .*; got {field} of shape"):
            kind([w], lr=0.1, fast=fast).load_state_dict(optimizer.state_dict())
        assert torch.equal(w, before)


@pytest.mark.filterwarnings("ignore:.*is not compiled")
@pytest.mark.parametrize("fast", [True, False])
def test_a_method_that_looks_at_whole_rows_is_not_cut(fast, monkeypatch):
    ends = []
    for piece in (10**6, 64):
        monkeypatch.setattr(bucket, "PIECE", piece)
        w = torch.nn.Parameter(torch.ones(20, 30))
        optimizer = OfRows([w], penalty=L1(0.01), fast=fast)
        for _ in range(3):
            stepped(optimizer, w)
        ends.append(w.detach())
    assert torch.equal(*ends)
