"""What a person sees while a network trains: a bar with the time left on a terminal, else a line every now and then."""

from __future__ import annotations

import sys
import time
from typing import Any

from verify.words import duration

Row = dict[str, float]
SHOWN = {"accuracy": "accuracy", "zero_groups": "zero groups", "zero_weights": "zero weights"}


class Progress:
    """A context to which the rows of the history are given. Without the rich package, or where nobody looks, plain lines."""

    def __init__(self, title: str, epochs: int, quiet: bool = False, seconds: float = 10.0) -> None:
        self.title, self.epochs, self.quiet, self.seconds = title, epochs, quiet, seconds
        self._bar: Any = None
        self._said = self._begun = time.monotonic()
        self._first: int | None = None

    def __enter__(self) -> Progress:
        self._said = self._begun = time.monotonic()
        if not self.quiet and sys.stderr.isatty():
            try:
                from rich.console import Console
                from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
                from rich.progress import Progress as Bar
            except ImportError:
                return self
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Bar(*columns, TextColumn("{task.fields[now]}"), console=Console(stderr=True))
            self._task = self._bar.add_task(self.title, total=self.epochs, now="")
            self._bar.start()
        return self

    def __exit__(self, *error: Any) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, row: Row) -> None:
        """The newest row."""
        epoch, now = int(row["epoch"]), time.monotonic()
        self._first = epoch - 1 if self._first is None else self._first
        left = (now - self._begun) / (epoch - self._first) * (self.epochs - epoch)
        text = ", ".join(f"{label} {row[name]:.2f} %" for name, label in SHOWN.items() if name in row)
        if self._bar is not None:
            self._bar.update(self._task, completed=epoch, now=f"{duration(left)} left  {text}")
        elif not self.quiet and (now - self._said >= self.seconds or epoch == self.epochs):
            print(f"{self.title}  epoch {epoch}/{self.epochs}, {duration(left)} left: {text}", file=sys.stderr, flush=True)
            self._said = now
