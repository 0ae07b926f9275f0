"""Classes that are found by name, and which name may have been meant by one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any


def register(registry: dict[str, Any], cls: type[Any], kind: str) -> None:
    """Enter ``cls`` under its name, unless that begins with an underscore. ValueError where another module has taken it."""
    if cls.__name__.startswith("_"):
        return
    taken = registry.get(cls.__name__)
    if taken is not None and taken.__module__ != cls.__module__:
        raise ValueError(f"there is {kind} {cls.__name__} already, in {taken.__module__}: give yours another name")
    registry[cls.__name__] = cls


def hint(name: str, known: Iterable[str]) -> str:
    """The question which known name is meant: those that begin like ``name``, or resemble it; "" where there are none."""
    folded = {other.casefold(): other for other in known}
    start = [other for other in folded if other.startswith(name.casefold())]
    close = [folded[other] for other in start[:3] or get_close_matches(name.casefold(), folded, n=3)]
    return f"did you mean {' or '.join(close)}?" if close else ""
