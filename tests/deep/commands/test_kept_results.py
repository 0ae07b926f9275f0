"""Which of the results that lie there are shown, and as what."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.commands import main
from deep.commands.train import settled
from deep.recipes import find
from deep.results.collect import collect, together
from deep.training.result import NEEDED, WITHIN
from deep.training.version import code_version
from verify.penalties import GroupMCP


def written(folder, **changes):
    """A result file as ``train`` leaves it, of the quickstart unless told otherwise."""
    made = {"recipe": "quickstart", "seed": 0, "key": "k", "code": "c", "settings": find("quickstart").computed()}
    made |= {"place": "here", "choices": [], "claims": [], "point": "iterate", "reported": {}, "final": {}, "sparsity": {}}
    made |= {"history": {"epoch": [1]}, "seconds": 1.0, "environment": {"device": "cpu", "torch": "2"}} | changes
    path = folder / made["recipe"] / f"seed{made['seed']}-{made['key']}" / "result.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(made))
    return path


def test_recipes_that_compute_the_same_have_a_result_each(tmp_path):
    for name in ("quickstart", "quickstart-dense"):
        written(tmp_path, recipe=name)
    assert [made["recipe"] for made in collect([tmp_path])] == ["quickstart", "quickstart-dense"]


def test_of_several_versions_of_the_code_that_of_now_is_shown_and_else_the_newest(tmp_path):
    def shown():
        (runs,) = together(collect([tmp_path]))
        return runs.first["key"]

    for age, key in enumerate(("b", "a", "c")):
        os.utime(written(tmp_path, key=key, code=key), (100 - age, 100 - age))
    assert shown() == "b"
    os.utime(written(tmp_path, key="0", code=code_version()), (1, 1))
    assert shown() == "0"


def test_seeds_are_together_though_some_were_run_before_a_setting_existed(tmp_path):
    settings = find("quickstart").computed()
    settings.pop("normalise")
    written(tmp_path, settings=settings, final={"accuracy": 90.0})
    written(tmp_path, seed=1, key="l", final={"accuracy": 92.0})
    written(tmp_path, seed=2, key="m", settings=settings | {"normalise": False})
    runs, other = together(collect([tmp_path]))
    assert [made["seed"] for made in runs.results] == [0, 1]
    assert runs.ours("accuracy") == "91.00 ± 1.41"
    assert other.name == "quickstart (normalise=False)"


@pytest.mark.parametrize(
    ("recipe", "settings", "epochs", "shown"),
    [
        ("quickstart", [], None, "quickstart"),
        ("quickstart", [], 1, "quickstart (epochs=1)"),
        ("quickstart", ["shorten=10"], 2, "quickstart (stages 1/10 as long, epochs=2)"),
        ("quickstart", ["lam=0.5", "lr=0.1", "batch=64"], None, "quickstart (lam=0.5, lr changed, batch=64)"),
        ("rmda.table15.lenet5-small.gmcp", ["lam=3"], None, "rmda.table15.lenet5-small.gmcp (lam=3.0)"),
        ("mrda.table4.resnet18.mrda", ["lr=3"], None, "mrda.table4.resnet18.mrda (lr=3)"),
    ],
)
def test_a_run_that_is_not_the_papers_says_what_was_changed_and_is_not_done(recipe, settings, epochs, shown, tmp_path, capsys):
    written(tmp_path, recipe=recipe, settings=settled(find(recipe), settings, epochs).computed())
    (runs,) = together(collect([tmp_path]))
    assert runs.name == shown
    assert main(["recipes", recipe, "--brief", "--out", str(tmp_path)]) == 0
    state = "done, seed 0" if shown == recipe else "run with other settings only"
    assert f"{recipe}  [{state}]" in capsys.readouterr().out


def test_penalties_that_differ_by_layer_are_changed(tmp_path):
    recipe = find("rmda.table15.lenet5-small.gmcp")
    penalty = {"conv1.weight": GroupMCP(1e-5, 64 * 150**0.5, weights="layer")}
    written(tmp_path, recipe=recipe.name, settings=replace(recipe, penalty=penalty).computed())
    (runs,) = together(collect([tmp_path]))
    assert runs.name == f"{recipe.name} (penalty changed)"


def test_a_run_of_one_epoch_has_a_mark_in_the_curves():
    from deep.results.collect import Runs
    from deep.results.curves import _line

    class Panel:
        def plot(self, x, y, **look):
            seen.append((list(x), list(y), look["marker"]))

    seen = []
    for epochs in ([1], [1, 2]):
        made = {"recipe": "quickstart", "settings": find("quickstart").computed(), "point": "iterate"}
        _line(Panel(), Runs((made | {"history": {"epoch": epochs, "accuracy": epochs}},)), "accuracy", 0)
    assert seen == [([1], [1.0], "o"), ([1, 2], [1.0, 2.0], None)]


@pytest.mark.parametrize("content", ["[]", "3", "{}", '{"recipe": "quickstart"}'])
def test_json_that_is_no_result_is_named(tmp_path, capsys, content):
    path = written(tmp_path)
    path.write_text(content)
    assert main(["results", str(tmp_path)]) == 2
    assert f"{path} is no result of a run" in capsys.readouterr().err


@pytest.mark.parametrize("lacks", [*NEEDED, *(f"{outer}.{name}" for outer, names in WITHIN.items() for name in names)])
def test_a_result_that_lacks_something_is_named_and_the_others_are_shown(tmp_path, capsys, lacks):
    written(tmp_path, key="whole", seed=1, final={"accuracy": 91.25})
    path = written(tmp_path, settings=find("quickstart").computed(processes=2), final={"accuracy": 12.5})
    made, (outer, _, inner) = json.loads(path.read_text()), lacks.partition(".")
    del (made[outer] if inner else made)[inner or outer]
    path.write_text(json.dumps(made))
    page = tmp_path / "page.html"
    assert main(["results", str(tmp_path), "--page", str(page)]) == 1
    assert main(["recipes", "quickstart", "--brief", "--out", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert err.count(f"{path} is no result of a run (it has no {lacks})") == 2
    assert "91.25" in out and "12.50" not in out and "91.25" in page.read_text() and "[done, seed 1]" in out


def test_a_number_of_the_paper_is_the_recipes_of_now(tmp_path):
    written(tmp_path, recipe="rmda.table1.lenet5-mnist.rmda", reported={"accuracy": {"value": 1.0, "spread": None}})
    (made,) = collect([tmp_path])
    assert made["reported"]["accuracy"]["value"] == 99.10


def test_a_log_that_is_no_text_does_not_stop_the_list(tmp_path, capsys):
    log = tmp_path / "quickstart" / "seed0-k" / "log.csv"
    log.parent.mkdir(parents=True)
    log.write_bytes(b"\xff\xfe\x00\n1\n")
    assert main(["recipes", "quickstart", "--out", str(tmp_path), "--brief"]) == 0
    assert "begun, 1 of" in capsys.readouterr().out
