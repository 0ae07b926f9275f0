"""Threads that take turns: one alone runs, and after an operation of its own Python code it may let another go on.

Left to the system, two threads seldom meet in the few operations between which they must not be interrupted. Here who goes on,
and when, is drawn by a seed, so that they meet in these whatever the machine.
"""

from __future__ import annotations

import inspect
import random
import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

# seconds: a thread that takes longer for one operation is held to wait for a lock, and the others go on without it; half as
# long each time, so that a map with a lock is not checked for minutes
PATIENCE, LEAST = 0.1, 0.01
# a turn may end at the first visits of each place of the code, and of each after the first operations of a call, then after
# ever fewer, at last after none
VISITS, OFTEN, MOST = 3, 50, 20_000
SHARE = 0.3  # of these, at which the turn does end; always, and threads in step with each other hide what they do to each other
# told of a yield, a generator still runs: another thread that went on with it now would crash the interpreter
SUSPENDED = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


class Turns:
    def __init__(self, threads: int) -> None:
        self._lock = threading.Lock()
        self._turn = [threading.Condition(self._lock) for _ in range(threads)]
        self._running, self._parked, self._stuck = set(range(threads)), list[int](), set[int]()
        self._patience = PATIENCE
        self._random = random.Random(0)

    def call(self, me: int, function: Callable[..., Any], *arguments: Any, **parameters: Any) -> Any:
        """function's result, where thread ``me`` of 0, ..., threads - 1 ends its turn after some operations of the call."""
        before = sys.gettrace()
        sys.settrace(self._trace(me))
        try:
            return function(*arguments, **parameters)
        finally:
            sys.settrace(before)

    def leave(self, me: int) -> None:
        """Thread ``me`` takes no more turns."""
        with self._lock:
            self._running.discard(me)
            self._next()

    def _trace(self, me: int) -> Callable[..., Any]:
        operations, visits = 0, Counter[tuple[int, int]]()

        def trace(frame: Any, event: str, argument: Any) -> Callable[..., Any] | None:
            nonlocal operations
            frame.f_trace_opcodes = True
            operations += 1
            if operations > MOST:  # a long loop: tracing makes each operation many times slower
                frame.f_trace, frame.f_trace_opcodes = None, False  # settrace(None) from in here crashes Python 3.12.1
                return None
            place = id(frame.f_code), frame.f_lasti
            visits[place] += 1
            chosen = visits[place] <= VISITS or operations % (1 + operations // OFTEN) == 0
            yields = event == "return" and frame.f_code.co_flags & SUSPENDED
            if chosen and not yields and self._random.random() < SHARE:
                self._end_turn(me)
            return trace

        return trace

    def _end_turn(self, me: int) -> None:
        with self._lock:
            self._stuck.discard(me)
            self._running.discard(me)
            self._parked.append(me)
            self._next()
            if not self._turn[me].wait_for(lambda: me in self._running, self._patience):
                self._patience = max(self._patience / 2, LEAST)
                self._stuck |= self._running
                self._parked.remove(me)
                self._running.add(me)

    def _next(self) -> None:
        """The turn of a thread that waits, if nobody runs but those that are stuck."""
        if self._parked and self._running <= self._stuck:
            chosen = self._parked.pop(self._random.randrange(len(self._parked)))
            self._running.add(chosen)
            self._turn[chosen].notify()
