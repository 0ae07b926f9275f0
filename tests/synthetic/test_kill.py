"""Killed with SIGKILL at any point and resumed, or shared by two processes: the same table, and no work twice."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

STUB = Path(__file__).with_name("stub_jobs.py")
JOBS = 40
COMMAND = [sys.executable, "-m", "verify", "bench"]
WRITTEN = ["written:1", "written:2", "written:1", "written:3", "written:1", "written:2", "written:1"]
INJECTED = [*WRITTEN, "half:1", "half:2", "begun:2", "begun:1", "renamed:1", "renamed:2"]
MOMENTS = 7  # kills at random times


def start(out: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, str(STUB), "--seeds", str(JOBS), "--out", str(out), *options],
        env={**os.environ, "LOG": str(out.with_suffix(".log")), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    return said


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The table of a run that nobody disturbed, as bytes."""
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    finish(start(out, "--jobs", "1"))
    return (out / "results.parquet").read_bytes()


def test_killed_twenty_times_and_resumed_the_table_is_the_same(tmp_path, undisturbed):
    out = tmp_path / "out"
    for turn, kill in enumerate(INJECTED):
        process = start(out, "--resume", "--jobs", "1" if turn % 4 else "2", KILL=kill)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == -9, f"{kill} never came: {said}"
    rng = random.Random(0)
    for _ in range(MOMENTS):
        process = start(out, "--resume", "--jobs", "2", SECONDS="0.3")
        while process.poll() is None and not list(out.rglob("*.lease.*")):
            time.sleep(0.02)
        time.sleep(rng.uniform(0, 0.4))
        os.killpg(process.pid, 9)
        assert process.wait() == -9
    finished = {path: path.stat().st_mtime_ns for path in out.rglob("*.json")}
    assert 5 < len(finished) < JOBS
    finish(start(out, "--resume", "--jobs", "2"))
    assert (out / "results.parquet").read_bytes() == undisturbed
    assert {path: path.stat().st_mtime_ns for path in finished} == finished
    assert max(Counter(out.with_suffix(".log").read_text().split()).values()) <= 1 + len(INJECTED) + MOMENTS
    assert [path.name for path in (out / "jobs").rglob("*") if path.is_file() and path.suffix != ".json"] == []


def test_a_kill_while_the_table_is_written_loses_nothing(tmp_path, undisturbed):
    out = tmp_path / "out"
    for kill in ("tabled:1", "half:1"):
        process = start(out, "--resume", "--jobs", "1", KILL=kill)
        process.communicate(timeout=60)
        assert process.returncode == -9
        assert not (out / "results.parquet").exists()
    finish(start(out, "--resume", "--jobs", "1"))
    assert (out / "results.parquet").read_bytes() == undisturbed


def test_two_processes_on_one_folder_do_no_job_twice(tmp_path, undisturbed):
    out = tmp_path / "out"
    both = [start(out, "--resume", "--jobs", "1", SECONDS="0.05") for _ in range(2)]
    printed = [finish(process) for process in both]
    shares = [re.search(rf"{JOBS} jobs, (\d+) run now, \d+ by another process", text)[1] for text in printed]
    assert sum(map(int, shares)) == JOBS
    assert Counter(out.with_suffix(".log").read_text().split()) == Counter(str(n) for n in range(JOBS))
    assert (out / "results.parquet").read_bytes() == undisturbed


def test_measured_times_survive_a_resume(tmp_path):
    """The real runner: what was done before the kill keeps its times, and the rest is what an undisturbed run gives."""
    out, other = tmp_path / "out", tmp_path / "other"
    call = [*COMMAND, "Lasso", "--methods", "RMDA,ProxSGD,RDA", "--seeds", "2", "--epochs", "3", "--jobs", "1", "--out"]
    process = subprocess.Popen([*call, str(out)], stdout=subprocess.PIPE, text=True)
    process.stdout.readline()  # the first job is done
    process.kill()
    process.communicate()
    kept = {path: path.read_bytes() for path in out.rglob("*.json")}
    assert kept
    subprocess.run([*call, str(out), "--resume"], check=True, capture_output=True)
    subprocess.run([*call, str(other)], check=True, capture_output=True)
    assert {path: path.read_bytes() for path in kept} == kept
    mine, theirs = (pq.read_table(folder / "results.parquet") for folder in (out, other))
    assert repr(mine.drop_columns("time").to_pylist()) == repr(theirs.drop_columns("time").to_pylist())  # where NaN is NaN
    assert not mine["time"].equals(theirs["time"])
