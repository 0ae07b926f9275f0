"""The same table from every engine; what an engine lacks or cannot do is one clear line."""

from __future__ import annotations

import importlib
import re

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from tests.verify.jobs import works
from verify.commands import main
from verify.jobs import engines, slurm
from verify.jobs.engines import Lost, engine

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


@pytest.fixture(scope="module", params=["local", "dask", "slurm:cluster=local"])
def place(request):
    """The name of an engine that is there."""
    if request.param.startswith("slurm"):
        pytest.importorskip("submitit")
    if request.param != "dask":
        yield request.param
        return
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield f"dask:{cluster.scheduler_address}"


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_task_whose_process_ends_is_lost_and_no_other(place, jobs, apart, tmp_path):
    ended = list(engine(place, jobs, tmp_path, apart=apart)(works.ends_below_0, [-1, 0, 1, 2, 3]))
    lost = [each for each in ended if isinstance(each, Lost)]
    assert [each.task for each in lost] == [-1]
    assert lost[0].reason.startswith("its process ended (")
    assert sorted(each for each in ended if each not in lost) == [0, 1, 2, 3]


def test_a_task_apart_has_a_process_of_its_own(place, tmp_path):
    assert len(set(engine(place, 2, tmp_path, apart=True)(works.process, range(3)))) == 3


def test_short_tasks_share_a_process(tmp_path):
    assert len(set(engine("local", 1, tmp_path)(works.process, range(6)))) == 1


def test_a_task_that_cannot_be_read_is_lost_with_the_reason(tmp_path):
    (lost,) = engine("local", 1, tmp_path)(abs, [works.Unreadable()])
    assert lost.reason.startswith("ValueError: not here")


def test_no_more_than_the_jobs_asked_for_run_at_once(place, tmp_path):
    if place.startswith("dask"):
        pytest.skip("there it is the number of the cluster's workers")
    run = engine(place, 1, tmp_path / "logs", apart=True)
    assert list(run(works.alone, [tmp_path / "flag"] * 3)) == [True] * 3


def test_slurm_jobs_bring_several_tasks_and_none_is_lost(tmp_path):
    pytest.importorskip("submitit")
    run = engine("slurm:cluster=debug", 1, tmp_path)
    assert sorted(run(abs, list(range(-9, 0)))) == list(range(1, 10))
    assert len(list(tmp_path.glob("*submitted.pkl"))) <= slurm.CHUNKS


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
    [("dask:tcp://host:1", "distributed", "cluster"), ("slurm", "submitit", "cluster")],
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


def test_a_scheduler_that_does_not_answer_is_said(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(engines, "PATIENCE", 1)
    with pytest.raises(engines.EngineError, match="no Dask scheduler answers"):
        list(engine("dask:tcp://127.0.0.1:1", 2, tmp_path)(abs, [1]))
