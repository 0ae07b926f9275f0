"""The training commands, as a person calls them: what they print, what they leave, and what they refuse in one line."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.commands import COMMANDS, main  # noqa: E402
from deep.data import digits  # noqa: E402
from deep.training.train import Options, folder_of  # noqa: E402
from tests.deep.commands.calls import OWN, call, saved_and_interrupted  # noqa: E402
from verify.data.mnist import FILES  # noqa: E402
from verify.jobs import leases  # noqa: E402


def test_train_leaves_a_result_a_log_and_the_network(one, tmp_path, capsys):
    out = tmp_path / "runs"
    assert call("train", one, "--out", out, "--seed", 3, "--threads", 1) == 0
    said = capsys.readouterr()
    assert "paper 70 ± 1" in said.out
    (folder,) = (out / "own.RMDA").iterdir()
    assert folder.name.startswith("seed3-")
    assert {"result.json", "network.pt", "log.csv"} <= {path.name for path in folder.iterdir()}
    made = json.loads((folder / "result.json").read_text())
    rows = list(csv.DictReader((folder / "log.csv").open()))
    assert [float(row["accuracy"]) for row in rows] == pytest.approx(made["history"]["accuracy"], rel=1e-5)
    assert made["settings"]["subset"] == 128
    assert made["final"]["accuracy"] == pytest.approx(made["history"]["accuracy"][-1], rel=1e-5)
    assert len(made["pruning"]) == 8
    before = (folder / "result.json").stat().st_mtime_ns
    assert call("train", one, "--out", out, "--seed", 3) == 0  # the result is there: nothing is trained
    assert (folder / "result.json").stat().st_mtime_ns == before
    assert call("train", one, "--out", out, "--seed", 3, "--fresh") == 0
    assert (folder / "result.json").stat().st_mtime_ns > before


def test_settings_and_epochs_change_what_is_run(one, tmp_path):
    call("train", one, "--out", tmp_path / "runs", "--set", "lam=0.5", "--set", "batch=32", "--epochs", 1)
    (path,) = (tmp_path / "runs").rglob("result.json")
    made = json.loads(path.read_text())
    assert made["settings"]["penalty"]["lam"] == 0.5
    assert made["settings"]["batch"] == 32
    assert len(made["history"]["epoch"]) == 1


def test_an_unfinished_run_asks_what_to_do_and_goes_on(one, tmp_path, capsys, monkeypatch):
    from deep.training import trainer

    out = ("--out", tmp_path / "runs")
    with monkeypatch.context() as patch:
        patch.setattr(trainer.Trainer, "_save_if_due", saved_and_interrupted)
        assert call("train", one, *out) == 130
    assert "--resume goes on from the last checkpoint" in capsys.readouterr().err
    assert call("train", one, *out) == 2
    assert "has a run that is not finished: --resume goes on with it" in capsys.readouterr().err
    assert call("train", one, *out, "--resume", "--seed", 1) == 0
    assert "no sound checkpoint in" in capsys.readouterr().err
    assert call("train", one, *out, "--resume", "--set", "lr=0.5") == 0
    assert "has a checkpoint of other settings or other code: beginning anew" in capsys.readouterr().err
    for ended in [path.parent for path in (tmp_path / "runs").rglob("result.json")]:
        shutil.rmtree(ended)
    assert call("train", one, *out, "--resume") == 0
    assert "going on after 1 of 2 epochs" in capsys.readouterr().err
    (folder,) = (tmp_path / "runs" / "own.RMDA").iterdir()
    assert list(folder.glob("checkpoint-*")) == []


def test_a_run_that_is_interrupted_before_its_first_checkpoint_says_that_nothing_was_kept(one, tmp_path, capsys, monkeypatch):
    def interrupted(run):
        raise KeyboardInterrupt

    monkeypatch.setattr("deep.training.trainer.Trainer._one_epoch", interrupted)
    assert call("train", one, "--out", tmp_path / "runs") == 130
    assert capsys.readouterr().err.endswith("interrupted; nothing was kept\n")
    monkeypatch.setenv("RANK", "1")  # of several processes the first one says what was kept
    assert call("train", one, "--out", tmp_path / "runs") == 130
    assert capsys.readouterr().err.endswith("interrupted\n")


def test_a_fresh_run_that_is_interrupted_goes_on_from_its_own_checkpoint(one, tmp_path, capsys, monkeypatch):
    from deep.training import trainer

    out = ("--out", tmp_path / "runs")
    assert call("train", one, *out) == 0
    (folder,) = (tmp_path / "runs" / "own.RMDA").iterdir()
    (folder / "shrunk.json").write_text("{}")
    assert call("train", one, *out, "--fresh", "--compile", "bogus") == 2
    assert (folder / "result.json").is_file()
    with monkeypatch.context() as patch:
        patch.setattr(trainer.Trainer, "_save_if_due", saved_and_interrupted)
        assert call("train", one, *out, "--fresh") == 130
    assert {path.name.partition("-")[0] for path in folder.iterdir()} == {"checkpoint"}
    capsys.readouterr()
    assert call("train", one, *out, "--resume") == 0
    assert "going on after 1 of 2 epochs" in capsys.readouterr().err


def test_a_finished_run_is_asked_for_as_any_other(own, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    own.write_text(OWN.replace('("RMDA", "ProxSGD")', '("ProxSGD",)'))
    words = ("train", own, "--out", tmp_path, "--set", "lam=0.2")
    assert call(*words) == 0
    assert call(*words, "--device", "mps") == 2
    (network,) = tmp_path.rglob("network.pt")
    network.unlink()
    assert call(*words) == 2
    assert f"{network} is missing; train again with --fresh" in capsys.readouterr().err


def test_the_latency_is_that_of_the_device_of_the_run(tmp_path, monkeypatch):
    from deep.commands import shrink, train

    seen = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(train, "drawn", lambda *arguments: "")
    monkeypatch.setattr(shrink, "show", lambda folder, **options: seen.append(options["device"]))
    made = {"settings": {"by": "channel"}, "final": {"zero_groups": 50.0}}
    for device in (None, "cpu"):
        train.show_network(tmp_path, made, Options(device=device))
    assert seen == ["cuda", "cpu"]


def test_two_processes_do_not_train_one_run(one, tmp_path, capsys):
    from deep.recipes import find

    result = folder_of(find(one), 0, Options(tmp_path)) / "result.json"
    with leases.beating(leases.take(result)):
        assert call("train", one, "--out", tmp_path) == 2
    assert "another process is training" in capsys.readouterr().err


def test_a_dry_run_says_what_it_costs_and_writes_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call("train", "rmda.table1.logistic.rmda", "--dry-run", "--set", "shorten=10") == 0
    said = capsys.readouterr().out
    assert f"data: not there: mnist is not in data: put {FILES[0]}, " in said
    assert "50 epochs, 7,850 parameters, 23,450 steps" in said
    assert "restarts at epochs 50, 100, 150, 200" in said
    assert "every stage 1/10 as long" in said
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_names_all_that_defines_the_run_and_what_was_changed(capsys, monkeypatch):
    monkeypatch.setattr("deep.training.cost.seconds_per_epoch", lambda recipe, device: 1.0)  # of a ResNet50
    assert call("train", "rmda.table2.resnet50-cifar10.rigl", "--dry-run", "--set", "density=0.05", "--set", "batch=1") == 0
    said = capsys.readouterr().out
    for part in ("RigL {'density': 0.05,", "augment: True", "label_smoothing: 0.1", "recipe has it: density=0.05, batch=1"):
        assert part in said


def test_a_dry_run_says_where_the_data_are(capsys):
    assert call("train", "quickstart", "--dry-run") == 0
    assert f"data: found in {Path(digits.__file__).parent}\n" in capsys.readouterr().out


def test_recipes_say_where_they_found_no_folder_with_runs(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call("recipes", "quickstart", "--brief") == 0
    assert "no folder runs or results here" in capsys.readouterr().err
    (tmp_path / "runs").mkdir()
    assert call("recipes", "quickstart", "--brief") == 0
    assert not capsys.readouterr().err


def test_recipes_tell_cost_paper_and_state(own, one, tmp_path, capsys):
    call("train", one, "--out", tmp_path / "runs")
    capsys.readouterr()
    assert call("recipes", own, "--out", tmp_path / "runs") == 0
    said = capsys.readouterr().out
    assert "own.RMDA  [done, seed 0]" in said
    assert "2 epochs, 650 parameters, 4 steps" in said
    assert "paper: accuracy 70 ± 1 %, zero_groups 10 %" in said
    assert call("recipes", "rmda.*", "--brief", "--out", tmp_path) == 0
    assert "rmda.table1.logistic.rmda  [not run]" in capsys.readouterr().out


BLOCKED = ["click", "rich", "matplotlib", "scipy", "jinja2", "markupsafe", "pyarrow", "z3"]
BLOCKED += ["safetensors", "tensorboard", "PIL", "submitit", "dask"]


def test_without_the_extras_the_commands_still_train(one, tmp_path):
    """On a machine with torch and NumPy alone: everything else is blocked."""
    script = tmp_path / "blocked.py"  # the processes of a sweep begin with it too
    script.write_text(f"""
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in {BLOCKED}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=top)
sys.meta_path.insert(0, Blocked())
if __name__ == "__main__":
    from deep.commands import main
    status = main(["train", {one!r}, "--out", {str(tmp_path / "runs")!r}, "--tensorboard"])
    sys.exit(status or main(["sweep", {one!r}, "--out", {str(tmp_path / "swept")!r}]))
""")
    here = {**os.environ, "PYTHONPATH": os.getcwd()}
    done = subprocess.run([sys.executable, str(script)], env=here, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "tensorboard is not installed" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(list((tmp_path / "runs").rglob("result.json"))) == len(list((tmp_path / "swept").rglob("result.json"))) == 1


def test_every_command_has_help(capsys):
    for name in COMMANDS:
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0
        assert f"usage: python -m deep {name}" in capsys.readouterr().out


def test_results_show_ours_beside_the_paper(own, tmp_path, capsys):
    call("sweep", own, "--seeds", "0,1", "--out", tmp_path / "runs")
    capsys.readouterr()
    page = tmp_path / "page" / "results.html"
    assert call("results", tmp_path / "runs", "--page", page) == 0
    said = capsys.readouterr().out
    assert "Table 1 of nobody" in said
    assert "70.00 ± 1.00" in said
    assert "0,1" in said
    text = page.read_text()
    assert text.count("<svg") == 2  # the curves, and the telemetry
    assert "RMDA.L2.as" in text
    assert "all of it" in text
    assert "http" not in text
