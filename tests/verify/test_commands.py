"""What the commands say and the status they leave."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.refusal import refusal
from verify import __version__
from verify.commands import main

HERE = Path(__file__).parent
BROKEN = '''
from verify.evidence import claim
@claim("DEMO.broken", place="here", expected="unrefuted", why="a test")
class Broken:
    """It raises."""
    def cases(self, rng, size): return {"x": rng.normal(size=size)}
    def margin(self, case, xp): raise RuntimeError("no margin today")
'''

REPORT = ["index.html", "junit.xml", "report.json"]


pytestmark = pytest.mark.usefixtures("registry")


@pytest.fixture
def demo(tmp_path):
    return shutil.copy(HERE / "report" / "demo_claims.py", tmp_path)


def call(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def refused(*arguments):
    """The one line with which a call is refused."""
    return refusal(call(*arguments))


def test_all_as_pinned_is_status_0_with_one_line_a_claim(demo, tmp_path):
    done = call("verify", demo, "--out", tmp_path / "out", "--jobs", 2)
    assert done.exit_code == 0, done.output
    lines = {line.split()[0]: line for line in done.stdout.splitlines() if line.startswith(("DEMO.", "OTHER."))}
    assert set(lines) == {"DEMO.L1", "DEMO.L1.fix", "DEMO.E2", "DEMO.soft", "OTHER.T1"}
    assert "refuted     as pinned" in lines["DEMO.L1"]
    assert "margin -0.25" in lines["DEMO.L1"]
    assert "1 lemma, " in lines["DEMO.L1.fix"]
    assert "5 verdicts, as pinned" in done.stdout
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["errata.html", "errata.md", *REPORT]


def test_a_narrow_terminal_keeps_the_words_of_the_table(demo, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    done = call("verify", demo, "--out", tmp_path / "out", "--jobs", 1)
    assert "  paper   proved   unrefuted   refuted   undecided   not as pinned  \n" in done.stdout


def test_a_verdict_that_differs_is_status_1_in_words(tmp_path):
    file = tmp_path / "broken.py"
    file.write_text(BROKEN)
    done = call("verify", file, "--out", tmp_path / "out")
    assert done.exit_code == 1, done.output
    assert "DEMO.broken: expected unrefuted, found undecided (RuntimeError: no margin today" in done.stdout
    assert "pin it (expected=... and why=... in broken.py)" in done.stdout
    (claim,) = json.loads((tmp_path / "out" / "report.json").read_text())["claims"]
    assert (claim["verdict"], claim["expected"]) == ("undecided", "unrefuted")


def test_a_broken_picture_costs_the_picture_only(demo, tmp_path):
    path = Path(demo)
    path.write_text(path.read_text().replace("figure = Figure(", 'raise OSError("no ink")\n        figure = Figure('))
    assert call("verify", demo, "--out", tmp_path / "out").exit_code == 0
    assert "could not be drawn: OSError: no ink" in (tmp_path / "out" / "index.html").read_text()


def test_bad_usage_is_one_line(demo, tmp_path):
    out = ("--out", tmp_path / "out")
    assert "unknown command 'nonsense'; there are verify, show, " in refused("nonsense")
    assert "unknown command 'powr'; did you mean power?" in refused("powr")
    assert "No such option '--prove'. proxproof show --help shows all" in refused("show", "--prove")
    assert "'--count': 'x' is not a valid integer." in refused("power", "--count", "x")
    assert "'--at-least': 'x' is not a valid number." in refused("power", "--at-least", "x")
    assert "'--at-least': nan is not in the range 0<=x<=100." in refused("power", "--at-least", "nan")
    assert "'WHAT': 'nope' is not one of 'core', " in refused("speed", "nope")
    assert "0 is not in the range x>=1" in refused("verify", "--jobs", 0)
    assert "-1 is not in the range x>=0" in refused("verify", "--seed", -1)
    assert "'vast' is not one of" in refused("verify", "--budget", "vast")
    assert "no claim matches 'NONE.*'" in refused("verify", "NONE.*", *out)
    assert "no such claim file: missing.py" in refused("verify", "missing.py", *out)
    assert "no claim of the paper 'nature'" in refused("verify", demo, "--paper", "nature", *out)
    assert "--paper goes with claims" in refused("list", "methods", "--paper", "DEMO")
    assert "Missing argument" in refused("show")


def test_files_that_are_no_claim_files_are_refused(tmp_path):
    (tmp_path / "empty.py").touch()
    (tmp_path / "wrong.py").write_text("def f(:\n")
    assert "defines no claim" in refused("show", tmp_path / "empty.py")
    assert "SyntaxError" in refused("show", tmp_path / "wrong.py")


def test_a_correction_that_is_not_there_is_refused(tmp_path):
    demo = (HERE / "report" / "demo_claims.py").read_text().replace('fix="DEMO.L1.fix"', 'fix="DEMO.L1.fixed"')
    (tmp_path / "misspelt.py").write_text(demo.replace('"DEMO.', '"MISSPELT.'))
    assert "MISSPELT.L1: fix='MISSPELT.L1.fixed' names no claim; did you mean MISSPELT.L1.fix" in refused(
        "verify", tmp_path / "misspelt.py", "--out", tmp_path / "out"
    )


def test_an_unknown_id_suggests_close_ones(demo):
    call("show", demo, "--seed", 0)
    said = refused("replay", "DEMO.L1.fxi")
    assert "unknown claim 'DEMO.L1.fxi'; did you mean DEMO.L1.fix" in said


def test_an_output_folder_that_cannot_be_written_is_refused_before_the_work(demo, tmp_path):
    (tmp_path / "file").touch()
    said = refused("verify", demo, "--out", tmp_path / "file" / "report")
    assert "cannot write to the output folder" in said
    assert "cannot write to the output folder" in refused("power", "--out", tmp_path / "file" / "power.md")


@pytest.mark.parametrize("command", ["verify", "audit", "power", "bench"])
def test_an_empty_path_is_refused(command):
    assert "'--out': it is empty; name a path, as in ./here" in refused(command, "--out", "")


def test_a_glob_and_a_paper_choose(demo, tmp_path):
    done = call("verify", demo, "--paper", "other", "--out", tmp_path / "out")
    assert (done.exit_code, "1 verdict, as pinned" in done.stdout) == (0, True)
    done = call("verify", "DEMO.L1*", "--out", tmp_path / "out")
    assert "2 verdicts, as pinned" in done.stdout


def test_show_tells_everything(demo):
    done = call("show", demo)
    assert done.exit_code == 0, done.output
    for said in (
        "DEMO.L1 (DEMO, Lemma 1, Eq. (4); printed, pointwise, erratum: false)",
        "pinned       refuted: at x = 1/2",
        "falls        the rate; descent survives for x >= 1",
        f"corrected    proxproof show {demo}, claim DEMO.L1.fix",
        f"step by step: proxproof replay {demo}, claim DEMO.L1",
        "at work      proxproof bench Limits, proxproof bench Steps",
        "idle: |y| <= 1; not seen to be needed",
        "large: x >= 1; needed: fails without it at x = ",
        "proved  x(x - 1) >= 0",
        "fails  row 2 exceeds row 1: 92.1 against 92.1",
    ):
        assert said in done.stdout


def test_replay_sets_float64_beside_exact_arithmetic(demo):
    done = call("replay", demo)
    assert done.exit_code == 0, done.output
    x = Fraction(re.search(r"^  x = (.*)$", done.stdout, re.MULTILINE)[1])
    assert re.search(rf"^  margin +{float(x) ** 2 - float(x)} +{x * x - x}$", done.stdout, re.MULTILINE)
    exact_root = re.search(rf"^  a root +{math.sqrt(x)!r} +(\S+)$", done.stdout, re.MULTILINE)[1]
    assert abs(Fraction(exact_root) ** 2 - x) < Fraction(1, 10**29)
    assert "DEMO.E2: unrefuted" in done.stdout
    assert "no case to replay; the facts it rests on:" in done.stdout


BRACKETS = '''
from verify.evidence import claim
@claim("DEMO[red].div", place="[x]", expected="unrefuted", why="[/x]")
class Brackets:
    """All that is not 1 [/b]."""
    def cases(self, rng, size): return {"x": rng.integers(0, 3, size) * 1.0}
    def domain(self, case, xp): return case["x"] == 1
    def margin(self, case, xp): return case["x"] - 2
    def trace(self, case, xp): return [("1/(x - 1)", 1 / (case["x"] - 1))]
'''


def test_square_brackets_are_no_markup_and_a_step_that_divides_by_0_is_shown(tmp_path):
    folder = tmp_path / "a[b]"
    folder.mkdir()
    (folder / "own.py").write_text(BRACKETS)
    said = call("verify", folder / "own.py", "--out", folder / "out").stdout
    assert all(text in said for text in ("DEMO[red]  ", "DEMO[red].div: expected unrefuted", f"report: {folder}/out"))
    assert "All that is not 1 [/b]." in call("show", folder / "own.py").stdout
    assert re.search(r"1/\(x - 1\) +inf +nan", call("replay", folder / "own.py").stdout)


@pytest.mark.parametrize("what", ["penalties", "methods"])
def test_lists_have_whole_sentences_without_marks(what):
    lines = [line for line in call("list", what).stdout.splitlines() if "parameters" not in line]
    assert [line for line in lines if not line.endswith(".")] == []
    assert [line for line in lines if line.endswith(("Eq.", "Sect.")) or line.count("(") > line.count(")")] == []
    assert [line for line in lines if "`" in line] == []


def test_lists():
    assert "lam >= 0" in call("list", "penalties").stdout
    assert "RVSM: " in call("list", "methods").stdout
    assert call("list", "claims").exit_code == 0


def python(*arguments):
    return subprocess.run([sys.executable, *arguments], cwd=HERE.parents[1], capture_output=True, text=True, check=False)


def test_python_m_verify_starts_light_from_a_bare_checkout():
    code = "import sys, verify.commands; print({'numpy', 'rich', 'z3', 'matplotlib'} & set(sys.modules))"
    assert python("-c", code).stdout == "set()\n"
    done = python("-m", "verify", "--version")
    assert (done.returncode, done.stdout) == (0, f"proxproof {__version__}\n")
    done = python("-m", "verify", "show", "NONE.such")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_more_seeds_are_one_line_each(demo, tmp_path):
    done = call("verify", demo, "--out", tmp_path / "out", "--seeds", 3, "--jobs", 1)
    assert done.exit_code == 0, done.output
    assert [line for line in done.output.splitlines() if line.startswith("seed ")] == [
        "seed 1: every verdict as pinned",
        "seed 2: every verdict as pinned",
    ]
