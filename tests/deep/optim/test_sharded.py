"""Parameters whose parts lie in two processes (FSDP2) take the steps of whole ones, and both processes do the same."""

from __future__ import annotations

import copy
import os
import socket

import pytest
import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.fsdp import fully_shard

from deep.optim import RDA, RMDA, SR2, ProxGEN, ProxSGD, ProxSSI
from deep.optim.bucket import PIECE
from tests.deep.optim.driving import differentiated
from tests.deep.training.processes import ended, forked
from verify.penalties import L1, GroupL2

pytestmark = pytest.mark.filterwarnings("ignore:.* is not compiled")
WIDE = PIECE // 256 + 5
KINDS = {
    "ProxSGD": lambda params, **more: ProxSGD(params, 0.01, momentum=0.5, penalty=L1(0.01), **more),
    "ProxGEN": lambda params, **more: ProxGEN(params, 0.01, penalty=L1(0.01), **more),
    "ProxSSI": lambda params, **more: ProxSSI(params, 0.01, penalty=GroupL2(0.01, axes=(0,)), **more),
    "RDA": lambda params, **more: RDA(params, 0.01, penalty=L1(0.01), **more),
    "RMDA": lambda params, **more: RMDA(params, 0.01, 1.0, GroupL2(0.01, axes=(1,)), **more),
    "SR2": lambda params, **more: SR2(params, 2.0, penalty=L1(0.01), **more),
}


def in_two_processes(work):
    """``work(rank)`` in each of two gloo processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def one(rank):
        os.environ.update(RANK=str(rank), WORLD_SIZE="2", MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
        dist.init_process_group("gloo")
        try:
            work(rank)
        finally:
            dist.destroy_process_group()

    children = [forked(lambda rank=rank: one(rank)) for rank in (0, 1)]
    assert [ended(child) for child in children] == [0, 0]


def network():
    """A sharded network and a whole one: a large weight, that whole optimizers on a CPU take in pieces, and a small one."""
    torch.manual_seed(0)
    whole = nn.Sequential(nn.Linear(256, WIDE, bias=False), nn.Tanh(), nn.Linear(WIDE, 3, bias=False))
    return fully_shard(copy.deepcopy(whole)), whole


def training(model, optimizer, k):
    generator = torch.Generator().manual_seed(k)
    x, y = torch.randn(8, 256, generator=generator), torch.randint(3, (8,), generator=generator)
    return differentiated(optimizer, lambda: nn.functional.cross_entropy(model(x), y))


def test_steps_are_those_of_whole_parameters():
    def work(rank):
        for name, make in KINDS.items():
            sharded, whole = network()
            one, other = make(sharded.parameters()), make(whole.parameters(), fast=False)
            for k in range(4):
                one.step(training(sharded, one, k))
                other.step(training(whole, other, k))
            for p, q in zip(sharded.parameters(), whole.parameters(), strict=True):
                torch.testing.assert_close(p.full_tensor(), q.detach(), rtol=1e-4, atol=1e-5, msg=name)
            if name == "SR2":
                torch.testing.assert_close(torch.stack([*one.sums]), torch.stack([*other.sums]), rtol=1e-4, atol=1e-6)

    in_two_processes(work)


@pytest.mark.parametrize("nonfinite", ["skip", "raise"])
def test_a_gradient_that_is_bad_in_one_process_changes_nothing_in_both(nonfinite):
    def work(rank):
        for make in KINDS.values():
            sharded, _ = network()
            optimizer = make(sharded.parameters(), nonfinite=nonfinite)

            def spoiled(sharded=sharded, optimizer=optimizer):
                loss = training(sharded, optimizer, 0)()
                if rank == 0:
                    sharded[0].weight.grad.to_local()[0, 0] = torch.nan
                return loss

            before = [p.to_local().clone() for p in sharded.parameters()]
            if nonfinite == "raise":
                with pytest.raises(FloatingPointError, match="parameter 0" if rank == 0 else "in another process"):
                    optimizer.step(spoiled)
            else:
                optimizer.step(spoiled)
                assert optimizer.skipped == 1
            assert all(torch.equal(p.to_local(), old) for p, old in zip(sharded.parameters(), before, strict=True))

    in_two_processes(work)


def test_a_condition_on_the_device_is_one_for_parts_too():
    def work(rank):
        for make in KINDS.values():
            sharded, _ = network()
            optimizer = make(sharded.parameters(), fast=False)
            before = [p.to_local().clone() for p in sharded.parameters()]
            for condition in (False, True):
                optimizer.nonfinite.guard = lambda grads, condition=condition: (True, torch.tensor(condition))
                optimizer.step(training(sharded, optimizer, 0))
                same = [torch.equal(p.to_local(), old) for p, old in zip(sharded.parameters(), before, strict=True)]
                assert same == [not condition] * 2

    in_two_processes(work)
