"""What a map must not keep from one call to the next, nor share between two calls at once.

Each check calls the map on three inputs at two steps, and raises Wrong where an answer depends on other calls.
"""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from verify.audit.functions import Functions
from verify.audit.report import show
from verify.audit.wrong import Wrong, called, same, same_call

THREADS, SWITCH = 4, 1e-6
# another thread may go on after each of the first operations of a call, then after ever fewer, at last after none
OFTEN, MOST = 50, 20_000


def state(functions: Functions, t: float, z: list[np.ndarray], other: float) -> None:
    """Also where an input is used again with other numbers, and where the caller writes to a result."""
    for each, next_z in zip(z, z[1:] + z[:1], strict=True):
        given = functions.given(each)
        first = functions.read(functions.apply(given, t), each.shape)
        kept = first.copy()
        functions.call(next_z, other)
        functions.call(each, other)
        if not np.array_equal(first, kept, equal_nan=True):
            raise Wrong("state", each, kept, f"a later call turned the result into {show(first)}")
        same("state", each, functions.call(each, t), kept)
        if first.flags.writeable:
            first[...] = kept + 1
            same("state", each, functions.call(each, t), kept)
        if each.ndim and _overwritten(given, functions.given(next_z)):
            same_call("state", functions, given, t, next_z, functions.call(next_z, t))


def _overwritten(array: Any, new: Any) -> bool:
    """Whether the array could be given the numbers of another."""
    try:
        array[...] = new
    except Exception:  # not every array type can be written to
        return False
    return True


def threads(functions: Functions, t: float, z: list[np.ndarray], other: float) -> None:
    """Threads that interrupt one another between any two operations of the map's own Python code."""
    calls = list(itertools.product(z, (t, other)))
    expected = [functions.call(*call) for call in calls]
    start, found = threading.Barrier(THREADS), list[Wrong]()

    def work(number: int) -> None:
        start.wait()
        for call in range(number, number + len(calls)):
            each, step = calls[call % len(calls)]
            given = functions.given(each)
            before = sys.gettrace()
            sys.settrace(_interrupted())
            try:
                with np.errstate(all="ignore"):
                    same("threads", each, called("threads", functions, given, step, each), expected[call % len(calls)])
            except Wrong as wrong:
                wrong.t = step
                found.append(wrong)
            finally:
                sys.settrace(before)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    try:
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    finally:
        sys.setswitchinterval(interval)
    if found:
        raise found[0]


def _interrupted() -> Callable[..., Any]:
    """A trace function that lets other threads go on after the operations of a call."""
    seen = itertools.count(1)

    def trace(frame: Any, event: str, argument: Any) -> Callable[..., Any] | None:
        frame.f_trace_opcodes = True
        number = next(seen)
        if number > MOST:  # a long loop: tracing makes each operation many times slower
            sys.settrace(None)
            return None
        if number % (1 + number // OFTEN) == 0:
            time.sleep(0)
        return trace

    return trace
