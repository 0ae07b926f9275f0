"""Which refuted claims a paper is charged with, and where the others stand."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from verify.claims import load
from verify.commands import main
from verify.evidence import decide
from verify.report.data import report_data
from verify.report.errata import UNSURE, charged, errata, errata_markdown, errata_page, is_erratum

CLAIMS = load()
IDS = ["RMDA.E2", "RMDA.E2.nohalf", "RMDA.S2.cost", "RMDA.S2.cost.fix", "PG.C1.constant"]


@pytest.fixture(scope="module")
def found():
    claims = [CLAIMS[id] for id in IDS]
    return report_data(claims, [decide(c, drop=False) for c in claims], budget="quick", seed=0, seconds=1.0), claims


def test_what_may_be_the_extractions_slip_is_counted_nowhere_and_stands_at_the_end(found):
    (paper,) = errata(*found)
    assert (paper["kinds"], [row["id"] for row in paper["rows"]], paper["beside"]) == ("gap 1", ["RMDA.S2.cost"], [])
    for text in (errata_markdown(*found), errata_page(*found)):
        head, end = text[: text.index("RMDA.S2.cost")], text[text.rindex(UNSURE) :]
        assert "no paper is charged with it" in " ".join(head.split())
        assert "RMDA.E2.nohalf" in end
        assert "RMDA.S2.cost" not in end
        assert "As extracted" in end
        assert "misprint 1" not in text


def test_without_such_a_statement_the_page_does_not_speak_of_extraction(found):
    data, claims = found
    left = data | {"claims": [row for row in data["claims"] if row["id"] != "RMDA.E2.nohalf"]}
    kept = [c for c in claims if c.id != "RMDA.E2.nohalf"]
    for text in (errata_markdown(left, kept), errata_page(left, kept)):
        assert "extracted" not in text
        assert UNSURE not in text


@pytest.mark.parametrize("id", ["PG.C1.constant", "RMDA.E2.nohalf"])
def test_show_and_the_json_have_no_word_of_an_erratum_that_the_errata_do_not_have(id, found):
    assert CLAIMS[id].erratum
    (row,) = [row for row in found[0]["claims"] if row["id"] == id]
    assert (row["erratum"], is_erratum(row)) == (None, False)
    assert "erratum" not in CliRunner().invoke(main, ["show", id]).stdout.splitlines()[0]


def test_show_has_the_word_where_the_errata_have_it():
    assert "erratum: gap)" in CliRunner().invoke(main, ["show", "RMDA.S2.cost"]).stdout.splitlines()[0]


def test_who_is_charged():
    unsure = {id for id, made in CLAIMS.items() if made.expected == "refuted" and "as extracted" in made.place}
    assert unsure == {"RMDA.E2.nohalf", "RMDA.L2.indicator", "RMDA.T2.E25", "MRDA.A2.h", "MRDA.L7.1", "RVSM.E16"}
    for id, made in CLAIMS.items():
        assert charged(made, "undecided") is None
        assert charged(made, "refuted") == (None if id in unsure or made.form == "own" else made.erratum), id
