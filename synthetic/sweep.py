"""Many jobs, each computed once: by this process's workers, or by another process that shares the folder."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from synthetic import leases, version
from synthetic.engines import Engine
from synthetic.store import Store
from verify.evidence.load import import_file
from verify.evidence.run import in_one_line

POLL = 0.5  # seconds between looks at what other processes compute


@dataclass(frozen=True)
class Setting:
    """What every worker needs beside its job: the store, the user's own files, the data folder, and the code it must run."""

    store: Store
    files: tuple[Path, ...] = ()
    data: Path | None = None
    code: str = ""


@dataclass(frozen=True)
class Task:
    """A job under its key, and a lease on it that was seen untouched too long."""

    setting: Setting
    key: str
    job: Any
    dead: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a task: "computed", "found" (another process was first), "busy" (one is at it), or "failed"."""

    key: str
    state: str
    seconds: float = 0.0
    reason: str = ""


def work(task: Task) -> Outcome:
    """Compute the job unless its result is there or another process is at it. Runs in a worker of any engine."""
    start = time.perf_counter()
    result = task.setting.store.path(task.key)
    try:
        _prepare(task.setting)
        lease = leases.take(result, task.dead)
        if lease is None:
            return Outcome(task.key, "busy")
        with leases.beating(lease):
            if task.setting.store.sound(task.key):
                return Outcome(task.key, "found")
            _compute(task)
            leases.sweep_up(result)
        return Outcome(task.key, "computed", time.perf_counter() - start)
    except FileNotFoundError as error:
        return Outcome(task.key, "failed", reason=str(error))
    except Exception as error:
        return Outcome(task.key, "failed", reason=in_one_line(error))


def sweep(tasks: Sequence[Task], engine: Engine[Task, Outcome], waiting: Callable[[int], None]) -> Iterator[Outcome]:
    """Run the tasks until each has a result or has failed, yielding each outcome but "busy".

    ``waiting`` is told how many are left when other processes are at all of these; what such a process gives up is taken over.
    """
    left, watch = {task.key: task for task in tasks}, leases.Watch()
    while left:
        found = [key for key, task in left.items() if task.setting.store.sound(key)]
        yield from (Outcome(key, "found") for key in found)
        left = {key: task for key, task in left.items() if key not in set(found)}
        ready = [task for task in left.values() if watch.free(task.setting.store.path(task.key))]
        if ready:
            for outcome in engine(work, [replace(task, dead=watch.dead(task.setting.store.path(task.key))) for task in ready]):
                if outcome.state != "busy":
                    del left[outcome.key]
                    yield outcome
        if left:
            waiting(len(left))
            time.sleep(POLL)


def _prepare(setting: Setting) -> None:
    """Make this process one that computes what the store's names say, or raise."""
    if not setting.store.folder.is_dir():
        where = f"{socket.gethostname()} does not see the folder {setting.store.folder}"
        raise FileNotFoundError(f"{where}: --out must be on a file system that all workers share")
    for file in setting.files:
        import_file(file)
    if version.code_version() != setting.code:
        where = f"{socket.gethostname()} has other sources or another NumPy than this sweep began with"
        raise RuntimeError(f"{where}: install the same there, or start again if they were edited meanwhile")
    if setting.data is not None:
        os.environ["PROXPROOF_DATA"] = str(setting.data)


def _compute(task: Task) -> None:
    from synthetic.run import run

    task.setting.store.write(task.key, task.job, run(task.job))
