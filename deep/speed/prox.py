"""The compiled prox maps alone, as multiples of a copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from deep.prox import compiled_prox
from verify.penalties import L0, L1, L12, MCP, GroupL2, Penalty
from verify.speed.measure import interleaved

SIZE = 10_000_000
MAPS: list[tuple[str, Penalty, float]] = [  # with the multiple aimed at
    ("l1", L1(0.3), 1.2),
    ("l0", L0(0.3), 1.2),
    ("MCP", MCP(0.3, 3.0), 1.2),
    ("group LASSO, groups of 8", GroupL2(0.3, axes=(-1,)), 2),
    ("l1/2", L12(0.3), 12),
]


def maps(rounds: int, size: int = SIZE) -> Iterator[tuple[str, float, float]]:
    """(map, multiple of a copy, aim) on NumPy arrays of ``size`` numbers, a multiple of 8."""
    z = np.random.default_rng(0).normal(size=size)
    out = np.empty_like(z)
    pairs = {False: (z, out), True: (z.reshape(-1, 8), out.reshape(-1, 8))}
    jobs: dict[str, Callable[[], Any]] = {"copy": lambda: np.copyto(out, z)}
    for name, penalty, _ in MAPS:
        a, b = pairs[isinstance(penalty, GroupL2)]
        jobs[name] = partial(compiled_prox(penalty), a, 0.7, out=b)
    median = interleaved(jobs, rounds)
    for name, _, aim in MAPS:
        yield name, median[name] / median["copy"], aim


def table(rounds: int) -> Any:
    """The maps, one a row."""
    from rich.table import Table

    made = Table(title=f"compiled prox with out=, n = {SIZE:,} float64, one thread, medians of {rounds}")
    for header in ("map", "x np.copyto", "aim"):
        made.add_column(header, justify="left" if header == "map" else "right")
    for name, multiple, aim in maps(rounds):
        made.add_row(name, f"{multiple:.2f}", f"{aim:g}")
    return made
