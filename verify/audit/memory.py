"""What a map must not keep from one call to the next, nor share between two calls at once.

Each check calls the map on three inputs at two steps, and raises Wrong where an answer depends on other calls.
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from verify.audit.calls import Wrong, same, same_call
from verify.audit.functions import Functions
from verify.audit.report import show
from verify.audit.turns import Turns

THREADS, ROUNDS = 4, 2


def state(functions: Functions, t: float, z: list[np.ndarray], other: float) -> None:
    """Also where an input is used again with other numbers, and where the caller writes to a result; it is put back, as later
    checks may be answered with it."""
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
            try:
                first[...] = kept + 1
                same("state", each, functions.call(each, t), kept)
            finally:
                first[...] = kept
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
    """Threads that interrupt one another between the operations of the map's own Python code; each goes round all calls."""
    calls = list(itertools.product(z, (t, other)))
    expected = [functions.call(*call) for call in calls]
    start, turns, found, raised = threading.Barrier(THREADS), Turns(THREADS), list[Wrong](), list[BaseException]()

    def work(number: int) -> None:
        interrupted = replace(functions, prox=partial(turns.call, number, functions.prox))
        start.wait()
        try:
            for call in range(number, number + ROUNDS * len(calls)):
                each, step = calls[call % len(calls)]
                try:
                    with np.errstate(all="ignore"):
                        same_call("threads", interrupted, functions.given(each), step, each, expected[call % len(calls)])
                except Wrong as wrong:
                    wrong.t = step
                    found.append(wrong)
        except BaseException as error:  # of a thread; for the caller
            raised.append(error)
        finally:
            turns.leave(number)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if raised or found:
        raise [*raised, *found][0]
