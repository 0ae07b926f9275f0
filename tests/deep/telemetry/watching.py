"""A watch on an optimizer without a trainer around it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from deep.telemetry import Watch, watches_of


def watching(optimizer: Any, kind: type[Watch]) -> Any:
    fake = SimpleNamespace(rule=SimpleNamespace(optimizer=optimizer))
    return next(watch for watch in watches_of(fake) if isinstance(watch, kind))
