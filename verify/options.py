"""Options that are one of a few words."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints


def check_literals(made: Any) -> None:
    """Raise ValueError where a field of ``made`` annotated ``Literal[...]`` holds something else."""
    for name, allowed in _words(type(made)).items():  # type: ignore[arg-type]  # a class is hashable
        if (value := getattr(made, name)) not in allowed:
            raise ValueError(f"{type(made).__name__}: {name} must be {' or '.join(map(repr, allowed))}; got {value!r}")


@cache
def _words(cls: type[Any]) -> dict[str, tuple[Any, ...]]:
    hints = get_type_hints(cls).items()
    return {name: get_args(hint) for name, hint in hints if get_origin(hint) is Literal}
