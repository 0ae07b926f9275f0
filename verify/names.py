"""Which name may have been meant by one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def hint(name: str, known: Iterable[str]) -> str:
    """The question which known name is meant: those that begin like ``name``, or resemble it; "" where there are none."""
    folded = {other.casefold(): other for other in known}
    start = [other for other in folded if other.startswith(name.casefold())]
    close = [folded[other] for other in start[:3] or get_close_matches(name.casefold(), folded, n=3)]
    return f"did you mean {' or '.join(close)}?" if close else ""
