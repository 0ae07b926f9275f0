"""What ``proxproof bench`` says, the files it leaves and its exit status."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from synthetic import version
from synthetic.choose import choose
from synthetic.experiments import REGISTRY as EXPERIMENTS
from synthetic.experiments.comparison import comparison
from synthetic.job import Job
from synthetic.problems import REGISTRY as PROBLEMS
from synthetic.solvers import REGISTRY as SOLVERS
from synthetic.store import Store
from synthetic.task import Setting, Task
from tests.synthetic.calls import EXPERIMENT, OWN, QUICK, call, refused, written

pytestmark = pytest.mark.usefixtures("registries")

STUB = Path(__file__).with_name("stub_jobs.py")


def test_a_line_a_job_a_table_and_the_files(tmp_path):
    done = call(*QUICK, "--out", tmp_path)
    assert done.exit_code == 0, done.output
    assert re.search(r"^RMDA on Lasso, batch 32 independent: 2 runs  \d+\.\d s$", done.stdout, re.M)
    assert re.search(r"RMDA point=prox +2 +\d+ \[\d+, \d+\]", done.stdout)
    assert f"1 job, 1 run now; table: {tmp_path / 'results.parquet'}" in done.stdout
    table = pq.read_table(tmp_path / "results.parquet")
    finals = [row for row in table.to_pylist() if row["kind"] == "final"]
    assert [(row["point"], row["idx_rep"]) for row in finals] == [("iterate", 0), ("iterate", 1), ("prox", 0), ("prox", 1)]


def test_a_folder_with_results_is_left_alone_without_resume(tmp_path):
    assert call(*QUICK, "--out", tmp_path).exit_code == 0
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert "has results: add --resume to go on with them, or --out for another folder" in refused(*QUICK, "--out", tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_resume_runs_what_is_new_and_keeps_the_rest(tmp_path):
    assert call(*QUICK, "--out", tmp_path).exit_code == 0
    done = call(*QUICK[:2], "RMDA,RDA", *QUICK[3:], "--out", tmp_path, "--resume")
    assert "2 jobs, 1 run now" in done.stdout
    done = call(*QUICK, "--out", tmp_path, "--resume")
    assert "1 job, 0 run now" in done.stdout
    assert "1 result of other jobs or other code kept there too" in done.stdout
    assert set(pq.read_table(tmp_path / "results.parquet")["method"].to_pylist()) == {"RMDA"}


def test_a_damaged_result_is_named_and_runs_again(tmp_path):
    assert call(*QUICK, "--out", tmp_path).exit_code == 0
    table = pq.read_table(tmp_path / "results.parquet").drop_columns("time")
    (result,) = (tmp_path / "jobs").rglob("*.json")
    result.write_bytes(result.read_bytes()[:-9])
    done = call(*QUICK, "--out", tmp_path, "--resume")
    assert f"{result} is damaged (its digest does not match): its job runs again" in done.stdout
    assert "1 job, 1 run now" in done.stdout
    again = pq.read_table(tmp_path / "results.parquet").drop_columns("time")
    assert repr(again.to_pylist()) == repr(table.to_pylist())


def test_a_result_that_cannot_be_read_is_named_and_runs_again(tmp_path):
    assert call(*QUICK, "--out", tmp_path).exit_code == 0
    (result,) = (tmp_path / "jobs").rglob("*.json")
    result.unlink()
    result.symlink_to(result)
    done = call(*QUICK, "--out", tmp_path, "--resume")
    assert done.exit_code == 0, done.output
    assert f"{result} cannot be read" in done.stdout


def test_a_table_without_its_jobs_is_left_alone_too(tmp_path):
    assert call(*QUICK, "--out", tmp_path).exit_code == 0
    (result,) = (tmp_path / "jobs").rglob("*.json")
    result.unlink()
    before = (tmp_path / "results.parquet").read_bytes()
    assert "has results: add --resume" in refused(*QUICK, "--out", tmp_path)
    assert (tmp_path / "results.parquet").read_bytes() == before


def test_a_problem_and_a_method_of_the_users_own_are_one_file(tmp_path):
    own = written(tmp_path, OWN)
    out = tmp_path / "out"
    done = call(own, "--methods", "MySGD,ProxSGD", "--seeds", 1, "--epochs", 2, "--jobs", 2, "--out", out)
    assert done.exit_code == 0, done.output
    table = pq.read_table(out / "results.parquet")
    assert set(zip(table["problem"].to_pylist(), table["method"].to_pylist(), strict=True)) == {
        ("MyLasso", "MySGD"),
        ("MyLasso", "ProxSGD"),
    }
    own.write_text(OWN.replace("2.0", "3.0"))
    sys.modules.pop(next(name for name, module in sys.modules.items() if getattr(module, "__file__", None) == str(own)))
    done = call(own, "Lasso", "--methods", "ProxSGD", "--seeds", 1, "--epochs", 2, "--jobs", 1, "--out", out, "--resume")
    assert "2 jobs, 2 run now" in done.stdout, done.output


def test_a_result_of_a_module_beside_the_users_own_file_is_not_taken_for_that_of_another(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    beside = written(tmp_path, "NOISE = 2.0\n", "noise_beside.py")
    own = written(
        tmp_path, OWN.replace("2.0", "NOISE").replace("from dataclasses", "from noise_beside import NOISE\nfrom dataclasses")
    )

    def run_now():
        for name in [n for n, m in sys.modules.items() if getattr(m, "__file__", None) in (str(own), str(beside))]:
            del sys.modules[name]
        done = call(own, "--methods", "MySGD", "--seeds", 1, "--epochs", 2, "--out", tmp_path / "out", "--resume", "--jobs", 1)
        return done.stdout

    assert "1 job, 1 run now" in run_now()
    assert "1 job, 0 run now" in run_now()
    beside.write_text("NOISE = 30.0\n")
    assert "1 job, 1 run now" in run_now()


def test_no_result_is_kept_under_the_key_of_another_text(tmp_path):
    own, job = written(tmp_path, OWN), Job("MyLasso", "ProxSGD", 32, 2)

    def task():
        text = sha256(own.read_bytes()).hexdigest()
        store = Store(tmp_path, frozenset(["MyLasso"]), (text,))
        return Task(Setting(store, ((own, text),), None, version.code_version()), store.key(job), job)

    waiting = task()
    own.write_text(OWN.replace("2.0", "3.0"))
    with pytest.raises(RuntimeError, match=f"has imported another text of {own} than this sweep began with: start again"):
        waiting.compute()  # the file was edited before a worker imported it
    begun = task()
    own.write_text(OWN)
    begun.compute()  # after that it does not matter
    with pytest.raises(RuntimeError, match="start workers anew"):
        task().compute()  # the worker has imported it for the sweep before
    assert [waiting.sound(), begun.sound()] == [False, True]
    assert f"{own}, or a module beside it, was edited after this process imported it: start again" in refused(own)


def test_a_name_of_another_kind_runs_nothing_that_is_not_meant(tmp_path):
    method = written(tmp_path, OWN.replace("MySGD", "Momentum").replace("MyLasso", "RMDA"), "method.py")
    for targets, problems in (([method], ("RMDA",)), ([method, "Lasso"], ("Lasso", "RMDA"))):
        (only,) = choose([str(target) for target in targets], comparison(32, 2, "independent")).experiments
        assert {job.problem for job in only.jobs(1, ["Momentum"])} == set(problems)
    experiment = written(tmp_path, EXPERIMENT.format(batches=(8,), more="").replace("Mine", "Lasso"), "experiment.py")
    (only,) = choose([str(experiment)], comparison(32, 2, "independent")).experiments
    assert only.name == "Lasso"


def test_an_experiment_of_the_users_own_runs_with_its_figure(tmp_path):
    own = written(tmp_path, EXPERIMENT.format(batches=(8, 16, None), more=""))
    done = call(own, "--jobs", 1, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    rows = pq.read_table(tmp_path / "out" / "results.parquet").num_rows
    assert (tmp_path / "out" / "figures" / "Mine.png").read_text() == f"{rows} rows"
    assert "RMDA on Lasso, whole set: 2 runs" in done.stdout


def test_what_fails_is_said_the_rest_is_kept_and_the_status_is_1(tmp_path):
    own = written(tmp_path, EXPERIMENT.format(batches=(8, 10**6), more="raise OSError('no ink')"))
    done = call(own, "--jobs", 1, "--out", tmp_path / "out")
    assert done.exit_code == 1, done.output
    assert re.search(
        r"batch 1000000 independent: 2 runs: ValueError: a batch has at most as many samples as there are", done.stdout
    )
    assert "figure Mine FAILED: OSError: no ink" in done.stdout
    assert "2 jobs, 2 run now, 1 failed; table: " in done.stdout
    assert len(list((tmp_path / "out").rglob("*.json"))) == 1
    assert set(pq.read_table(tmp_path / "out" / "results.parquet")["batch"].to_pylist()) == {8}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_job_whose_process_ends_is_said_the_others_run_and_the_status_is_1(tmp_path, jobs):
    deadly = (
        "import os\nfrom synthetic.problems import Lasso\n"
        "class Deadly(Lasso):\n    def instance(self, seeds): os.kill(os.getpid(), 9)\n"
    )
    problems = (written(tmp_path, deadly), "Lasso")
    short = ("--methods", "RMDA,RDA", "--seeds", 1, "--epochs", 2)
    done = call(*problems, *short, "--jobs", jobs, "--out", tmp_path / "out")
    assert done.exit_code == 1, done.output
    for method in ("RMDA", "RDA"):
        assert f"{method} on Deadly, batch 32 independent: 1 run  FAILED: its process ended (" in done.stdout
    assert "4 jobs, 4 run now, 2 failed; table: " in done.stdout
    assert set(pq.read_table(tmp_path / "out" / "results.parquet")["problem"].to_pylist()) == {"Lasso"}


def test_an_engine_that_stops_is_said_and_the_status_is_1(tmp_path, monkeypatch):
    def stopped(work, tasks):
        yield work(tasks[0])
        raise ConnectionError("the cluster went away")

    monkeypatch.setattr("verify.jobs.engines.engine", lambda *_: stopped)
    done = call("Lasso", "--methods", "RMDA,RDA", *QUICK[3:], "--out", tmp_path)
    assert done.exit_code == 1, done.output
    assert "the engine stopped: ConnectionError: the cluster went away; what is done is kept, --resume goes on" in done.stdout
    assert len(list(tmp_path.rglob("*.json"))) == 1


def test_when_every_job_fails_the_reason_is_said_once_and_the_folder_is_as_new(tmp_path):
    broken = (
        "from synthetic.problems import Lasso\n"
        "class Broken(Lasso):\n    def instance(self, seeds): raise FileNotFoundError('no such data')\n"
    )
    out = tmp_path / "out"
    done = call(written(tmp_path, broken), "--methods", "RMDA,RDA", "--jobs", 1, "--out", out)
    assert done.exit_code == 1, done.output
    assert "2 jobs, 2 run now, 2 failed; no result\n" in done.stdout
    assert done.stdout.endswith("RMDA on Broken, batch 32 independent: 20 runs and 1 more: no such data\n")
    assert not (out / "results.parquet").exists()
    assert call(*QUICK, "--out", out).exit_code == 0


def test_a_population_loss_runs_on_the_whole_set_and_a_batch_beyond_the_samples_is_refused(tmp_path):
    done = call("NoOverlap", *QUICK[1:], "--out", tmp_path)
    assert "RMDA on NoOverlap, whole set: 2 runs  " in done.stdout, done.output
    assert refused(*QUICK, "--batch", 1000).endswith("Lasso has 200 samples, fewer than a batch of 1000\n")


def test_the_list_names_all_with_their_claims(tmp_path):
    own = written(tmp_path, EXPERIMENT.format(batches="()", more=""))
    done = call(own, "--list")
    assert done.exit_code == 0, done.output
    for name in (*EXPERIMENTS, *PROBLEMS, *SOLVERS):
        assert re.search(rf"^  {name}\b.*: \w", done.stdout, re.M), name
    assert "Mine: Three batch sizes.\n      claims: RMDA.T2\n" in done.stdout


def test_every_claim_that_is_named_exists():
    from verify.claims import load

    known = load()
    named = {claim for registry in (EXPERIMENTS, SOLVERS) for thing in registry.values() for claim in thing.claims}
    assert named - set(known) == set()


@pytest.mark.parametrize(("jobs", "stop"), [(1, signal.SIGINT), (2, signal.SIGINT), (2, signal.SIGTERM)])
def test_an_interruption_keeps_what_is_done_and_leaves_130(tmp_path, jobs, stop):
    out = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "verify", "bench", str(STUB), "--seeds", "60", "--jobs", str(jobs), "--out", str(out)],
        env={**os.environ, "SECONDS": "0.1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert "SGD on Stub" in process.stdout.readline()
    time.sleep(0.15)
    (os.killpg if stop == signal.SIGINT else os.kill)(process.pid, stop)  # as a terminal does, and as a batch system does
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said == f"proxproof bench: interrupted; what is done is kept in {out}: --resume goes on there\n"
    assert 1 <= len(list(out.rglob("*.json"))) < 60
