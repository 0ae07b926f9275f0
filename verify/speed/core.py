"""How fast the core is in NumPy alone: prox maps as multiples of a copy, and the batched RVSM run against a plain loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from verify.speed.measure import interleaved

SIZE = 10_000_000
GROUP = 8


@dataclass(frozen=True)
class Row:
    """One line of the table: seconds are medians, ``multiple`` is against the copy of the same array."""

    name: str
    seconds: float
    multiple: float
    target: float | None


def _maps(z: Any, out: Any) -> dict[str, tuple[float, Callable[[], Any]]]:
    from verify.penalties import L0, L1, L12, MCP, GroupL2

    groups, grouped_out = z.reshape(-1, GROUP), out.reshape(-1, GROUP)
    block = GroupL2(0.3, axes=(-1,))
    return {
        "l1": (4, lambda: L1(0.3).prox(z, 0.7, out=out)),
        "l0": (8, lambda: L0(0.3).prox(z, 0.7, out=out)),
        "MCP": (8, lambda: MCP(0.3, 3.0).prox(z, 0.7, out=out)),
        "group LASSO, groups of 8": (9, lambda: block.prox(groups, 0.7, out=grouped_out)),
        "l1/2": (42, lambda: L12(0.3).prox(z, 0.7, out=out)),
    }


def prox_maps(size: int = SIZE, rounds: int = 9, tick: Callable[[], Any] = lambda: None) -> Iterator[Row]:
    """Each map on ``size`` Gaussian float64 numbers with ``out=``, interleaved with copies; medians over ``rounds``."""
    z = np.random.default_rng(0).normal(size=size // GROUP * GROUP)
    out = np.empty_like(z)
    maps = _maps(z, out)
    jobs: dict[str, Callable[[], Any]] = {"copy": lambda: np.copyto(out, z), **{n: f for n, (_, f) in maps.items()}}
    seconds = interleaved(jobs, rounds, tick)
    yield Row("copy", seconds["copy"], 1.0, None)
    for name, (target, _) in maps.items():
        yield Row(name, seconds[name], seconds[name] / seconds["copy"], target)


def batched_run(cases: int = 1000, steps: int = 100, plain: int = 20) -> tuple[float, float]:
    """RVSM runs a second: all cases in one batch, and one after the other (timed on ``plain`` of them)."""
    from verify.arrays import NUMPY
    from verify.claims.rvsm.setting import draw_runs, iterates
    from verify.evidence.search import take

    case = draw_runs(np.random.default_rng(0), cases)
    case["eta"] = 1 / (case["beta"] + 1)

    def run(part: Any) -> float:
        start = time.perf_counter()
        for _ in iterates(part, NUMPY, steps):
            pass
        return time.perf_counter() - start

    batched = float(np.median([run(case) for _ in range(5)]))
    one_by_one = float(np.median([sum(run(take(case, slice(i, i + 1))) for i in range(plain)) for _ in range(3)]))
    return cases / batched, plain / one_by_one


def report(console: Any, rounds: int) -> None:
    """Measure and print: the maps as multiples of a copy, then the batched RVSM run against a plain loop."""
    from rich.progress import Progress
    from rich.table import Table

    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("prox maps", total=rounds)
        rows = list(prox_maps(rounds=rounds, tick=lambda: progress.advance(task)))
    table = Table(title=f"prox with out=, n = {SIZE:.0e} float64, one thread, medians of {rounds} interleaved rounds")
    for header in ("map", "ms", "x np.copyto", "aim"):
        table.add_column(header, justify="left" if header == "map" else "right")
    for row in rows:
        aim = "" if row.target is None else f"{row.target:g}"
        table.add_row(row.name, f"{row.seconds * 1e3:.1f}", f"{row.multiple:.1f}", aim)
    console.print(table)
    batched, plain = batched_run()
    rates = f"{batched:,.0f} in one batch, {plain:,.0f} in a loop, {batched / plain:.0f} times"
    console.print(f"RVSM runs of 100 steps a second: {rates}")
