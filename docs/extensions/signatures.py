"""Signatures without what says nothing, and the ranges of parameters as a sentence of the docstring instead."""

from __future__ import annotations

import re
from dataclasses import is_dataclass
from typing import Any

from verify.penalties.parameters import ranges_of

_RANGED = re.compile(r"~?[\w.]*Annotated\[([^,\]]+), ~?[\w.]*(?:Range|Choice)\(.*?\)\]")
_ANY = re.compile(r"(?<=\w): ~?(?:typing\.)?Any(?=[,)]| =)")


def short(signature: str) -> str:
    """The signature with plain types, and none where any will do."""
    return _ANY.sub("", _RANGED.sub(r"\1", signature)).replace(" = <factory>", "")


def ranges(cls: Any) -> str:
    """What each annotated field may be, as one line; "" for a class that has none."""
    if not is_dataclass(cls):
        return ""
    return "; ".join(f"{name} {allowed}" for name, allowed in ranges_of(cls).items())


def rewrite(app: Any, what: str, name: str, obj: Any, options: Any, signature: str | None, returns: str | None) -> Any:
    """Sphinx's hook for each signature."""
    return (short(signature) if signature else signature), (None if returns in ("Any", "~typing.Any") else returns)


def mention(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Sphinx's hook for each docstring: the ranges follow it."""
    said = ranges(obj) if what == "class" else ""
    if said:
        lines += [f"Parameters: {said}.", ""]


def unsaid(app: Any, what: str, name: str, obj: Any, skip: bool, options: Any) -> bool | None:
    """Sphinx's hook for each member: the fields of a named tuple stand in its signature."""
    return True if str(getattr(obj, "__doc__", "")).startswith("Alias for field number") else None


def setup(app: Any) -> dict[str, bool]:
    """Register the hooks."""
    app.connect("autodoc-skip-member", unsaid)
    app.connect("autodoc-process-signature", rewrite)
    app.connect("autodoc-process-docstring", mention)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
