"""Which maps, losses and update rules run while something is computed: recorded from the calls themselves."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

PACKAGES = ("verify.penalties", "verify.losses", "verify.methods")
NOT_MATHEMATICS = {"base", "parameters", "grouping", "group_blocks", "group_kinds", "group_weights"}  # checks, shapes, blocks


@contextmanager
def recording() -> Iterator[set[tuple[str, str]]]:
    """(module, qualified name) of every function of the mathematics that is called inside the block, filled as it runs:
    penalties, losses and methods, a user's own classes among them, without constructors and checks.

    The profile function of the thread is set aside meanwhile.
    """
    seen: set[tuple[str, str]] = set()
    own = _own_classes()

    def record(frame: FrameType, event: str, argument: Any) -> None:
        if event != "call":
            return
        module, name = frame.f_globals.get("__name__", ""), frame.f_code.co_qualname
        ours = module.startswith(PACKAGES) and module.rpartition(".")[2] not in NOT_MATHEMATICS
        if (ours or (module, name.rpartition(".")[0]) in own) and not name.endswith("__"):
            seen.add((module, name))

    before = sys.getprofile()
    sys.setprofile(record)
    try:
        yield seen
    finally:
        sys.setprofile(before)


def _own_classes() -> set[tuple[str, str]]:
    """(module, name) of the penalties and methods that are defined elsewhere."""
    from verify import methods, penalties

    classes = [*penalties.REGISTRY.values(), *methods.REGISTRY.values()]
    return {(c.__module__, c.__qualname__) for c in classes if not c.__module__.startswith(PACKAGES)}
