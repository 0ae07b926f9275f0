"""Docstrings are plain text with formulas such as |x|, w* and x_; to Sphinx these are markup, so they are escaped.

What the docstrings do use stays: code between double back-quotes, roles such as :class:`Penalty`, lists and tables.
"""

from __future__ import annotations

import re
from typing import Any

_CODE = re.compile(r"(``.+?``|:[a-z]+:`[^`]+`)")
_MARKUP = re.compile(r"([|*])|(?<=\w)_(?=$|[\s),.:;\]}'\"/-])")
_RULE = re.compile(r"=+( +=+)+$")
_ALIKE = str.maketrans("*|", "∗∣")  # in a table a backslash would move what stands below each other


def plain(lines: list[str]) -> list[str]:
    """The lines with what is markup by accident escaped."""
    table, made = False, []
    for line in lines:
        table = bool(line.strip()) and (table or bool(_RULE.match(line.strip())))
        parts = _CODE.split(line)
        parts[::2] = [p.translate(_ALIKE) if table else _MARKUP.sub(lambda found: "\\" + found[0], p) for p in parts[::2]]
        made.append("".join(parts))
    return made


def escape(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Sphinx's hook for each docstring: ``lines`` is changed in place."""
    lines[:] = plain(lines)


def setup(app: Any) -> dict[str, bool]:
    """Register the hook."""
    app.connect("autodoc-process-docstring", escape)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
