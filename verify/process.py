"""The process of a command: SIGTERM interrupts it, and its standard output takes any character and does without a reader."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType
from typing import Any


class Terminate:
    """A handler that makes a KeyboardInterrupt of a signal, and remembers that it ``came``: Python drops what is raised in a
    destructor or a callback of a weak reference, as while modules are imported, and work that is long asks."""

    came = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.came = True
        raise KeyboardInterrupt


@contextmanager
def as_command() -> Iterator[None]:
    """What all commands do around their work. Raises OSError for a standard output that is closed, and at the end for one that
    could not be written, as on a full disk: what else a command leaves is whole."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, "it is closed; to see nothing, send it to /dev/null", "standard output")
    stdout: Any = sys.stdout
    before, file = None, _patient(stdout)
    if current_thread() is main_thread():  # a batch system's end of time ends the workers too
        before = signal.signal(signal.SIGTERM, Terminate())
    if file is not None:
        stdout.flush()
        at_once = stdout.line_buffering or stdout.write_through
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(file), stdout.encoding, "replace", line_buffering=at_once)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stdout = stdout
        if before is not None:
            signal.signal(signal.SIGTERM, before)
        if file is not None and file.failure is not None:
            raise file.failure


def said(error: Exception) -> str:
    """What an error says, in one line: of the system's own, the file and what is wrong with it."""
    text = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else str(error)
    return " ".join(text.split())


class _Patient(io.FileIO):
    """A file whose writes go nowhere once its reader, ``head`` perhaps, has seen enough, or after a ``failure``."""

    failure: OSError | None = None

    def write(self, content: Any, /) -> int:
        try:
            return super().write(content)
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if not isinstance(error, BrokenPipeError):
                self.failure = error
                error.filename = "standard output"
            return len(content)


def _patient(stream: Any) -> _Patient | None:
    """The file of the process's own standard output as a patient one; None for what is no plain file: a console of Windows, or
    what somebody has put in its place."""
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)
    if stream is not sys.__stdout__ or type(raw) is not io.FileIO:
        return None
    return _Patient(raw.fileno(), "w", closefd=False)
