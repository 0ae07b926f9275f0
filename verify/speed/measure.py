"""Interleaved timing: every job once a round, in turn, so that a slow moment of the machine meets them all."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


def interleaved(jobs: Mapping[str, Callable[[], Any]], rounds: int, tick: Callable[[], Any] = lambda: None) -> dict[str, float]:
    """The median seconds of each job over ``rounds``; ``tick`` is called after each round."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            times[name].append(time.perf_counter() - start)
        tick()
    return {name: float(np.median(seconds)) for name, seconds in times.items()}
