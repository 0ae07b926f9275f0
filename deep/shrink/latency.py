"""How long a forward pass takes, before and after."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from deep.shrink.inputs import inputs_like

SECONDS, LEAST, MOST = 1.0, 5, 200  # time for one batch size, and rounds


@dataclass(frozen=True)
class Latency:
    """Median seconds of a forward pass of ``batch`` inputs. ``place`` is the device, with torch's threads if it is the CPU.
    ``busy`` says that other programs took the CPU away in nearly every pass, so that the medians are theirs too."""

    batch: int
    before: float
    after: float
    place: str
    busy: bool

    def __str__(self) -> str:
        times = f"{1e3 * self.before:.3f} ms, smaller {1e3 * self.after:.3f} ms: {self.before / self.after:.2f} times as fast"
        doubt = " (not to be trusted: the machine was busy)" if self.busy else ""
        return f"latency on {self.place}, batch {self.batch}: {times}{doubt}"


@torch.inference_mode()
def latency(before: nn.Module, after: nn.Module, example: Tensor, batches: Sequence[int]) -> list[Latency]:
    """Medians of forward passes by turns, after one each that does not count, for :func:`inputs_like` the example.

    Passes in which the system took the CPU away from this process are left out where at least ``LEAST`` others remain.
    """
    threads = torch.get_num_threads()
    place = example.device.type if example.is_cuda else f"{example.device.type}, {threads} thread{'s' * (threads > 1)}"
    found = []
    for batch in batches:
        x = inputs_like(example, batch)
        for model in (before, after):
            model(x.clone())
        passes: tuple[list[tuple[float, int]], list[tuple[float, int]]] = ([], [])
        begun = time.perf_counter()
        while len(passes[0]) < LEAST or (time.perf_counter() - begun < SECONDS and len(passes[0]) < MOST):
            for model, measured in zip((before, after), passes, strict=True):
                measured.append(_timed(model, x.clone()))
        own = [[seconds for seconds, interrupted in measured if not interrupted] for measured in passes]
        busy = min(map(len, own)) < LEAST
        used = [[seconds for seconds, _ in measured] for measured in passes] if busy else own
        found.append(Latency(batch, statistics.median(used[0]), statistics.median(used[1]), place, busy))
    return found


def _timed(model: nn.Module, x: Tensor) -> tuple[float, int]:
    """Seconds of a pass, and how often the CPU was taken away meanwhile."""
    if x.is_cuda:
        torch.cuda.synchronize(x.device)
    switches, begun = _switches(), time.perf_counter()
    model(x)
    if x.is_cuda:
        torch.cuda.synchronize(x.device)
    return time.perf_counter() - begun, _switches() - switches


def _switches() -> int:
    """How often the system has taken the CPU from this process; 0 where it does not say."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw
