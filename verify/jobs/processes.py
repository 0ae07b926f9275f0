"""Calls in worker processes of this machine, which end with them: at the end, at an error, and at an interruption."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Thread
from typing import Any

Slots = SimpleQueue[ProcessPoolExecutor | None]


@contextmanager
def submitted(
    calls: Sequence[Sequence[Any]], workers: int, initializer: Callable[[], object] | None = None, *, apart: bool = False
) -> Iterator[list[Future[Any]]]:
    """The futures of the calls, each a function and its arguments, in at most ``workers`` processes at once, which
    ``initializer`` begins; ``apart``, a new one for each call. The future of a call whose process ends has a BrokenProcessPool,
    and no other call is lost with it. What is raised inside ends the processes: one that is the only one at a time is asked to
    (SIGTERM), and what it keeps is waited for unless another exception comes; several end at once.

    A spawned process starts clean: numba, PyTorch and their threads do not survive a fork.
    """
    if not calls:
        yield []
        return
    others = active_children()
    slots: Slots = SimpleQueue()
    for _ in range(workers):
        slots.put(None)
    threads, futures = ThreadPoolExecutor(min(workers, len(calls))), []
    try:
        with _deaf():
            futures += [threads.submit(_answer, call, slots, initializer, apart) for call in calls]
        yield futures
        wait(futures)
    except BaseException:
        threads.shutdown(wait=False, cancel_futures=True)
        try:
            if workers == 1:
                _end(BaseProcess.terminate, futures, others)
        finally:
            _end(BaseProcess.kill, futures, others)
        raise
    finally:
        threads.shutdown()
        for _ in range(workers):
            if (pool := slots.get()) is not None:
                pool.shutdown()


def one_thread() -> None:
    """An ``initializer`` for several processes, which would crowd each other's cores: one thread for linear algebra in each."""
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def _answer(call: Sequence[Any], slots: Slots, initializer: Callable[[], object] | None, apart: bool) -> Any:
    """What the call returns or raises in the process of a slot: a pool of one, so that its end is that of this call alone."""
    pool = slots.get()
    lasts = False
    try:
        pool = pool or ProcessPoolExecutor(1, get_context("spawn"), _begin, (initializer,))
        with _deaf():
            future = pool.submit(*call)
        lasts = not apart and not isinstance(future.exception(), BrokenProcessPool)
        return future.result()
    finally:
        if pool is not None and not lasts:
            pool.shutdown()
        slots.put(pool if lasts else None)


def _begin(initializer: Callable[[], object] | None) -> None:
    """What a worker does first. One whose parent is killed would go on, and then wait for ever."""
    Thread(target=_end_with_parent, daemon=True).start()
    if initializer is not None:
        initializer()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _end(how: Callable[[BaseProcess], None], futures: Collection[Future[Any]], others: Collection[BaseProcess]) -> None:
    """End all processes but the ``others``, each told once, and wait until no call is left."""
    told = set(others)
    while not all(future.done() for future in futures):
        for child in set(active_children()) - told:
            how(child)
            told.add(child)
        wait(futures, timeout=0.1)


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes that start inside do not hear Ctrl-C, which reaches all of a terminal's: this one ends them itself."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
