"""``sweep``: many runs, each once, those that fail named."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.commands.task import Task  # noqa: E402
from deep.results.collect import collect  # noqa: E402
from deep.training import trainer  # noqa: E402
from deep.training.result import read  # noqa: E402
from deep.training.train import Options  # noqa: E402
from tests.deep.commands.calls import OWN, call, saved_and_interrupted  # noqa: E402


def interrupted_after_an_epoch(patch):
    """Have a sweep run in this process, and its first run be interrupted."""

    def here(work, tasks):
        yield from map(work, tasks)

    patch.setattr("verify.jobs.engines.engine", lambda *_, **__: here)
    patch.setattr(trainer.Trainer, "_save_if_due", saved_and_interrupted)


def test_a_sweep_runs_what_is_missing_once(own, tmp_path, capsys):
    words = ("sweep", own, "--seeds", "0,1", "--out", tmp_path / "runs", "--threads", 1)
    assert call(*words) == 0
    said = capsys.readouterr()
    assert "4 runs, 4 run now, 0 failed" in said.out
    assert "[4/4] own." in said.err
    assert len(list((tmp_path / "runs").rglob("result.json"))) == 4
    assert list((tmp_path / "runs").rglob("*.lease.*")) == []
    assert call(*words) == 0
    assert "4 runs, 0 run now, 0 failed" in capsys.readouterr().out
    for wrong in (("--device", "nope"), ("--engine", "nope")):
        assert call(*words, *wrong) == 2
        assert call("sweep", own, "--out", tmp_path / "new", *wrong) == 2
    assert not (tmp_path / "new").exists()


def test_runs_with_zero_groups_are_drawn(own, tmp_path):
    pytest.importorskip("matplotlib")
    assert call("sweep", own, "--out", tmp_path / "runs", "--set", "lam=0.2") == 0
    made = {path.parent: read(path)["final"]["zero_groups"] for path in (tmp_path / "runs").rglob("result.json")}
    assert [zeros > 0 for zeros in sorted(made.values())] == [False, True]
    assert all((folder / "figure.png").exists() == (zeros > 0) for folder, zeros in made.items())


def test_a_run_of_a_sweep_that_fails_is_named_and_the_others_go_on(own, tmp_path, capsys):
    own.write_text(OWN.replace("optimizer=name", 'optimizer=name if name == "RMDA" else "None"'))
    assert call("sweep", own, "--out", tmp_path / "runs") == 1
    said = capsys.readouterr()
    assert "own.ProxSGD seed 0  FAILED: ValueError: own.ProxSGD: unknown optimizer 'None'" in said.err
    assert "2 runs, 2 run now, 1 failed" in said.out


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_whose_process_ends_is_named_and_the_others_go_on(own, tmp_path, capsys, jobs):
    deadly = "class Deadly(Constant):\n    def __call__(self, *_): import os; os._exit(7)\n\nRECIPES"
    own.write_text(
        OWN.replace("Constant(0.1)", 'Deadly(0.1) if name == "RMDA" else Constant(0.1)').replace("RECIPES", deadly, 1)
    )
    assert call("sweep", own, "--seeds", "0,1", "--jobs", jobs, "--out", tmp_path / "runs") == 1
    said = capsys.readouterr()
    assert said.err.count("own.RMDA seed 0  FAILED: its process ended (") == 1
    assert said.err.count("own.RMDA seed 1  FAILED: its process ended (") == 1
    assert "4 runs, 4 run now, 2 failed" in said.out
    assert len(list((tmp_path / "runs" / "own.ProxSGD").rglob("result.json"))) == 2


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_one_process_that_is_interrupted_keeps_a_checkpoint(own, tmp_path, stop):
    own.write_text(OWN.replace("epochs=2", "epochs=10**6"))
    words = [sys.executable, "-m", "deep", "sweep", str(own), "--out", str(tmp_path / "runs")]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 60
    while not list((tmp_path / "runs").rglob("log.csv")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.1)
    (os.killpg if stop == signal.SIGINT else os.kill)(process.pid, stop)  # as a terminal does, and as a batch system does
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.splitlines() == [
        "stopping after this step, with a checkpoint; once more to stop at once",
        "python -m deep sweep: interrupted; --resume goes on from the last checkpoint",
    ]
    assert len(list((tmp_path / "runs").rglob("checkpoint-*"))) == 1


def test_the_threads_asked_for_are_those_of_each_worker(own, tmp_path):
    assert call("sweep", own, "--jobs", 2, "--threads", 2, "--out", tmp_path / "runs") == 0
    made = collect([tmp_path / "runs"])
    assert [each["environment"]["threads"] for each in made] == [2, 2]


def test_a_sweep_names_what_another_command_runs(tmp_path, capsys):
    assert call("sweep", "proxgen.study1.*", "--out", tmp_path / "runs") == 0
    said = capsys.readouterr()
    assert "proxgen.study1.lasso trains no network and is left out; it is run by: proxproof bench Study1" in said.err
    assert "0 runs" in said.out


def test_a_sweep_does_not_go_on_unasked_with_what_is_not_finished(own, tmp_path, capfd, monkeypatch):
    words = ("sweep", own, "--seeds", "0,1", "--out", tmp_path / "runs")
    with monkeypatch.context() as patch:
        interrupted_after_an_epoch(patch)
        assert call(*words) == 130
    (checkpoint,) = (tmp_path / "runs").rglob("checkpoint-*")
    assert call(*words) == 2
    said = capfd.readouterr().err.splitlines()[-1]
    assert f"{checkpoint.parent} has a run that is not finished: --resume goes on with what is there" in said
    assert list((tmp_path / "runs").rglob("result.json")) == []
    assert call(*words, "--resume") == 0
    said = capfd.readouterr()
    assert "4 runs, 4 run now, 0 failed" in said.out
    assert said.err.count("going on after 1 of 2 epochs") == 1
    assert call(*words) == 0  # finished runs are no hindrance


def test_a_sweep_that_cannot_go_on_with_a_checkpoint_says_so(own, tmp_path, capsys, monkeypatch):
    words = ("sweep", own, "--out", tmp_path / "runs", "--resume")
    with monkeypatch.context() as patch:
        interrupted_after_an_epoch(patch)
        assert call(*words) == 130
    (checkpoint,) = (tmp_path / "runs").rglob("checkpoint-*")
    other = checkpoint.parent.with_name("seed0-0123456789abcdef")  # as of another version of the code
    checkpoint.parent.rename(other)
    capsys.readouterr()
    assert call(*words) == 0
    assert capsys.readouterr().err.count(f"{other} has a checkpoint of other settings or other code: its run begins anew") == 1


def test_what_is_kept_of_an_interrupted_sweep_is_said_as_it_is(own, tmp_path, capsys, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("deep.commands.sweep._swept", interrupted)
    nothing, last = "what has a result is kept; no run had a checkpoint yet", "--resume goes on from the last checkpoint"
    for begun, jobs, said in ((False, 2, nothing), (True, 1, last), (True, 2, f"{last}, kept about once a minute")):
        monkeypatch.setattr(Task, "begun", lambda task, begun=begun: begun)
        assert call("sweep", own, "--jobs", jobs, "--out", tmp_path, "--resume") == 130
        assert capsys.readouterr().err == f"python -m deep sweep: interrupted; {said}\n"


def test_workers_know_the_classes_of_a_file_of_ones_own(own, tmp_path, capsys):
    own.write_text(OWN.replace("Constant(0.1)", "Mine(0.1)").replace("RECIPES", "class Mine(Constant): pass\n\nRECIPES", 1))
    assert call("sweep", own, "--jobs", 2, "--out", tmp_path / "runs") == 0
    assert "2 runs, 2 run now, 0 failed" in capsys.readouterr().out


def test_a_worker_with_other_code_refuses(one, tmp_path):
    from deep.recipes import find

    with pytest.raises(RuntimeError, match="other sources or another torch"):
        Task(None, find(one), 0, Options(out=tmp_path), tmp_path / "other").compute()
