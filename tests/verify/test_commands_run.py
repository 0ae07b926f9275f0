"""Many claims at once: nothing is lost, nothing depends on the number of jobs, an interrupt ends it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from verify.evidence import CLAIMS
from verify.evidence.run import run
from verify.user_files import import_file

HERE = Path(__file__).parent
CLAIM = '''
import os, time
from verify.evidence import claim
@claim("DEMO.{name}", place="here", expected="unrefuted", why="a test")
class One:
    """A test."""
    def cases(self, rng, size): return {{"x": rng.normal(size=size)}}
    def margin(self, case, xp):
        {body}
        return xp.abs(case["x"])
'''


pytestmark = pytest.mark.usefixtures("registry")


@pytest.fixture
def claims(tmp_path):
    def load(**bodies):
        for name, body in bodies.items():
            (tmp_path / f"{name}.py").write_text(CLAIM.format(name=name, body=body))
            import_file(tmp_path / f"{name}.py")
        return [CLAIMS[f"DEMO.{name}"] for name in bodies]

    return load


def test_the_same_whatever_the_jobs(tmp_path):
    module = import_file(Path(shutil.copy(HERE / "report" / "demo_claims.py", tmp_path)))
    found = [claim for claim in CLAIMS.values() if type(claim).__module__ == module]
    one, two = (run(found, seed=3, jobs=jobs) for jobs in (1, 2))
    for a, b in zip(one, two, strict=True):
        assert (a.id, a.verdict, a.counterexample, a.needed) == (b.id, b.verdict, b.counterexample, b.needed)
        assert [(e.cases, e.worst_margin, e.margins) for e in a.evidence] == [
            (e.cases, e.worst_margin, e.margins) for e in b.evidence
        ]


def test_a_claim_that_raises_exits_or_dies_is_undecided_and_the_others_are_decided(claims):
    chosen = claims(fine="pass", raises="raise KeyError('lost')", exits="raise SystemExit(3)", dies="os._exit(7)")
    seen = []
    results = {result.id: result for result in run(chosen, jobs=2, done=lambda result: seen.append(result.id))}
    assert sorted(seen) == sorted(results) == ["DEMO.dies", "DEMO.exits", "DEMO.fine", "DEMO.raises"]
    assert results["DEMO.fine"].verdict == "unrefuted"
    assert "KeyError: 'lost' (in margin, raises.py line 9)" in results["DEMO.raises"].reason
    assert "SystemExit: 3" in results["DEMO.exits"].reason
    assert "its process died" in results["DEMO.dies"].reason
    assert {results[f"DEMO.{name}"].verdict for name in ("raises", "exits", "dies")} == {"undecided"}


def test_the_longest_known_starts_first(claims):
    chosen = claims(short="pass", long="pass")
    seen = []
    run(chosen, jobs=1, seconds={"DEMO.short": 1.0, "DEMO.long": 9.0}, done=lambda result: seen.append(result.id))
    assert seen == ["DEMO.long", "DEMO.short"]


def test_nothing_to_do():
    assert run([]) == []


@pytest.mark.parametrize(("number", "group"), [(signal.SIGINT, True), (signal.SIGTERM, False)])
def test_an_interrupt_ends_the_workers_and_writes_no_report(tmp_path, number, group):
    (tmp_path / "slow.py").write_text(
        CLAIM.format(name="slow", body=f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    )
    command = [sys.executable, "-m", "verify", "verify", str(tmp_path / "slow.py"), "--out", str(tmp_path / "out")]
    process = subprocess.Popen(command, cwd=HERE.parents[1], stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 30
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    (os.killpg if group else os.kill)(process.pid, number)
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said.strip()) == (130, "proxproof: interrupted; no report was written")
    assert list((tmp_path / "out").iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
