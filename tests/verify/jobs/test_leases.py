"""Of many processes one computes a job; when it dies, one other does."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Timer

import pytest

from verify.jobs import leases


@pytest.fixture
def result(tmp_path):
    return tmp_path / "0123.json"


def foreign(lease):
    """The lease as one of another machine, whose processes cannot be seen from here."""
    lease.write_text(json.dumps({"host": "elsewhere", "pid": os.getpid()}))


def ended():
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_one_of_many_takes_it(result):
    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(lambda _: leases.take(result), range(64)))
    assert sum(lease is not None for lease in taken) == 1


def test_of_two_that_see_no_lease_one_takes_it(result, monkeypatch):
    """As when both looked before either wrote, or a network file system shows an old list of files."""
    monkeypatch.setattr(leases, "newest", lambda _: None)
    assert leases.take(result) is not None
    assert leases.take(result) is None


def test_it_is_given_up_at_the_end_and_after_an_error(result):
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt), leases.beating(leases.take(result)):
            assert leases.take(result) is None
            raise KeyboardInterrupt
    assert list(result.parent.iterdir()) == []


def test_a_process_of_this_machine_that_ended_is_outbid_at_once(result):
    first = leases.take(result)
    first.write_text(json.dumps({"host": socket.gethostname(), "pid": ended()}))
    assert leases.Watch().free(result)
    second = leases.take(result)
    assert second.name == "0123.lease.1"
    assert leases.take(result) is None


def test_a_process_that_ended_but_was_not_reaped_has_ended(result):
    process = subprocess.Popen([sys.executable, "-c", ""])
    lease = leases.take(result)
    lease.write_text(json.dumps({"host": socket.gethostname(), "pid": process.pid}))
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert leases.take(result) is not None
    process.wait()


def test_a_lease_of_another_machine_is_dead_when_it_is_not_touched(result, monkeypatch):
    monkeypatch.setattr(leases, "STALE", 0.2)
    lease = leases.take(result)
    foreign(lease)
    os.utime(lease, (1, 1))  # its clock is decades behind: how old it looks says nothing
    watch = leases.Watch()
    assert not watch.free(result)
    assert watch.dead(result) is None
    time.sleep(0.3)
    assert watch.free(result)
    assert watch.dead(result) == lease
    assert leases.take(result) is None
    assert leases.take(result, lease).name == "0123.lease.1"
    assert leases.take(result, lease) is None


def test_a_lease_of_another_machine_that_beats_is_alive(result, monkeypatch):
    monkeypatch.setattr(leases, "STALE", 0.3)
    monkeypatch.setattr(leases, "BEAT", 0.05)
    lease = leases.take(result)
    foreign(lease)
    watch = leases.Watch()
    with leases.beating(lease):
        for _ in range(8):
            assert not watch.free(result)
            time.sleep(0.1)
    assert watch.free(result)


def test_of_many_that_outbid_a_dead_lease_one_succeeds(result):
    dead = leases.take(result)
    foreign(dead)
    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(lambda _: leases.take(result, dead), range(64)))
    assert [lease.name for lease in taken if lease] == ["0123.lease.1"]


def test_a_lease_is_this_process_s_own_as_soon_as_it_can_be_read(result, monkeypatch):
    link, outbid = os.link, []

    def linked(written, name):
        link(written, name)
        outbid.append(leases.take(result))

    monkeypatch.setattr(os, "link", linked)
    assert leases.take(result) is not None
    assert outbid == [None]


def test_a_lease_names_its_holder_from_its_first_moment_on(result, monkeypatch):
    """A kill in between would leave one that is waited for until it is stale."""
    link, seen = os.link, []

    def linked(written, name):
        assert leases.newest(result) is None
        link(written, name)
        seen.append(json.loads(leases.newest(result).read_text()))

    monkeypatch.setattr(os, "link", linked)
    leases.take(result)
    assert seen == [{"host": socket.gethostname(), "pid": os.getpid()}]


def test_what_is_swept_up_while_a_lease_is_made_is_no_error(result, monkeypatch):
    link = os.link

    def linked(written, name):
        leases.sweep_up(result)
        link(written, name)

    monkeypatch.setattr(os, "link", linked)
    assert leases.take(result) is None


def test_without_hard_links_a_lease_is_a_file_of_its_own(result, monkeypatch):
    def refused(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    lease = leases.take(result)
    assert json.loads(lease.read_text())["pid"] == os.getpid() and leases.take(result) is None
    assert list(result.parent.iterdir()) == [lease]


def test_a_lease_that_is_just_being_written_is_alive(result):
    leases.take(result).write_text("")
    assert leases.take(result) is None


def test_with_the_result_all_that_is_beside_it_goes(result):
    dead = leases.take(result)
    leases.take(result, dead)
    result.with_name("0123.json.host.17.tmp").touch()
    result.touch()
    result.with_name("0124.lease.0").touch()
    leases.sweep_up(result)
    assert sorted(path.name for path in result.parent.iterdir()) == ["0123.json", "0124.lease.0"]


def test_a_lease_that_nobody_touches_is_outlived_and_one_that_is_touched_is_not(result, monkeypatch):
    monkeypatch.setattr(leases, "STALE", 0.3)
    lease, said = leases.take(result), []
    foreign(lease)
    assert leases.outlive(result, said.append) is None and not said  # touched just now
    os.utime(lease, (1e9, 1e9))
    with leases.beating(leases.outlive(result, said.append)):
        assert lease.name in said[0]
        assert leases.take(result) is None
    os.utime(lease, (1e9, 1e9))
    monkeypatch.setattr(leases, "STALE", 3.0)
    Timer(0.2, os.utime, [lease]).start()
    assert leases.outlive(result, said.append) is None


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_an_unreadable_lease_is_outlived_too(result, monkeypatch, content):
    monkeypatch.setattr(leases, "STALE", 0.2)
    lease = leases.take(result)
    lease.write_text(content)
    os.utime(lease, (1e9, 1e9))
    assert leases.outlive(result, lambda text: None) is not None


def test_a_lease_with_this_processs_number_that_it_does_not_hold_is_of_an_earlier_one(result):
    first = leases.take(result)
    assert leases.take(result) is None
    with leases.beating(first):
        pass
    first.write_text(json.dumps({"host": socket.gethostname(), "pid": os.getpid()}))
    assert leases.take(result) is not None


def test_a_lease_that_cannot_be_written_is_not_there(result, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(leases.json, "dumps", full)
    with pytest.raises(OSError, match="No space"):
        leases.take(result)
    assert leases.newest(result) is None
