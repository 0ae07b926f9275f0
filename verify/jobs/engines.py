"""Where jobs run: processes of this machine, a Dask cluster, Slurm.

An engine is a function ``engine(work, tasks)`` that yields what ``work(task)`` returns, in the order in which tasks finish, and
a :class:`Lost` for each task whose process ended before that. Results travel through the shared folder, not through the engine,
so all that an engine can lose is time.
"""

from __future__ import annotations

import multiprocessing
import pickle
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Generic, TypeVar

from verify.evidence.run import in_one_line
from verify.jobs.processes import one_thread, submitted

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Lost(Generic[Task]):
    """A task that returned nothing, and why."""

    task: Task
    reason: str


Engine = Callable[[Callable[[Task], Outcome], Sequence[Task]], Generator[Outcome | Lost[Task], None, None]]

KINDS = "local, dask:ADDRESS or slurm[:KEY=VALUE,...]"
PATIENCE = 10  # seconds for a Dask scheduler to answer


class EngineError(ValueError):
    """An engine that does not exist, or cannot be used as it was asked for."""


def engine(text: str, jobs: int, logs: Path, *, apart: bool = False) -> Engine[Any, Any]:
    """The engine that ``text`` names, with ``jobs`` processes at once; raises EngineError for what it is not or lacks.
    ``apart``, as long tasks want it, each task has a process, and a Slurm job, of its own."""
    kind, _, rest = text.partition(":")
    if kind == "local" and not rest:
        return partial(_local, jobs, apart)
    if kind == "dask" and rest:
        needs("distributed", "--engine dask", "cluster")
        return partial(_dask, rest)
    if kind == "slurm":
        from verify.jobs import slurm

        return partial(slurm.run, slurm.executor(rest, jobs, logs), jobs, apart)
    raise EngineError(f"unknown engine {text!r}; engines: {KINDS}")


def needs(package: str, what: str, extra: str) -> Any:
    """The package, or EngineError with the command that installs it."""
    try:
        return import_module(package)
    except ImportError as error:
        raise EngineError(f"{what} needs {package}: pip install 'proxproof[{extra}]'") from error


def _local(jobs: int, apart: bool, work: Any, tasks: Sequence[Any]) -> Generator[Any, None, None]:
    calls = [(_unpacked, pickle.dumps((work, task))) for task in tasks]
    with submitted(calls, jobs, one_thread if jobs > 1 else None, apart=apart) as futures:
        task_of = dict(zip(futures, tasks, strict=True))
        for future in as_completed(futures):
            yield _ended(future, task_of[future])


def _dask(address: str, work: Any, tasks: Sequence[Any]) -> Generator[Any, None, None]:
    """Each task in a process beside the Dask worker's own: when it ends, the scheduler has no dead worker whose tasks it would
    try again elsewhere. Neither scheduler nor worker imports what the task is of."""
    from distributed import Client
    from distributed import as_completed as completed

    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise EngineError(f"no Dask scheduler answers at {address!r}: {error}") from error
    with client:
        if not client.scheduler_info()["workers"]:
            raise EngineError(f"the Dask cluster at {address!r} has no workers; start some with: dask worker {address}")
        task_of = {client.submit(_beside, pickle.dumps((work, task)), pure=False): task for task in tasks}
        for future in completed(list(task_of)):
            yield _ended(future, task_of[future])


def _beside(packed: bytes) -> Any:
    multiprocessing.current_process().daemon = False  # such a process may have no children, lest they outlive it: ours do not
    with submitted([(_unpacked, packed)], 1) as (future,):
        return future.result()


def _unpacked(packed: bytes) -> Any:
    work, task = pickle.loads(packed)
    return work(task)


def _ended(future: Any, task: Any) -> Any:
    """What a task that has ended returned, or that it is lost."""
    try:
        return future.result()
    except BrokenProcessPool:
        return Lost(task, "its process ended (out of memory, or a crash in a library)")
    except Exception as error:
        return Lost(task, in_one_line(error))
