"""Rows of the audit: verdicts, reproductions that were run, and the files made of them."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from tests.verify.audit.small_peer import MAPS, PEER
from verify.audit import Finding
from verify.audit.survey.data import Target, audit_data
from verify.audit.survey.page import render, write_audit
from verify.audit.survey.peer import Map, Peer
from verify.audit.survey.reproduction import outcome, reproduce, shows
from verify.audit.survey.row import of_map


@pytest.fixture(scope="module")
def rows():
    return {part.name: of_map(PEER, part, seed=0) for part in MAPS}


@pytest.fixture(scope="module")
def data(rows):
    target = Target("small", list(rows.values()), PEER.versions(), PEER.left_out)
    return audit_data([target], command="small", seed=0, seconds=1.0)


def test_each_map_gets_its_verdict(rows):
    assert {name: row.verdict for name, row in rows.items()} == {
        "right": "right",
        "wrong": "wrong",
        "in place": "caution",
        "raises": "wrong",
        "gone": "undecided",
        "vector": "wrong",
    }


def test_a_wrong_map_shows_three_lines_that_print_two_objectives(rows):
    row = rows["wrong"]
    assert len(row.code.splitlines()) == 3
    of_returned, of_better = json.loads(row.output)
    assert of_better < of_returned
    assert outcome(row.code) == row.output
    assert "twice what it should be" in row.why
    assert f"objective {of_returned:.4g}" in row.words


def test_a_right_map_is_told_neither_why_nor_how(rows):
    assert (rows["right"].why, rows["right"].code, rows["right"].words) == ("", "", "")


def test_a_changed_input_is_shown_after_the_call(rows):
    assert rows["in place"].code.endswith("print(z)")


def test_an_exception_is_reproduced(rows):
    assert rows["raises"].output == "RuntimeError: no prox today"


def test_a_map_that_the_library_no_longer_has_leaves_the_others_alone(rows):
    assert "name 'Gone' is not defined" in rows["gone"].output


def test_a_finding_that_cannot_be_reproduced_accuses_nobody(monkeypatch):
    part = MAPS[1]
    monkeypatch.setattr("verify.audit.survey.reproduction.outcome", lambda code: "[1.0, 1.0]")
    assert of_map(PEER, part, seed=0).verdict == "undecided"


def test_what_a_finding_must_print():
    found = Finding("objective", "", z=1.0, t=1.0, returned=0.0, objective=0.5, better=1.0, better_objective=0.25)
    assert shows(found, "[0.5, 0.25]")
    assert not shows(found, "[0.5, 0.49]")
    assert not shows(found, "[0.25, 0.5]")
    assert not shows(found, "ValueError: no")
    outside = replace(found, kind="infeasible", objective=math.inf)
    assert shows(outside, "[inf, 0.25]")
    assert not shows(outside, "[0.1, 0.25]")
    assert not shows(outside, "[inf, inf]")
    nan = Finding("not a number", "", z=0.0, t=1.0, returned=math.nan)
    assert shows(nan, "[nan]")
    assert not shows(nan, "[0.]")


def test_the_better_point_has_few_digits_where_few_show_it():
    found = Finding("objective", "", 3.0, 1.0, {"weight": 0.5}, 2.0, 1.5, better=2.4987654321, better_objective=1.375)
    code, output = reproduce(PEER, MAPS[1], found)
    assert "np.array([2.5])" in code
    assert shows(found, output)


def test_a_missing_library_is_one_line_with_the_command():
    peer = Peer("no-such-distribution", "", (), {}, others=("numpy",))
    with pytest.raises(
        ModuleNotFoundError, match=r"^no-such-distribution is not installed; try: pip install no-such-distribution numpy$"
    ):
        peer.versions()


def test_the_page_and_the_markdown_say_what_is_right_and_what_is_wrong(data, rows):
    for template in ("page.html", "page.md"):
        text = render(template, data)
        for said in ("right", "Soft(weight, twice=True)", "it is left out here", "a note", rows["wrong"].output, "numpy"):
            assert said in text
        assert "never shown" not in text
    assert "<script" not in render("page.html", data)
    assert "http" not in render("page.html", data).replace('xmlns="http', "")


def test_text_of_a_library_cannot_become_markup(data):
    bad = json.loads(json.dumps(data))
    bad["targets"][0]["maps"][1]["why"] = "<script>alert(1)</script>"
    assert "<script>" not in render("page.html", bad)


def test_three_files_are_written(data, tmp_path):
    page = write_audit(tmp_path, data)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["audit.html", "audit.json", "audit.md"]
    assert page.name == "audit.html"
    (target,) = json.loads((tmp_path / "audit.json").read_text())["targets"]
    assert target["tally"] == {"right": 1, "caution": 1, "wrong": 3, "undecided": 1}
    wrong = target["maps"][1]
    assert wrong["findings"][0]["kind"] == "objective"
    assert wrong["findings"][0]["objective"] > wrong["findings"][0]["better_objective"]


def test_the_same_seed_gives_the_same_row(rows):
    again = of_map(PEER, MAPS[1], seed=0)
    assert again.code == rows["wrong"].code


def test_a_scalar_map_is_given_numbers_and_its_reproduction_arrays(rows):
    assert isinstance(rows["wrong"].findings[0].z, float)
    assert "z, better = 0.5, 1.0, np.array([" in rows["wrong"].code
    assert Map("x").shape == ()
