"""What the training commands refuse: one line, an exit status, and nothing left behind."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.commands import main
from tests.deep.commands.calls import OWN, call


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train"], "the following arguments are required: RECIPE"),
        (
            ["train", "rmda.table1.logistics.rmda"],
            "no recipe is called 'rmda.table1.logistics.rmda'; did you mean rmda.table1.logis",
        ),
        (["train", "rmda.table1.*"], "means"),
        (["train", "nobody.py"], "there is no file nobody.py"),
        (["train", "quickstart", "--set", "lam"], "--set takes KEY=VALUE, as in --set lam=1e-4; got 'lam'"),
        (["train", "quickstart", "--set", "lam={[]:1}"], "lam must be a finite number; got '{[]:1}'"),
        (["train", "quickstart", "--set", "lambda=1"], "there is no setting 'lambda'; settings: "),
        (["train", "quickstart", "--set", "lam=-1"], "lam"),
        (["train", "quickstart", "--epochs", "0"], "--epochs must be at least 1; got 0"),
        (["train", "quickstart", "--set", "batch=-5"], "quickstart: batch must be an integer of at least 1; got -5"),
        (["train", "quickstart", "--set", "batch=12.5"], "batch must be an integer of at least 1; got 12.5"),
        (["train", "quickstart", "--set", "shorten=0"], "shorten must be an integer of at least 1; got 0"),
        (["train", "quickstart", "--set", "lr=[1]"], "lr must be a finite number; got [1]"),
        (["train", "quickstart", "--set", "model=None"], "model must be text; got None"),
        (["train", "quickstart", "--set", "data=cifar"], "there is no data set 'cifar': digits, mnist"),
        (["train", "quickstart", "--set", "data=cifar", "--dry-run"], "there is no data set 'cifar': digits, mnist"),
        (["train", "quickstart", "--set", "precision=float64", "--dry-run"], "precision must be one of float32, tf32"),
        (["train", "quickstart", "--set", "subset=1438", "--dry-run"], "subset=1438 is more than the 1437 training images"),
        (["train", "sr2.table2a.resnet34.sr2.lam1e-4", "--set", "precision=float16", "--dry-run"], "use bfloat16"),
        (["train", "quickstart", "--device", "bogus"], "--device must be cpu, cuda or cuda:N; got 'bogus'"),
        (["train", "quickstart", "--threads", "0"], "--threads must be from 1 to 1024; got 0"),
        (["train", "quickstart", "--compile", "bogus"], "--compile bogus: Unrecognized mode=bogus"),
        (["train", "quickstart", "--out", __file__], "test_wrong_calls.py"),
        (["shrink", "nowhere", "--device", "bogus"], "--device must be cpu, cuda or cuda:N; got 'bogus'"),
        (["train", "quickstart", "--seed", "-1"], "--seed must be at least 0 and below 2^64; got -1"),
        (["train", "rmda.table1.logistic.rmda", "--data", "nowhere"], "nowhere"),
        (["train", "proxgen.study1.lasso"], "is run by: proxproof bench Study1"),
        (
            ["sweep", "quickstart", "--seeds", "0,0"],
            "--seeds takes different integers >= 0 and below 2^64, as in 0,1,2; got '0,0'",
        ),
        (["sweep", "quickstart", "--jobs", "0"], "--jobs must be at least 1; got 0"),
        (["sweep", "quickstart", "--engine", "ray"], "unknown engine 'ray'"),
        (["train", "quickstart", "--resum"], "unrecognized arguments: --resum"),
        (["train", "quickstart", "--resume", "--fresh"], "--fresh: not allowed with argument --resume"),
        (["train", "quickstart", "--threads", "1000000", "--dry-run"], "--threads must be from 1 to 1024; got 1000000"),
        (["train", "quickstart", "--compile", "bogus", "--dry-run"], "--compile bogus: Unrecognized mode=bogus"),
        (["train", "quickstart", "--out", __file__, "--dry-run"], "test_wrong_calls.py is a file"),
        (["train", "quickstart", "--out", ""], "--out: it is empty; name a path, as in ./here"),
        (["train", "quickstart", "--data", ""], "--data: it is empty; name a path, as in ./here"),
        (["sweep", "quickstart", "--data", ""], "--data: it is empty; name a path"),
        (["shrink", "nowhere", "--data", ""], "--data: it is empty; name a path"),
        (["results", "--page", ""], "--page: it is empty; name a path"),
        (["recipes", "--out", __file__], "there is no folder "),
        (["sweep", "quickstart", "--engine", "ray", "--dry-run"], "unknown engine 'ray'"),
        (
            ["sweep", "quickstart", "--engine", "dask:x", "--device", "bogus"],
            "--device must be cpu, cuda or cuda:N; got 'bogus'",
        ),
        (["sweep", "quickstart", "--device", "cuda:99"], "--device cuda:99: torch "),
        (["sweep", "quickstart", "--fresh"], "unrecognized arguments: --fresh"),
        (["recipes", "nobody.*"], "no recipe is called 'nobody.*'"),
        (["results", "nowhere"], "there is no folder nowhere"),
        (["results", __file__], "there is no folder "),
        (["results", "."], "there is no result below .; 'proxproof train quickstart' makes one"),
        (["results"], "there is no result below runs or results; "),
        (["shrink", __file__], "test_wrong_calls.py has no run that has ended: it needs result.json and network.pt"),
        (["tran"], "unknown command 'tran'; commands: train"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_one_line_and_exit_status_2(words, message, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        status = main(words)
    except SystemExit as ended:
        status = ended.code
    said = capsys.readouterr()
    assert status == 2
    assert message in said.err
    assert said.err.count("\n") == 1
    assert [path for path in tmp_path.rglob("*") if path.name != "runs"] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import sys\nsys.exit(3)\n", "own.py cannot be imported: SystemExit: 3"),
        ("RECIPES = [\n", "own.py cannot be imported: SyntaxError: "),
        ("import nobodys_package\n", "own.py cannot be imported: ModuleNotFoundError: No module named 'nobodys_package'"),
        (OWN.replace("batch=64", "batch=0"), "own.py cannot be imported: ValueError: own.RMDA: batch must be an integer"),
    ],
)
def test_a_file_of_ones_own_that_fails_is_said_in_one_line(text, message, own, capsys):
    own.write_text(text)
    assert call("train", own) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1


def test_a_run_that_diverges_is_one_line_and_exit_status_1(one, tmp_path, capsys):
    assert call("train", one, "--out", tmp_path / "runs", "--set", "lr=1e30", "--set", "model=mlp7") == 1
    said = capsys.readouterr().err
    assert "own.RMDA diverged in epoch 1: " in said
    assert said.count("\n") == 1
    assert list(tmp_path.rglob("result.json")) == []
