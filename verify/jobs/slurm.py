"""Slurm through submitit, as an engine of :mod:`verify.jobs.engines`."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

from verify.jobs.engines import EngineError, Lost, needs

CHUNKS = 4  # Slurm jobs a slot: a job of the queue takes seconds to start, so that each brings several short tasks
POLL = 1.0  # seconds between looks at the jobs


def executor(text: str, jobs: int, logs: Path) -> Any:
    """submitit's executor with ``jobs`` processes at once; ``cluster=local`` tries a sweep out without Slurm."""
    submitit = needs("submitit", "--engine slurm", "cluster")
    settings = _settings(text)
    try:
        made = submitit.AutoExecutor(folder=logs, cluster=settings.pop("cluster", "slurm"))
        made.update_parameters(**{"slurm_array_parallelism": jobs, "cpus_per_task": 1, "name": "proxproof", **settings})
    except (RuntimeError, NameError, ValueError, AssertionError) as error:
        raise EngineError(f"--engine slurm: {error}") from error
    return made


def run(executor: Any, jobs: int, apart: bool, work: Any, tasks: Sequence[Any]) -> Generator[Any, None, None]:
    """The tasks in Slurm jobs: one in each, or else chunks of them. Those of a chunk whose job ends run again, each in a job of
    its own: which of them ended it is not known."""
    from submitit.core.utils import UncompletedJobError

    count = len(tasks) if apart else min(CHUNKS * jobs, len(tasks))
    left = [list(tasks[start::count]) for start in range(count)]
    running: dict[Any, list[Any]] = {}
    try:
        while left or running:
            free = len(left) if executor.cluster == "slurm" else jobs - len(running)  # Slurm itself runs ``jobs`` at once
            begun, left = left[:free], left[free:]
            running |= zip(_begun(executor, work, begun), begun, strict=True)
            for job in [job for job in running if job.done()]:
                chunk = running.pop(job)
                try:
                    outcomes = job.result()
                except UncompletedJobError:
                    reason = f"its process ended (job {job.job_id}: {job.state}; log: {job.paths.stderr})"
                    outcomes = [Lost(task, reason) for task in chunk if len(chunk) == 1]
                    left += [[task] for task in chunk if len(chunk) > 1]
                yield from outcomes
            time.sleep(POLL if running else 0)
    finally:
        for job in running:
            if not job.done():
                job.cancel()


def _begun(executor: Any, work: Any, chunks: Sequence[Sequence[Any]]) -> list[Any]:
    try:
        return executor.map_array(_Each(work), chunks) if chunks else []
    except RuntimeError as error:
        raise EngineError(f"--engine slurm: {' '.join(str(error).split())}") from error


class _Each:
    """``work`` for each of several tasks, as a picklable function."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self.work = work

    def __call__(self, tasks: Sequence[Any]) -> list[Any]:
        return [self.work(task) for task in tasks]


def _settings(text: str) -> dict[str, Any]:
    """``partition=cpu,timeout_min=60`` as the settings that submitit takes; what it does not know by itself is Slurm's own."""
    shared = ("cluster", "timeout_min", "mem_gb", "cpus_per_task", "name", "stderr_to_stdout")
    settings: dict[str, Any] = {}
    for piece in filter(None, text.split(",")):
        name, equals, value = piece.partition("=")
        if not (name and equals and value):
            raise EngineError(f"--engine slurm: {piece!r} is not KEY=VALUE, as in slurm:partition=cpu,timeout_min=60")
        known = name in shared or name.startswith("slurm_")
        settings[name if known else f"slurm_{name}"] = int(value) if value.isdigit() else value
    return settings
