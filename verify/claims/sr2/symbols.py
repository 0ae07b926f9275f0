"""Variables of a lemma, by their signs."""

from __future__ import annotations

from typing import Any


def variables(p: Any, names: str) -> list[Any]:
    """``variables(p, "sigma> n>= x")``: sigma positive, n not negative, x any real."""
    made = []
    for name in names.split():
        make = p.nonnegative if name.endswith(">=") else p.positive if name.endswith(">") else p.real
        made.append(make(name.rstrip(">=")))
    return made
