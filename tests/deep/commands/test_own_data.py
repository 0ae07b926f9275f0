"""A recipe on data of one's own, from the dry run to a run that goes on: whatever the data become, a run is of one content."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.data.load import DATA_SETS
from deep.recipes import find
from tests.deep.commands.calls import OWN, call, saved_and_interrupted

MINE = """
from pathlib import Path
import numpy as np
from deep.data import register

def load():
    with np.load(Path(__file__).with_name("mine.npz")) as file:
        return [file[f"arr_{k}"] for k in range(4)]

register("mine", load)
"""


@pytest.fixture
def made(tmp_path):
    """``made(folder, seed)``: the recipe, in a file of a folder of its own, as a new process has it."""

    def make(folder, seed):
        DATA_SETS.pop("mine", None)
        rng = np.random.default_rng(seed)
        images, labels = rng.normal(size=(160, 1, 6, 6)), np.arange(160) % 4
        path = tmp_path / folder / "own.py"
        path.parent.mkdir()
        np.savez(path.with_name("mine.npz"), images[:128], labels[:128], images[128:], labels[128:])
        path.write_text(MINE + OWN.replace('("RMDA", "ProxSGD")', '("RMDA",)').replace('"digits"', '"mine"'))
        return path

    yield make
    DATA_SETS.pop("mine", None)


def test_it_is_planned_trained_interrupted_and_gone_on_with(made, tmp_path, capsys, monkeypatch):
    path, out = made("one", 0), ("--out", tmp_path / "runs")
    assert call("train", path, "--dry-run", *out) == 0
    planned = capsys.readouterr().out
    assert "logistic on mine" in planned and "data: your own, 128 images to train and 32 to test with" in planned
    assert "148 parameters, 4 steps" in planned
    with monkeypatch.context() as patch:
        patch.setattr("deep.training.trainer.Trainer._save_if_due", saved_and_interrupted)
        assert call("train", path, *out) == 130
    assert call("train", path, *out, "--resume") == 0
    assert "going on after 1 of 2 epochs" in capsys.readouterr().err
    assert len(list(tmp_path.rglob("result.json"))) == 1
    assert call("sweep", path, *out) == 0
    assert "1 runs, 0 run now" in capsys.readouterr().out
    assert call("results", tmp_path / "runs", "--page", tmp_path / "page.html") == 0
    assert "own.RMDA" in capsys.readouterr().out


def test_the_same_code_on_other_content_is_another_run(made):
    keys = [find(str(made(folder, seed))).key(0, "code") for folder, seed in (("one", 0), ("other", 1), ("same", 0))]
    assert keys[0] == keys[2] != keys[1]


def test_a_recipe_of_the_papers_on_such_data_is_named_by_their_content(made):
    keys = []
    for folder, seed in (("one", 0), ("other", 1)):
        find(str(made(folder, seed)))
        keys.append(find("quickstart").changed({"data": "mine"}).key(0, "code"))
    assert len({*keys, find("quickstart").key(0, "code")}) == 3
    assert "content" not in find("quickstart").computed()
