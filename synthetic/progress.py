"""What a sweep looks like: a live display with the time left on a terminal, and one plain line a job."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from synthetic.job import Job
from verify.jobs.sweep import Outcome
from verify.words import duration


class Progress:
    """A context in which outcomes are added as they come; ``kept`` of all jobs have a result from before."""

    def __init__(self, jobs: Mapping[str, Job], kept: int, console: Console) -> None:
        self.console, self.jobs, self.start = console, jobs, time.perf_counter()
        self.failed: dict[str, list[str]] = {}  # reason: the jobs
        self.done = self.elsewhere = 0
        left = TextColumn("{task.fields[left]}")
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), left)
        self.bar = Bar(*columns, console=console, transient=True, disable=not console.is_terminal)
        self.task = self.bar.add_task("running", total=kept + len(jobs), completed=kept, left="")

    def __enter__(self) -> Progress:
        self.bar.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self.bar.stop()

    def add(self, outcome: Outcome) -> None:
        """Show one outcome."""
        job, self.done = self.jobs[outcome.key], self.done + 1
        if outcome.state == "failed":
            self.failed.setdefault(outcome.reason, []).append(title(job))
            self.bar.console.print(f"{title(job)}  FAILED: {outcome.reason}", style="red", soft_wrap=True, markup=False)
        else:
            here = outcome.state == "computed"
            self.elsewhere += not here
            took = f"{outcome.seconds:.1f} s" if here else "by another process"
            self.bar.console.print(f"{title(job)}  {took}", soft_wrap=True, markup=False)
        rest = (time.perf_counter() - self.start) / self.done * (len(self.jobs) - self.done)
        self.bar.update(self.task, advance=1, description="running", left=f"{duration(rest)} left")

    def waiting(self, count: int) -> None:
        """Say that all that is left is with other processes."""
        self.bar.update(self.task, description=f"waiting for {count} with other processes")


def title(job: Job) -> str:
    """The job in a few words."""
    batch = "whole set" if job.batch is None else f"batch {job.batch} {job.sampling}"
    changed = ", ".join(f"{name}={value}" for name, value in {**job.parameters, **job.settings}.items())
    runs = len(job.data_seeds) * len(job.run_seeds)
    return f"{job.method} on {job.problem}, {batch}{f', {changed}' if changed else ''}: {runs} run{'s' * (runs > 1)}"
