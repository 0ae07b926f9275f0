"""Numbers in sentences."""

from __future__ import annotations

from collections.abc import Iterable


def percent(interval: tuple[float, float, float]) -> str:
    """A share with its interval: "95 % [76, 99]"."""
    share, low, high = (100 * value for value in interval)
    return f"{share:.0f} % [{low:.0f}, {high:.0f}]"


def joined(parts: Iterable[str]) -> str:
    """ "a, b and c"; "none" for nothing."""
    *most, last = list(parts) or ["none"]
    return f"{', '.join(most)} and {last}" if most else last
