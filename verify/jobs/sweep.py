"""Many jobs, each computed once: by this process's workers, or by another process that shares the folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from verify.evidence.run import in_one_line
from verify.jobs import leases
from verify.jobs.engines import Engine, Lost

POLL = 0.5  # seconds between looks at what other processes compute


class Task(Protocol):
    """A job: the name of its result and the file of it, whether that is there and sound, and a lease to take over."""

    @property
    def key(self) -> str: ...

    @property
    def result(self) -> Path: ...

    def sound(self) -> bool: ...

    def compute(self) -> None:
        """Make the result. Runs in a worker of any engine."""
        ...

    @property
    def dead(self) -> Path | None: ...

    def with_dead(self, lease: Path | None) -> Any:
        """The task with a lease on it that was seen untouched too long."""
        ...


AnyTask = TypeVar("AnyTask", bound=Task)


@dataclass(frozen=True)
class Outcome:
    """What became of a task: "computed", "found" (another process was first), "busy" (one is at it), or "failed"."""

    key: str
    state: str
    seconds: float = 0.0
    reason: str = ""


def work(task: Task) -> Outcome:
    """Compute the task unless its result is there or another process is at it."""
    start = time.perf_counter()
    try:
        lease = leases.take(task.result, task.dead)
        if lease is None:
            return Outcome(task.key, "busy")
        with leases.beating(lease):
            if task.sound():
                return Outcome(task.key, "found")
            task.compute()
            leases.sweep_up(task.result)
        return Outcome(task.key, "computed", time.perf_counter() - start)
    except FileNotFoundError as error:
        return Outcome(task.key, "failed", reason=str(error))
    except Exception as error:
        return Outcome(task.key, "failed", reason=in_one_line(error))


def sweep(
    tasks: Sequence[AnyTask], engine: Engine[AnyTask, Outcome], waiting: Callable[[int], None]
) -> Generator[Outcome, None, None]:
    """Run the tasks until each has a result or has failed, yielding each outcome but "busy". A task that the engine has lost
    has failed; closing the iterator ends the engine's processes.

    ``waiting`` is told how many are left when other processes are at all of these; what such a process gives up is taken over.
    """
    left, watch = {task.key: task for task in tasks}, leases.Watch()
    while left:
        found = [key for key, task in left.items() if task.sound()]
        yield from (Outcome(key, "found") for key in found)
        left = {key: task for key, task in left.items() if key not in set(found)}
        ready = [task for task in left.values() if watch.free(task.result)]
        if ready:
            with closing(engine(work, [task.with_dead(watch.dead(task.result)) for task in ready])) as ended:
                for each in ended:
                    outcome = Outcome(each.task.key, "failed", reason=each.reason) if isinstance(each, Lost) else each
                    if outcome.state != "busy":
                        del left[outcome.key]
                        yield outcome
        if left:
            waiting(len(left))
            time.sleep(POLL)
