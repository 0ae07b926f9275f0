"""Ctrl-C, or the end of a batch system's time: a run stops after the step it is at, and its state is kept."""

from __future__ import annotations

import signal
from collections.abc import Callable
from threading import current_thread, main_thread
from types import FrameType
from typing import Any

USUAL: dict[signal.Signals, list[Any]] = {
    signal.SIGINT: [signal.default_int_handler],
    signal.SIGTERM: [signal.SIG_DFL, signal.default_int_handler],
}


class Interruption:
    """Within, the first SIGINT or SIGTERM sets ``asked``, and a second one is a KeyboardInterrupt. Only the main thread can do
    that; signals that somebody else handles, or ignores, are left to them. ``say`` is told what happens."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.asked = False
        self._say = say
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Interruption:
        if current_thread() is main_thread():
            mine = [number for number, usual in USUAL.items() if signal.getsignal(number) in usual]
            self._before = {number: signal.signal(number, self._ask) for number in mine}
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        self._say("stopping after this step, with a checkpoint; once more to stop at once")
