"""A result is found by what computes it, and is there whole or not at all."""

from __future__ import annotations

import math
import os
from dataclasses import replace

import numpy as np
import pytest

from synthetic import version
from synthetic.job import Job
from synthetic.store import DamagedFile, Store
from verify.files import write_whole

JOB = Job("Lasso", "RMDA", 32, 5, parameters={"samples": 50, "lam": 0.1}, data_seeds=(0, 1), experiment="Here")
ROWS = [{"x": 0.1, "n": 1, "name": "é"}, {"x": math.nan, "n": None, "name": None}, {"x": -math.inf, "late": True}]


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def test_what_is_written_is_read_by_column_with_every_digit(store):
    key = store.key(JOB)
    assert store.read(key) is None
    store.write(key, JOB, [*ROWS, {"x": np.float64(1) / 3, "n": np.int64(7), "late": np.True_}])
    read = store.read(key)
    assert list(read) == ["x", "n", "name", "late"]
    assert repr(read["x"]) == repr([0.1, math.nan, -math.inf, 1 / 3])
    assert read["n"] == [1, None, None, 7]
    assert read["name"] == ["é", None, None, None]
    assert read["late"] == [None, None, True, True]


def test_no_rows_are_a_result_too(store):
    store.write(store.key(JOB), JOB, [])
    assert store.sound(store.key(JOB))


@pytest.mark.parametrize(
    "other",
    [
        replace(JOB, batch=None),
        replace(JOB, parameters={"samples": 50, "lam": 0.2}),
        replace(JOB, data_seeds=(0,)),
        replace(JOB, settings={"step": 2.0}),
        replace(JOB, sampling="reshuffled"),
    ],
)
def test_another_job_has_another_key(store, other):
    assert store.key(other) != store.key(JOB)


def test_the_experiment_that_asks_and_the_order_of_parameters_change_no_key(store):
    same = replace(JOB, experiment="There", parameters={"lam": 0.1, "samples": 50})
    assert store.key(same) == store.key(JOB) == store.key(Job(**JOB.as_dict()))


def test_other_code_or_another_text_of_any_of_the_users_own_files_is_another_key(store, tmp_path, monkeypatch):
    def key(name, *texts):
        return Store(tmp_path, frozenset([name]), texts).key(JOB)

    assert len({store.key(JOB), key("RMDA", "x"), key("RMDA", "y"), key("RMDA", "x", "y"), key("RMDA", "x", "z")}) == 5
    assert key("RMDA", "x", "y") == key("RMDA", "y", "x")
    assert key("Unrelated", "x") == store.key(JOB)
    before = store.key(JOB)
    monkeypatch.setattr(version, "code_version", lambda: "other")
    assert store.key(JOB) != before


@pytest.mark.parametrize("keep", [0, 1, 64, 65, 100, -1])
def test_a_file_cut_short_is_never_a_result(store, keep):
    key = store.key(JOB)
    store.write(key, JOB, ROWS)
    content = store.path(key).read_bytes()
    store.path(key).write_bytes(content[:keep])
    assert not store.sound(key)
    with pytest.raises(DamagedFile, match=key):
        store.read(key)


def test_no_single_byte_can_change_unseen(store):
    key = store.key(JOB)
    store.write(key, JOB, ROWS)
    content = store.path(key).read_bytes()
    for place in range(0, len(content), 7):
        store.path(key).write_bytes(content[:place] + bytes([content[place] ^ 0x81]) + content[place + 1 :])
        assert not store.sound(key), place


def test_a_failure_while_writing_leaves_the_old_result_and_no_litter(store, monkeypatch):
    key = store.key(JOB)
    store.write(key, JOB, ROWS)
    before = store.path(key).read_bytes()

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.write(key, JOB, [])
    assert store.path(key).read_bytes() == before
    assert list(store.path(key).parent.iterdir()) == [store.path(key)]


def test_the_content_is_on_the_disk_before_its_name(store, monkeypatch):
    done = []
    monkeypatch.setattr(os, "fsync", lambda handle, real=os.fsync: (done.append("flush"), real(handle)))
    monkeypatch.setattr(os, "replace", lambda *names, real=os.replace: (done.append("rename"), real(*names)))
    write_whole(store.folder / "file", b"text")
    assert done[:2] == ["flush", "rename"]


def test_the_version_covers_all_that_computes_and_nothing_that_only_shows():
    names = {path.relative_to(version.ROOT).as_posix() for path in version.sources()}
    assert {"verify/methods/rmda.py", "verify/penalties/l1.py", "verify/arrays/numpy.py", "verify/losses/logistic.py"} <= names
    assert {"synthetic/run.py", "synthetic/problems/lasso.py", "synthetic/reference/solve.py"} <= names
    assert not {"synthetic/command.py", "synthetic/experiments/base.py", "verify/report/page.py"} & names


def test_other_data_are_another_result(store, tmp_path):
    job = Job("MNISTLogistic", "ProxSGD", 32, 1, parameters={"root": str(tmp_path)})
    missing = store.key(job)
    for kind in ("images-idx3", "labels-idx1"):
        (tmp_path / f"train-{kind}-ubyte").write_bytes(b"1")
    one = store.key(job)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(b"2")
    os.utime(tmp_path / "train-labels-idx1-ubyte", ns=(1, 1))
    assert len({missing, one, store.key(job)}) == 3
