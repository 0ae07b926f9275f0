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
from typing import Any


@contextmanager
def as_command() -> Iterator[None]:
    """What all commands do around their work. Raises OSError for a standard output that is closed or cannot be written."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, "it is closed; to see nothing, send it to /dev/null", "standard output")
    before, stdout = None, sys.stdout
    if current_thread() is main_thread():  # a batch system's end of time ends the workers too
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stdout = _patient(stdout) if stdout is sys.__stdout__ else stdout
    try:
        yield
    finally:
        try:
            sys.stdout.flush()
        finally:
            sys.stdout = stdout
            if before is not None:
                signal.signal(signal.SIGTERM, before)


def said(error: Exception) -> str:
    """What an error says, in one line: of the system's own, the file and what is wrong with it."""
    text = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else str(error)
    return " ".join(text.split())


class _Patient(io.FileIO):
    """A file whose writes go nowhere once its reader, ``head`` perhaps, has seen enough, or after an error, which is raised
    once."""

    def write(self, content: Any, /) -> int:
        try:
            return super().write(content)
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if isinstance(error, BrokenPipeError):
                return len(content)
            error.filename = "standard output"
            raise


def _patient(stream: Any) -> Any:
    """The stream as one of a patient file; what its encoding lacks is a question mark."""
    raw = getattr(stream.buffer, "raw", stream.buffer)
    if type(raw) is not io.FileIO:  # a console of Windows
        return stream
    stream.flush()
    file = io.BufferedWriter(_Patient(raw.fileno(), "w", closefd=False))
    at_once = stream.line_buffering or stream.write_through
    return io.TextIOWrapper(file, stream.encoding, "replace", line_buffering=at_once)
