"""How long a forward pass takes, before and after."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

SECONDS, LEAST, MOST = 1.0, 5, 200  # time for one batch size, and rounds


@dataclass(frozen=True)
class Latency:
    """Median seconds of a forward pass of ``batch`` inputs."""

    batch: int
    before: float
    after: float


@torch.inference_mode()
def latency(before: nn.Module, after: nn.Module, example: Tensor, batches: Sequence[int]) -> list[Latency]:
    """Medians of forward passes by turns, after one each that does not count, for inputs of the example's shape and device."""
    found = []
    for batch in batches:
        x = torch.randn(batch, *example.shape[1:], generator=torch.Generator().manual_seed(0)).to(example)
        for model in (before, after):
            model(x)
        times: dict[nn.Module, list[float]] = {before: [], after: []}
        begun = time.perf_counter()
        while len(times[after]) < LEAST or (time.perf_counter() - begun < SECONDS and len(times[after]) < MOST):
            for model, seconds in times.items():
                seconds.append(_seconds(model, x))
        found.append(Latency(batch, statistics.median(times[before]), statistics.median(times[after])))
    return found


def _seconds(model: nn.Module, x: Tensor) -> float:
    if x.is_cuda:
        torch.cuda.synchronize(x.device)
    begun = time.perf_counter()
    model(x)
    if x.is_cuda:
        torch.cuda.synchronize(x.device)
    return time.perf_counter() - begun
