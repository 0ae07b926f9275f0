"""Worker processes end with the process that began them, and one takes no other's call along."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from tests.verify.jobs import works
from verify.jobs.processes import one_thread, submitted


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_one_that_ends_takes_no_other_call_along():
    with submitted([(works.ends_below_0, task) for task in (1, -1, 2, -2, 3)], 2) as futures:
        ended = [future.exception() or future.result() for future in futures]
    assert [each if isinstance(each, int) else type(each) for each in ended] == [1, BrokenProcessPool, 2, BrokenProcessPool, 3]


def test_an_initializer_begins_each_before_its_first_call():
    with submitted([(works.threads,)] * 3, 2, one_thread, apart=True) as futures:
        assert [future.result() for future in futures] == ["1"] * 3


@pytest.mark.parametrize("workers", [1, 2])
def test_what_is_raised_inside_ends_them_at_once(workers, tmp_path):
    start = time.monotonic()
    with pytest.raises(KeyError), submitted([(works.stays, tmp_path / str(n)) for n in range(4)], workers):
        until(lambda: len(list(tmp_path.iterdir())) == workers)
        raise KeyError
    assert time.monotonic() - start < works.LONG
    assert all(gone(path.read_text()) for path in tmp_path.iterdir())


def test_they_end_with_a_process_that_is_killed(tmp_path):
    code = (
        "from pathlib import Path\nfrom tests.verify.jobs import works\nfrom verify.jobs.processes import submitted\n"
        f"with submitted([(works.stays, Path({str(tmp_path / 'begun')!r}))], 1): pass"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    until(lambda: (tmp_path / "begun").exists() and (tmp_path / "begun").read_text())
    process.send_signal(signal.SIGKILL)
    process.wait()
    until(lambda: gone((tmp_path / "begun").read_text()))
