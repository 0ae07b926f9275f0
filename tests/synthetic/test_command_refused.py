"""What ``proxproof bench`` refuses, in one line."""

from __future__ import annotations

import re
import sys

import pytest

from tests.synthetic.calls import EXPERIMENT, OWN, QUICK, call, refused, written

pytestmark = pytest.mark.usefixtures("registries")

MIXED = """
import synthetic.run
real = synthetic.run.run
synthetic.run.run = lambda job: [{**row, "x": "eight" if job.batch == 8 else 0.5} for row in real(job)]
"""


def test_calls_that_make_no_sense_are_refused_in_one_line(tmp_path):
    assert "unknown experiment or problem 'lassos'; did you mean Lasso?" in refused("lassos")
    assert "unknown experiment or problem 'xyzzy'; proxproof bench --list shows all" in refused("xyzzy")
    assert "unknown method 'RMD'; did you mean RMDA?" in refused("Lasso", "--methods", "ProxSGD,RMD")
    assert "'many' is neither a number of samples >= 1 nor full" in refused("Lasso", "--batch", "many")
    assert "--epochs goes with problems by name, as in: proxproof bench Lasso --epochs" in refused("Fig1c", "--epochs", 200)
    assert "--list shows all there is, and what files add; got Fig1c too" in refused("--list", "Fig1c")
    assert "Directory '/no/such' does not exist" in refused("Lasso", "--data", "/no/such")
    assert "no such file: " in refused("missing.py")
    assert "cannot import " in refused(written(tmp_path, "1/0"))
    empty = written(tmp_path, "x = 1", "empty.py")
    assert "defines no problem, method or experiment: derive a class from" in refused(empty)
    alone = written(
        tmp_path,
        OWN.partition("@dataclass")[0] + "@dataclass(frozen=True)\nclass Slow(ProxSGD):\n    step: float = 0.1",
        "m.py",
    )
    assert "Slow: name a problem or an experiment to run it on, as in: proxproof bench" in refused(alone)
    twice = written(tmp_path, OWN.replace("MySGD", "ProxSGD"), "twice.py")
    assert "there is a solver ProxSGD already" in refused(twice)
    wrong = written(tmp_path, EXPERIMENT.format(batches="(0,)", more=""), "wrong.py")
    assert "batch must be an integer >= 1; got 0" in refused(wrong)
    nameless = EXPERIMENT.format(batches="(8,)", more="").replace(", experiment=self.name", "").replace("Mine", "Nameless")
    assert "Nameless: jobs() must return Jobs with experiment='Nameless'; got Job(" in refused(
        written(tmp_path, nameless, "n.py")
    )
    number = EXPERIMENT.format(batches="(8,)", more="").replace("return [Job", "return [1] or [Job").replace("Mine", "Number")
    assert "Number: jobs() must return Jobs with experiment='Number'; got 1" in refused(written(tmp_path, number, "number.py"))


def test_without_pyarrow_the_list_works_and_the_rest_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert call("--list").exit_code == 0
    assert "proxproof bench needs pyarrow: pip install 'proxproof[bench]'" in refused("Lasso")


def test_values_of_two_kinds_in_a_column_are_said(tmp_path):
    own = written(tmp_path, EXPERIMENT.format(batches=(8, 16), more="") + MIXED)
    assert "the column 'x' mixes float and str" in call(own, "--jobs", 1, "--out", tmp_path / "out").stderr


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").touch()
    assert "cannot write to the output folder" in refused(*QUICK, "--out", tmp_path / "file" / "out")


@pytest.mark.parametrize("name", ["jobs", "figures"])
def test_a_file_in_the_place_of_a_folder_is_refused_before_any_job_runs(tmp_path, name):
    (tmp_path / name).touch()
    assert f"{tmp_path / name} must be a folder and is a file: move it away" in refused(*QUICK, "--out", tmp_path)
    assert f"{tmp_path / name} must be a folder" in refused(*QUICK, "--out", tmp_path, "--resume")


def test_a_folder_in_the_place_of_the_table_is_refused_before_any_job_runs(tmp_path):
    (tmp_path / "results.parquet").mkdir()
    assert "results.parquet must be a file and is a folder: move it away" in refused(*QUICK, "--out", tmp_path)
    assert not list(tmp_path.rglob("*.json"))


def test_a_folder_in_the_place_of_a_result_is_refused_before_any_job_runs(tmp_path):
    assert call(*QUICK, "--out", tmp_path).exit_code == 0
    (result,) = (tmp_path / "jobs").rglob("*.json")
    result.unlink()
    result.mkdir()
    assert f"{result} must be a file and is a folder: move it away" in refused(*QUICK, "--out", tmp_path, "--resume")


def test_an_empty_list_of_methods_is_refused():
    for nothing in ("", ",", " , "):
        assert "--methods names no method: give names with commas between" in refused("Lasso", "--methods", nothing)


def test_a_file_of_the_users_own_in_another_encoding(tmp_path):
    own = tmp_path / "own.py"
    own.write_bytes(OWN.replace("more noise", "more bruit, brève").encode("latin-1"))
    assert re.search("cannot import .*SyntaxError: .*utf-8", refused(own))
    own.write_bytes(f"# coding: latin-1\n{own.read_text('latin-1')}".encode("latin-1"))
    done = call(own, "--methods", "MySGD", "--seeds", 1, "--epochs", 2, "--jobs", 1, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
