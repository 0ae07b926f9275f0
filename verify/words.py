"""How things are said to people, wherever they are said."""

from __future__ import annotations

import inspect
from typing import Any


def duration(seconds: float) -> str:
    """As people say it: "1 h 05 min", "2 min 10 s", "8 s"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def first_line(described: Any) -> str:
    """The first line of the docstring of a class or function."""
    return (inspect.cleandoc(described.__doc__ or "").splitlines() or ["(no description)"])[0]
