"""The plain step in pieces is the plain step."""

from __future__ import annotations

import pytest
import torch

from deep.optim import RMDA, ProxGEN, bucket
from verify.penalties import L1

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
