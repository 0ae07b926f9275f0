"""The history of a run while it goes on: a CSV file, and TensorBoard's if asked for."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path
from typing import Any

from verify.files import write_whole

Row = dict[str, float]
LOG, BOARD = "log.csv", "tensorboard"
SECONDS = 5.0  # between two writings of the file


class Log:
    """``folder/log.csv``, rewritten whole every few seconds, a row an epoch; ``folder/tensorboard`` with ``tensorboard``.

    A run that goes on takes back what TensorBoard has of it, and writes the epochs before once more. Where the tensorboard
    package is missing, :attr:`missing` says so and the CSV file is all there is."""

    def __init__(self, folder: Path, tensorboard: bool = False) -> None:
        self.path, self._written, self._shown = folder / LOG, float("-inf"), 0
        self.missing: str | None = None
        self._board: Any = None
        if tensorboard:
            try:
                from torch.utils.tensorboard import SummaryWriter

                self._board = SummaryWriter(str(folder / BOARD), purge_step=1)
            except ImportError:
                self.missing = "tensorboard is not installed (pip install tensorboard): log.csv has all there is"

    def add(self, history: list[Row], last: bool) -> None:
        """The history so far; ``last`` says that it ends here."""
        if self._board is not None:
            for row in history[self._shown :]:
                for name, value in row.items():
                    self._board.add_scalar(name, value, int(row["epoch"]))
            self._shown = len(history)
        if last or time.monotonic() - self._written >= SECONDS:
            write_whole(self.path, as_csv(history))
            self._written = time.monotonic()
        if last and self._board is not None:
            self._board.close()


def as_csv(rows: list[Row]) -> str:
    """The rows under a line of names, in order of first appearance; nothing where a row has no value."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
