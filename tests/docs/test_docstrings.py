"""Docstrings are plain text: what is markup by accident reaches the page as it stands."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

from docs.extensions.docstrings import plain
from docs.extensions.signatures import ranges, short
from tests.docs.pages import DOCS
from verify.penalties import MCP, Zero

MEMBERS = re.compile(r"^\.\. auto(?:class|module):: ([\w.]+)\n +:members: ((?:[\w, ]|\n {6,})+)", re.MULTILINE)


@pytest.mark.parametrize(
    ("line", "escaped"),
    [
        ("lam |x|, w* and x_.", r"lam \|x\|, w\* and x\_."),
        ("``|x|`` is code, and :class:`Penalty` a role", "``|x|`` is code, and :class:`Penalty` a role"),
        ("prox_{t R}(z)", "prox_{t R}(z)"),
    ],
)
def test_formulas_are_escaped_and_code_is_not(line, escaped):
    assert plain([line]) == [escaped]


def test_in_a_table_nothing_moves():
    table = ["====  ====", "|x|   y*", "====  ====", "", "|x|"]
    assert [len(line) for line in plain(table)[:4]] == [len(line) for line in table[:4]]
    assert plain(table)[-1] == r"\|x\|"


def test_signatures_do_not_say_any():
    assert short("(x: ~typing.Any, axis: ~typing.Any = None, n: int = 3)") == "(x, axis = None, n: int = 3)"
    assert short("(m: Any, epsilon: Any = 1e-8)") == "(m, epsilon = 1e-8)"
    assert short("(lam: ~typing.Annotated[~typing.Any, ~verify.penalties.parameters.Range(low=0.0)])") == "(lam)"


def test_ranges_are_said_once():
    assert ranges(MCP) == "lam >= 0; gamma > 0"
    assert ranges(Zero) == ""


def test_what_is_listed_by_name_has_a_docstring():
    """Sphinx leaves out what has none, and says nothing."""
    listed = [
        (owner, name.strip())
        for page in sorted(DOCS.rglob("*.md"))
        for owner, names in MEMBERS.findall(page.read_text(encoding="utf-8"))
        for name in names.split(",")
    ]
    assert listed
    assert not [f"{owner}.{name}" for owner, name in listed if not getattr(found(owner), name).__doc__]


def found(dotted):
    """The module or class of that name."""
    module, _, name = dotted.rpartition(".")
    return getattr(import_module(module), name) if name[0].isupper() else import_module(dotted)
