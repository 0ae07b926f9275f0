"""The same table from every engine; what an engine lacks or cannot do is one clear line."""

from __future__ import annotations

import importlib
import re

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from verify.commands import main
from verify.jobs import engines
from verify.jobs.engines import engine

CALL = ["bench", "Lasso", "--methods", "RMDA,ProxSGD", "--seeds", "2", "--epochs", "2", "--jobs", "2"]


def bench(out, *options):
    done = CliRunner().invoke(main, [*CALL, "--out", str(out), *options])
    assert done.exit_code == 0, done.output
    return repr(pq.read_table(out / "results.parquet").drop_columns("time").to_pylist())


@pytest.fixture(scope="module")
def by_itself(tmp_path_factory):
    """The table of one process."""
    return bench(tmp_path_factory.mktemp("alone"), "--jobs", "1")


def test_two_processes_give_the_table_of_one(tmp_path, by_itself):
    assert bench(tmp_path) == by_itself


def test_a_dask_cluster_gives_the_table_of_one_process(tmp_path, by_itself):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        assert bench(tmp_path, "--engine", f"dask:{cluster.scheduler_address}") == by_itself


def test_submitit_gives_the_table_of_one_process(tmp_path, by_itself):
    pytest.importorskip("submitit")
    assert bench(tmp_path, "--engine", "slurm:cluster=local") == by_itself


def test_slurm_jobs_bring_several_tasks_and_none_is_lost(tmp_path):
    pytest.importorskip("submitit")
    run = engine("slurm:cluster=debug", 1, tmp_path)
    assert sorted(run(abs, list(range(-9, 0)))) == list(range(1, 10))
    assert len(list(tmp_path.glob("*submitted.pkl"))) <= engines.CHUNKS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ray", "unknown engine 'ray'; engines: local, dask:ADDRESS or slurm[:KEY=VALUE,...]"),
        ("dask", "unknown engine 'dask'; engines: local, dask:ADDRESS"),
        ("local:4", "unknown engine 'local:4'"),
        ("slurm:partition", "'partition' is not KEY=VALUE, as in slurm:partition=cpu,timeout_min=60"),
        ("slurm:cluster=local,colour=blue", "colour"),
    ],
)
def test_what_is_no_engine_is_said(text, said, tmp_path):
    pytest.importorskip("submitit")
    with pytest.raises(engines.EngineError, match=re.escape(said)):
        engine(text, 2, tmp_path)


def test_slurm_where_there_is_none_is_said_before_anything_runs(tmp_path, monkeypatch):
    pytest.importorskip("submitit")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(engines.EngineError, match="--engine slurm: Could not detect"):
        engine("slurm:partition=cpu", 2, tmp_path)


@pytest.mark.parametrize(
    ("text", "package", "extra"),
    [("local", "joblib", "bench"), ("dask:tcp://host:1", "distributed", "cluster"), ("slurm", "submitit", "cluster")],
)
def test_a_missing_package_is_named_with_the_command_that_installs_it(text, package, extra, tmp_path, monkeypatch):
    real = importlib.import_module

    def without(name):
        if name == package:
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr(engines, "import_module", without)
    with pytest.raises(engines.EngineError, match=re.escape(f"needs {package}: pip install 'proxproof[{extra}]'")):
        engine(text, 2, tmp_path)
    if text == "local":
        assert list(engine(text, 1, tmp_path)(abs, [-1, 2])) == [1, 2]


def test_a_scheduler_that_does_not_answer_is_said(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(engines, "PATIENCE", 1)
    with pytest.raises(engines.EngineError, match="no Dask scheduler answers"):
        list(engine("dask:tcp://127.0.0.1:1", 2, tmp_path)(abs, [1]))
