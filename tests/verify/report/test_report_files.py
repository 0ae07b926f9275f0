"""report.json, junit.xml and the source of index.html."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import pytest

from verify.evidence.claim import Evidence, Result
from verify.files import check_folder, write_whole
from verify.report.data import plain
from verify.report.junit import junit

HEAD = {"version": str, "seed": int, "budget": str, "seconds": float, "claims": list}
CLAIM = {"id", "paper", "place", "statement", "hypotheses", "form", "verdict", "expected", "evidence", "counterexample", "fix"}


def test_the_json_has_the_schema(data):
    assert all(isinstance(data[name], kind) for name, kind in HEAD.items())
    for claim in data["claims"]:
        assert claim.keys() >= CLAIM
        assert claim["form"] in ("printed", "fix", "sharp", "own")
        assert {claim["verdict"], claim["expected"]} <= {"proved", "unrefuted", "refuted", "undecided"}
        assert all(h.keys() >= {"name", "formula", "needed"} for h in claim["hypotheses"])
        assert all(e.keys() >= {"kind", "method", "cases", "worst_margin", "seconds"} for e in claim["evidence"])


def test_the_json_tells_what_was_found(data):
    claims = {claim["id"]: claim for claim in data["claims"]}
    assert {i: c["verdict"] for i, c in claims.items()} == {i: c["expected"] for i, c in claims.items()}
    assert 0 < claims["DEMO.L1"]["counterexample"]["case"]["x"] < 1
    assert claims["DEMO.L1"]["fix"] == "DEMO.L1.fix"
    assert [(h["name"], h["needed"]) for h in claims["DEMO.L1.fix"]["hypotheses"]] == [("idle", False), ("large", True)]
    assert claims["OTHER.T1"]["counterexample"] is None


def test_numbers_that_are_not_finite_stay_strict_json():
    kept = plain({"x": [float("inf"), -float("inf"), float("nan"), 1.5, True, None]})
    assert json.loads(json.dumps(kept, allow_nan=False)) == {"x": ["inf", "-inf", "nan", 1.5, True, None]}


def test_junit_has_a_case_a_claim_and_fails_what_differs(report, data):
    root = ET.parse(report / "junit.xml").getroot()
    assert {case.get("name") for case in root.iter("testcase")} == {claim["id"] for claim in data["claims"]}
    assert (root.get("tests"), root.get("failures")) == ("5", "0")
    other = data | {"claims": [claim | {"expected": "proved", "reason": "a \x00 byte"} for claim in data["claims"]]}
    failures = list(ET.fromstring(junit(other)).iter("failure"))
    found = ("refuted", "refuted", "unrefuted", "refuted")
    assert [f.get("message") for f in failures] == [f"expected proved, found {verdict}" for verdict in found]


def test_the_page_names_nothing_outside_itself(report):
    page = (report / "index.html").read_text()
    assert re.findall(r"https?:|//[a-z]|@import|<link[^>]*stylesheet|<script[^>]*src|url\((?!#)", page) == []
    assert page.count("<math") > 5
    assert "&amp; &lt;more&gt;" in page


def test_a_claim_names_the_experiments_that_show_it_at_work(report, data):
    assert [claim["experiments"] for claim in data["claims"] if claim["id"] == "DEMO.L1"] == [["Limits", "Steps"]]
    page = (report / "index.html").read_text()
    assert "<code>proxproof bench Limits</code>, <code>proxproof bench Steps</code>" in page
    assert page.count("proxproof bench") == 2


def test_ids_on_the_page_are_unique(report):
    ids = re.findall(r'\bid="([^"]+)"', (report / "index.html").read_text())
    assert sorted(ids) == sorted(set(ids))


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    write_whole(tmp_path / "a.txt", "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "a.txt", "new \ud800")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.txt", "old")]


def test_a_full_disk_is_said_with_the_file(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("verify.files.os.fsync", full)
    with pytest.raises(OSError, match="No space left") as error:
        write_whole(tmp_path / "a.txt", "new")
    assert error.value.filename == str(tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_an_os_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        check_folder(tmp_path / "file" / "report")


def test_a_result_is_as_expected_only_if_the_verdicts_agree():
    assert not Result("X", "proved", "unrefuted", "", [Evidence("proof", "z3")]).as_expected


def test_the_errata_name_the_counterexample_and_the_correction(report, data):
    wrong = next(c for c in data["claims"] if c["id"] == "DEMO.L1")
    for name in ("errata.html", "errata.md"):
        text = (report / name).read_text()
        assert "DEMO.L1" in text
        assert "DEMO.L1.fix" in text
        assert str(wrong["counterexample"]["case"]["x"]) in text
        assert "DEMO.E2" not in text
        assert text.index("Refuted, but no errata") < text.rindex("DEMO.soft")
        assert not re.search(r"https?://", text)
