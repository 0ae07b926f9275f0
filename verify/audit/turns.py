"""Threads that take turns: each runs one operation of its own Python code, then lets the next run one of its own.

Left to the system, two threads seldom meet in the few operations between which they must not be interrupted. Here they meet
in every one of them, whatever the machine.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

# seconds: a thread that takes longer for one operation is held to wait for a lock, and the others go on without it.
# The first wait is for a busy machine; half as long each time, so that a map with a lock is not checked for minutes
PATIENCE, LEAST = 0.5, 0.01
# a turn ends after each of the first operations of a call, then after ever fewer, at last after none
OFTEN, MOST = 50, 20_000


class Turns:
    def __init__(self, threads: int) -> None:
        self._lock = threading.Lock()
        self._turn = [threading.Condition(self._lock) for _ in range(threads)]
        self._running, self._parked, self._stuck = set(range(threads)), list[int](), set[int]()
        self._patience = PATIENCE

    def call(self, me: int, function: Callable[..., Any], *arguments: Any, **parameters: Any) -> Any:
        """function's result, where thread ``me`` of 0, ..., threads - 1 ends its turn after the operations of the call."""
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
        operations = 0

        def trace(frame: Any, event: str, argument: Any) -> Callable[..., Any] | None:
            nonlocal operations
            frame.f_trace_opcodes = True
            operations += 1
            if operations > MOST:  # a long loop: tracing makes each operation many times slower
                sys.settrace(None)
                return None
            if operations % (1 + operations // OFTEN) == 0:
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
        """The turn of the thread that has waited longest, if nobody runs but those that are stuck."""
        if self._parked and self._running <= self._stuck:
            first = self._parked.pop(0)
            self._running.add(first)
            self._turn[first].notify()
