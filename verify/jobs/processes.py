"""Calls in worker processes of this machine, which end with them: at the end, at an error, and at an interruption."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from threading import current_thread, main_thread
from typing import Any


@contextmanager
def submitted(
    calls: Sequence[Sequence[Any]], workers: int, initializer: Callable[[], object] | None = None
) -> Iterator[list[Future[Any]]]:
    """The futures of the calls, each a function and its arguments, in at most ``workers`` processes, which ``initializer``
    begins. What is raised inside ends the processes at once.

    A spawned process starts clean: numba, PyTorch and their threads do not survive a fork.
    """
    if not calls:
        yield []
        return
    others = set(active_children())
    pool = ProcessPoolExecutor(min(workers, len(calls)), get_context("spawn"), initializer)
    try:
        with _deaf():
            futures = [pool.submit(*call) for call in calls]
        yield futures
        pool.shutdown()
    except BaseException:
        for child in set(active_children()) - others:
            child.terminate()
        pool.shutdown(cancel_futures=True)  # its thread must be gone when Python ends, or it may complain then
        raise


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes that start inside ignore Ctrl-C, which reaches all of a terminal's: this one ends them itself."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
