"""Ctrl-C, or the end of a batch system's time: a run stops after the step it is at, and its state is kept."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from threading import current_thread, main_thread
from types import FrameType
from typing import Any

from verify.process import Terminate

AGAIN = 2.0  # seconds after which a signal is a second one: torchrun sends on what its processes are sent with it


class Interruption:
    """A context in which the first SIGINT or SIGTERM sets ``asked``, and a second one, at least ``AGAIN`` seconds later, raises
    KeyboardInterrupt. Entering it raises KeyboardInterrupt if a SIGTERM came before. Outside the main thread, and for a
    signal that has another handler or is ignored, nothing is changed. ``say`` is given a line when the first one comes."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._first: float | None = None  # when a signal came
        self._say = say
        self._before: dict[signal.Signals, Any] = {}

    @property
    def asked(self) -> bool:
        return self._first is not None

    def __enter__(self) -> Interruption:
        if current_thread() is main_thread():
            terminate = signal.getsignal(signal.SIGTERM)
            if isinstance(terminate, Terminate) and terminate.came:
                raise KeyboardInterrupt
            mine = [signal.SIGINT] if signal.getsignal(signal.SIGINT) is signal.default_int_handler else []
            mine += [signal.SIGTERM] if terminate is signal.SIG_DFL or isinstance(terminate, Terminate) else []
            self._before = {number: signal.signal(number, self._ask) for number in mine}
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self._first is None:
            self._first = time.monotonic()
            self._say("stopping after this step, with a checkpoint; once more to stop at once")
        elif time.monotonic() > self._first + AGAIN:
            raise KeyboardInterrupt
