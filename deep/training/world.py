"""The processes that train one network together, and the device of each: one process alone, or those that torchrun started."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

CPU = torch.device("cpu")


@dataclass(frozen=True)
class World:
    """Process ``rank`` of ``size``, with its device."""

    rank: int = 0
    size: int = 1
    device: torch.device = CPU
    replicas: list[Any] = field(default_factory=list, compare=False)

    @property
    def first(self) -> bool:
        """Whether this process is the one that writes and speaks."""
        return self.rank == 0

    def share(self, batch: int) -> slice:
        """This process's part of a global batch: contiguous, as even as can be."""
        ends = [batch * k // self.size for k in range(self.size + 1)]
        return slice(ends[self.rank], ends[self.rank + 1])

    def sum(self, x: Tensor) -> Tensor:
        """The sum over all processes."""
        if self.size > 1:
            dist.all_reduce(x)
        return x

    def any(self, choice: bool) -> bool:
        """Whether one of the processes chose so, in all of them: a signal may come to one alone."""
        if self.size == 1:
            return choice
        flag = torch.tensor(float(choice), device=self.device)
        dist.all_reduce(flag, dist.ReduceOp.MAX)
        return bool(flag)

    def gathered(self, value: Any) -> list[Any]:
        """The value of each process, in all of them."""
        if self.size == 1:
            return [value]
        values: list[Any] = [None] * self.size
        dist.all_gather_object(values, value)
        return values

    def same(self, seen: str, folder: Path) -> None:
        """ValueError, in all processes, unless each sees in its folder what the first sees in its own."""
        first, *others = self.gathered(seen)
        for rank, other in enumerate(others, 1):
            if other != first:
                shared = "--out must be a folder that all processes share"
                raise ValueError(f"process {rank} sees {other} in {folder}, and process 0 {first}: {shared}")

    def share_buffers(self, model: nn.Module) -> None:
        """The first process's buffers (batch norm's statistics) in all of them."""
        if self.size > 1:
            for buffer in model.buffers():
                dist.broadcast(buffer, 0)

    def replicated(self, model: nn.Module) -> nn.Module:
        """The model whose backward pass leaves the mean of all processes' gradients, in each the same bits."""
        if self.size == 1:
            return model
        replica = nn.parallel.DistributedDataParallel(model, device_ids=[self.device] if self.device.type == "cuda" else None)
        self.replicas.append(replica)
        return replica


def named(name: str) -> torch.device:
    """The device "cpu", "cuda" or "cuda:N" of some machine. ValueError for another name."""
    if re.fullmatch(r"cpu|cuda(:\d+)?", name) is None:
        raise ValueError(f"--device must be cpu, cuda or cuda:N; got {name!r}")
    return torch.device(name)


def device_of(name: str | None) -> torch.device:
    """The device of this machine; of no name a GPU if there is one. ValueError for another name than of :func:`named`, and for
    a GPU that is not there."""
    there = torch.cuda.device_count() if torch.cuda.is_available() else 0
    device = named(("cuda" if there else "cpu") if name is None else name)
    if device.type == "cuda" and (device.index or 0) >= there:
        seen = f"{there} GPUs, from cuda:0 on" if there else "no GPU; use --device cpu"
        raise ValueError(f"--device {name}: torch {torch.__version__} sees {seen}")
    return device


def processes() -> int:
    """How many train together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


@contextmanager
def world(device: str | None = None) -> Iterator[World]:
    """Join the processes that torchrun started, or be alone. ``device`` is "cpu", "cuda" or "cuda:N"; None takes a GPU if there
    is one; a GPU is the current one from here on. ValueError for a device that is not there."""
    rank, local, size = int(os.environ.get("RANK", "0")), int(os.environ.get("LOCAL_RANK", "0")), processes()
    mine = device_of(device)
    if size > 1 and mine.type == "cuda":
        mine, there = torch.device("cuda", local), torch.cuda.device_count()
        if local >= there:
            most = f"take --nproc-per-node {there} at most, or --device cpu"
            raise ValueError(f"process {local} of this machine has no GPU: torch sees {there}; {most}")
    if mine.index is not None:
        torch.cuda.set_device(mine)
    if size == 1:
        yield World(device=mine)
        return
    dist.init_process_group("nccl" if mine.type == "cuda" else "gloo")
    here = World(rank, size, mine)
    try:
        yield here
    finally:
        # A replica freed later would be the last to hold the group, whose destructor waits for the group's thread with the
        # interpreter's lock in hand, and that thread may want it: for ever.
        for replica in here.replicas:
            replica.reducer = replica.logger = None
        dist.destroy_process_group()
