"""What problems, solvers and experiments share: they are found by name."""

from __future__ import annotations

from typing import Any


def register(registry: dict[str, Any], cls: type[Any], kind: str) -> None:
    """Enter ``cls`` under its name, unless that begins with an underscore. ValueError where another module has taken it."""
    if cls.__name__.startswith("_"):
        return
    taken = registry.get(cls.__name__)
    if taken is not None and taken.__module__ != cls.__module__:
        raise ValueError(f"there is {kind} {cls.__name__} already, in {taken.__module__}: give yours another name")
    registry[cls.__name__] = cls
