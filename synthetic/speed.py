"""How many runs a second: many seeds at once, against the same method run seed by seed in PyTorch, on one thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from synthetic.loop import iterates
from synthetic.measures.structure import structure
from synthetic.measures.tracker import Tracker
from synthetic.one_by_one import Iterates, loops
from synthetic.problems import REGISTRY, Instance
from synthetic.reference import certify
from synthetic.sampling import Sampler
from synthetic.solvers import Plan, Solver, solver
from verify.penalties.base import keep_freed_memory
from verify.speed.measure import interleaved

SETS, COPIES, STEPS = 10, 20, 300
TARGETS = {4: 15.0, 32: 15.0, 256: 3.0, None: None}
METHODS: dict[str, dict[str, Any]] = {
    "ProxSGD": {"step": 1.0},
    "RDA": {"step": 1.0},
    "RMDA": {"step": 1.0, "factor": 1.0, "mixing": 1.0, "restart": False},
}


@dataclass(frozen=True)
class Row:
    """Microseconds a run and step, without any measuring and with the structure of every iterate compared: at once; in PyTorch
    by the update rules of ``verify``; and in PyTorch by a loop written out by hand."""

    method: str
    batch: int | None
    at_once: float
    at_once_measured: float
    rules: float
    plain: float
    plain_measured: float

    @property
    def times(self) -> tuple[float, float, float]:
        """Runs a second at once over those in PyTorch: by the update rules, by hand, and by hand when both are measured."""
        return self.rules / self.at_once, self.plain / self.at_once, self.plain_measured / self.at_once_measured


def rows(rounds: int, sets: int, copies: int, tick: Callable[[], Any] = lambda: None) -> Iterator[Row]:
    """Each method and batch size on group logistic regression; medians of ``rounds`` interleaved rounds of STEPS steps."""
    keep_freed_memory()
    one = REGISTRY["SeparatedLogistic"]().instance([0])
    base = REGISTRY["SeparatedLogistic"]().instance(range(sets))
    everything, truth = base.repeat(copies), np.repeat(structure(base.blocks, certify(base).w), copies, axis=0)
    seeds = [(data, run) for data in range(sets) for run in range(copies)]
    for (method, settings), batch in product(METHODS.items(), TARGETS):
        rule = solver(method, settings)
        epoch_steps = 1 if batch is None else base.samples // batch
        plan = Plan(epoch_steps, max(1, STEPS // epoch_steps), everything.lipschitz)

        sampler = partial(Sampler, base.samples, batch, "independent", seeds)
        loop = loops(one, rule, plan, batch)  # type: ignore[arg-type]
        jobs: dict[str, Callable[[], Any]] = {
            "at_once": partial(_all, everything, rule, sampler, plan),
            "at_once_measured": partial(_all, everything, rule, sampler, plan, truth),
            "rules": partial(_one, loop["rules"]),
            "plain": partial(_one, loop["plain"]),
            "plain_measured": partial(_one, loop["plain"], truth[0]),
        }
        seconds = interleaved(jobs, rounds)
        runs = {name: everything.runs if name.startswith("at_once") else 1 for name in seconds}
        yield Row(method, batch, **{name: 1e6 * s / plan.steps / runs[name] for name, s in seconds.items()})
        tick()


def _all(instance: Instance, rule: Solver, sampler: Callable[[], Sampler], plan: Plan, truth: Any = None) -> None:
    """Runs all at once; with ``truth`` each iterate's structure is tracked."""
    tracker = None if truth is None else Tracker(truth, plan.steps)
    for step in iterates(instance, rule, sampler(), plan):
        if tracker:
            tracker.see(step.t, structure(instance.blocks, step.after))


def _one(loop: Iterates, truth: Any = None) -> int:
    """Runs the loop; with ``truth`` each iterate's structure is compared: the number of the last wrong one."""
    import torch

    last_wrong = 0
    with torch.inference_mode():
        wanted = None if truth is None else torch.from_numpy(truth)
        for t, w in enumerate(loop(), 1):
            if wanted is not None and not torch.equal((w != 0).any(dim=-1), wanted):
                last_wrong = t
    return last_wrong


def report(console: Any, rounds: int) -> None:
    """Measure and print: microseconds a run and step, and how many times the runs per second of both loops in PyTorch."""
    import torch
    from rich.progress import Progress
    from rich.table import Table

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task("runs", total=len(METHODS) * len(TARGETS))
            measured = list(rows(rounds, SETS, COPIES, tick=lambda: progress.advance(task)))
    finally:
        torch.set_num_threads(threads)
    table = Table(
        title=f"us a run and step: {SETS * COPIES} runs at once against one by one in PyTorch\n"
        f"one thread, medians of {rounds} interleaved rounds; measured: every iterate's structure is compared"
    )
    for header in ("method", "batch", "at once", "rules", "times", "by hand", "times", "measured", "by hand", "times", "aim"):
        table.add_column(header, justify="left" if header == "method" else "right")
    for row in measured:
        aim, times = TARGETS[row.batch], [f"{times:.3g}x" for times in row.times]
        us = [f"{us:.3g}" for us in (row.at_once, row.rules, row.plain, row.at_once_measured, row.plain_measured)]
        cells = [us[0], us[1], times[0], us[2], times[1], us[3], us[4], times[2]]
        table.add_row(row.method, str(row.batch or "full"), *cells, f"{aim:g}x" if aim else "")
    console.print(table)
