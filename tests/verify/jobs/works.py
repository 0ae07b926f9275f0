"""What the tests of engines have done, in a module that workers import."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

LONG = 120.0  # seconds


def ends_below_0(task: int) -> int:
    if task < 0:
        os._exit(7)
    return task


def process(_: int) -> int:
    return os.getpid()


def alone(flag: Path) -> bool:
    """Whether nobody else is at it."""
    flag.touch(exist_ok=False)
    time.sleep(0.5)
    flag.unlink()
    return True


def threads() -> str:
    return os.environ["OMP_NUM_THREADS"]


def stays(begun: Path) -> None:
    """Write its process's number, and end long after."""
    begun.write_text(str(os.getpid()))
    time.sleep(LONG)


def refuse() -> None:
    raise ValueError("not here")


class Unreadable:
    """Can be pickled, and not be unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return refuse, ()
