"""The plain step in pieces is the plain step."""

from __future__ import annotations

import math

import pytest
import torch

from deep.optim import RMDA, ProxGEN, ProxSSI, bucket
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
