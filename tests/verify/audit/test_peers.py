"""The libraries' files, with and without the libraries; those that are not installed are skipped."""

from __future__ import annotations

import ast
import importlib
import re
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import pytest

from verify.audit.peers import load, names
from verify.audit.survey.reproduction import outcome
from verify.audit.survey.row import of_map

PAGE = Path(__file__).parents[3] / "docs" / "audit.md"
# the findings that stand on paper: map, library
KNOWN = [
    ("pyproximal", "L0"),
    ("pyproximal", "Huber"),
    ("pyproximal", "SCAD, tau >= a - 1"),
    ("pyproximal", "QuadraticEnvelopeCard, tau > 1"),
    ("pyproximal", "L21_plus_L1, rho = 1"),
    ("skglm", "MCPenalty, step > gamma"),
    ("skglm", "SCAD, step = gamma - 1"),
    ("skglm", "WeightedL1GroupL2"),
    ("torchao", "ProxLasso, reg_lambda = 0"),
]


def installed(name):
    """The library, or a skip that says what is missing."""
    try:
        versions = load(name).versions()
    except ModuleNotFoundError as error:
        pytest.skip(str(error))
    return load(name), versions


def part(name, title):
    return next(each for each in load(name).maps if each.name == title)


def test_three_libraries_are_found():
    assert {"pyproximal", "skglm", "torchao"} <= set(names())


@pytest.mark.parametrize("name", names())
def test_a_library_names_each_map_once_and_gives_a_reason_for_what_is_left_out(name):
    peer = load(name)
    titles = [each.name for each in peer.maps]
    assert len(set(titles)) == len(titles)
    assert all(reason.strip() for reason in peer.left_out.values())


@pytest.mark.parametrize("name", names())
def test_the_code_of_every_map_is_python(name):
    for each in load(name).maps:
        ast.parse(f"R = {each.make}\n{each.prox}\nv = {each.value}")


@pytest.mark.parametrize("name", names())
def test_every_map_runs_on_an_input_of_its_shape(name):
    peer, _ = installed(name)
    rng = np.random.default_rng(0)
    for each in peer.maps:
        if "= gamma - 1" in each.name:
            continue
        prox, value = each.functions(peer.imports)
        parameters = {key: values[0] for key, values in each.parameters.items()}
        z = rng.normal(size=each.shape or (1,))
        if peer.arrays == "torch":
            z = importlib.import_module("torch").from_numpy(z)
        x = prox(z, each.t[0], **parameters)
        assert tuple(x.shape) == tuple(z.shape), each.name
        assert np.asarray(value(x, **parameters)).size == 1, each.name


@pytest.mark.parametrize("name, title", KNOWN)
def test_a_known_finding_is_found_and_reproduced(name, title):
    peer, _ = installed(name)
    row = of_map(peer, part(name, title), seed=1)
    if row.verdict == "right":
        pytest.skip(f"{title} is right in {peer.versions()}: drop it from the list, and tell docs/audit.md")
    assert row.verdict == "wrong", row.output
    assert row.why


@pytest.mark.parametrize(
    "name, title", [("pyproximal", "Euclidean"), ("skglm", "SCAD, step > gamma - 1"), ("torchao", "ProxHardQuant")]
)
def test_a_right_map_is_right(name, title):
    peer, _ = installed(name)
    assert of_map(peer, part(name, title), seed=1).verdict == "right"


def blocks():
    """(library, the versions on the page, code, what the page says it prints) of every reproduction in docs/audit.md."""
    found = []
    for section in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        library = section.partition("\n")[0].strip()
        for block in re.findall(r"```python\n(.*?)```", section, flags=re.DOTALL):
            lines = block.splitlines()
            printed = [line.removeprefix("# ").rstrip() for line in lines if line.startswith("#")]
            found.append((library, "\n".join(line for line in lines if not line.startswith("#")), "\n".join(printed)))
    return found


@pytest.mark.parametrize("name", ["pyproximal", "skglm", "torchao"])
def test_every_reproduction_on_the_page_prints_what_the_page_says(name):
    _, versions = installed(name)
    if f"{name} {versions[name]}" not in PAGE.read_text(encoding="utf-8"):
        pytest.skip(f"docs/audit.md is about another version than {name} {versions[name]}")
    mine = [(code, printed) for library, code, printed in blocks() if library == name]
    assert mine
    for code, printed in mine:
        assert [line.rstrip() for line in outcome(code).splitlines()] == printed.splitlines(), code


def test_the_page_has_a_finding_of_each_library():
    assert {library for library, _, _ in blocks()} == {"pyproximal", "skglm", "torchao"}


def test_a_library_that_is_not_installed_is_named_with_the_pip_command(monkeypatch):
    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr("verify.audit.survey.peer.version", missing)
    with pytest.raises(ModuleNotFoundError, match=r"^skglm is not installed; try: pip install skglm numba numpy$"):
        load("skglm").versions()
