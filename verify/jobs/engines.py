"""Where jobs run: processes of this machine, a Dask cluster, Slurm.

An engine is a function ``engine(work, tasks)`` that yields what ``work(task)`` returns, in the order in which tasks finish.
Results travel through the shared folder, not through the engine, so all that an engine can lose is time.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")
Engine = Callable[[Callable[[Task], Outcome], Sequence[Task]], Iterator[Outcome]]

KINDS = "local, dask:ADDRESS or slurm[:KEY=VALUE,...]"


class EngineError(ValueError):
    """An engine that does not exist, or cannot be used as it was asked for."""


PATIENCE = 10  # seconds for a Dask scheduler to answer
CHUNKS = 4  # Slurm jobs a slot: a job of the queue takes seconds to start, so that each brings several tasks


def engine(text: str, jobs: int, logs: Path) -> Engine[Any, Any]:
    """The engine that ``text`` names, with ``jobs`` processes at once; raises EngineError for what it is not or lacks. Without
    joblib "local" is this process alone."""
    kind, _, rest = text.partition(":")
    if kind == "local" and not rest:
        try:
            joblib = needs("joblib", "--engine local with --jobs", "bench")
        except EngineError:
            if jobs > 1:
                raise
            return map
        processes = {"backend": "loky", "n_jobs": jobs, "inner_max_num_threads": 1, "initializer": _ignore_interrupts}
        return lambda work, tasks: _parallel(joblib, work, tasks, **processes)
    if kind == "dask" and rest:
        needs("joblib", "--engine dask", "bench")
        needs("distributed", "--engine dask", "cluster")
        return lambda work, tasks: _dask(rest, work, tasks)
    if kind == "slurm":
        executor = _executor(rest, jobs, logs)
        return lambda work, tasks: _slurm(executor, jobs, work, tasks)
    raise EngineError(f"unknown engine {text!r}; engines: {KINDS}")


def needs(package: str, what: str, extra: str) -> Any:
    """The package, or EngineError with the command that installs it."""
    try:
        return import_module(package)
    except ImportError as error:
        raise EngineError(f"{what} needs {package}: pip install 'proxproof[{extra}]'") from error


def _parallel(joblib: Any, work: Any, tasks: Sequence[Any], **backend: Any) -> Iterator[Any]:
    """Through joblib, one task at a time; closing the iterator ends its workers."""
    with joblib.parallel_config(**backend):
        running = joblib.Parallel(return_as="generator_unordered", batch_size=1)(joblib.delayed(work)(task) for task in tasks)
    with closing(running):
        yield from running


def _ignore_interrupts() -> None:
    """Ctrl-C reaches every process of a terminal; this one ends its workers itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _dask(address: str, work: Any, tasks: Sequence[Any]) -> Iterator[Any]:
    import joblib
    from distributed import Client

    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise EngineError(f"no Dask scheduler answers at {address!r}: {error}") from error
    with client:
        if not client.scheduler_info()["workers"]:
            raise EngineError(f"the Dask cluster at {address!r} has no workers; start some with: dask worker {address}")
        yield from _parallel(joblib, work, tasks, backend="dask")


def _executor(text: str, jobs: int, logs: Path) -> Any:
    """submitit's executor with ``jobs`` processes at once; ``cluster=local`` tries a sweep out without Slurm."""
    submitit = needs("submitit", "--engine slurm", "cluster")
    settings = _settings(text)
    try:
        executor = submitit.AutoExecutor(folder=logs, cluster=settings.pop("cluster", "slurm"))
        executor.update_parameters(**{"slurm_array_parallelism": jobs, "cpus_per_task": 1, "name": "proxproof", **settings})
    except (RuntimeError, NameError, ValueError, AssertionError) as error:
        raise EngineError(f"--engine slurm: {error}") from error
    return executor


def _slurm(executor: Any, jobs: int, work: Any, tasks: Sequence[Any]) -> Iterator[Any]:
    from submitit.helpers import as_completed

    chunks = [tasks[start :: CHUNKS * jobs] for start in range(min(CHUNKS * jobs, len(tasks)))]
    submitted = executor.map_array(_Each(work), chunks)
    try:
        for job in as_completed(submitted, poll_frequency=1):
            yield from job.result()
    finally:
        for job in submitted:
            if not job.done():
                job.cancel()


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
