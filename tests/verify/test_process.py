"""What a command does with the signals and the standard output that its process is given."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "tests" / "verify" / "report" / "demo_claims.py"
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")


def shell(line, **environment):
    line = f"set -o pipefail; {line}".replace("pp", f"{sys.executable} -m verify", 1)
    environment = {**os.environ, **environment}
    return subprocess.run(["bash", "-c", line], cwd=ROOT, env=environment, capture_output=True, encoding="latin-1", check=False)


@FULL
@pytest.mark.parametrize("words", ["list methods", "recipes quickstart --brief", "--help"])
def test_an_output_that_cannot_be_written_is_one_line(words):
    done = shell(f"pp {words} > /dev/full")
    assert done.returncode == 2
    assert done.stderr == "proxproof: standard output: No space left on device\n"


@FULL
def test_an_output_that_cannot_be_written_costs_no_report(tmp_path):
    assert shell(f"pp verify {DEMO} --jobs 1 --out {tmp_path} > /dev/full").returncode == 2
    assert (tmp_path / "report.json").is_file()


def test_an_output_that_is_closed_is_refused():
    done = shell("pp list methods >&-")
    said = "proxproof: standard output: it is closed; to see nothing, send it to /dev/null\n"
    assert (done.returncode, done.stderr) == (2, said)


def test_a_reader_that_has_seen_enough_changes_nothing(tmp_path):
    done = shell(f"pp verify {DEMO} --jobs 1 --out {tmp_path}/out | true")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out" / "report.json").is_file()


@pytest.mark.parametrize(
    ("words", "encoding"), [("list claims --paper RMDA", "latin-1"), ("recipes proxgen.table3.resnet20*", "ascii")]
)
def test_what_an_encoding_lacks_is_a_question_mark(words, encoding):
    done = shell(f"pp {words}", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert "?" in done.stdout


def test_an_error_of_the_system_is_one_line(tmp_path):
    (tmp_path / "index.html").mkdir()
    done = shell(f"pp verify {DEMO} --jobs 1 --out {tmp_path}")
    assert (done.returncode, done.stderr) == (2, f"proxproof: {tmp_path}/index.html: Is a directory\n")


def family(process):
    """The process and what it began, by number."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if words[0] != "Z":
            parents[int(stat.parent.name)] = int(words[1])
    found = [process.pid]
    for each in found:
        found += [pid for pid, parent in parents.items() if parent == each]
    return found


@pytest.mark.parametrize(
    ("words", "begun"),
    [(["power", "--jobs", "2", "--count", "1"], None), (["sweep", "{own}", "--seeds", "0,1,2,3", "--jobs", "2"], "*.lease.*")],
    ids=["power", "sweep"],
)
def test_sigterm_ends_the_workers_too(words, begun, tmp_path):
    if begun:
        pytest.importorskip("torch", reason="the deep extra is not installed")
    own = tmp_path / "own.py"
    own.write_text(
        "from deep.recipes import find\nfrom dataclasses import replace\n"
        "RECIPES = [replace(find('quickstart'), name='own', epochs=10**6)]\n"
    )
    command = [sys.executable, "-m", "verify", *(word.format(own=own) for word in words)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while len(family(process)) < 4 or (begun and not list(tmp_path.rglob(begun))):  # two workers, and what watches them
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.05)
    members = family(process)
    process.terminate()
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert len(said.strip().splitlines()) == 1
    deadline = time.monotonic() + 5
    while left := [pid for pid in members if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)
