"""From a run to its figure, its smaller network, and what the commands say."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
import torch

from deep.commands import main
from deep.models import build
from deep.shrink import load

SHORT = ["--set", "subset=300", "--set", "lam=0.02", "--set", "lr=0.3", "--set", "momentum=1.0", "--epochs", "4"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run of quickstart, shortened; its folder, and what was printed."""
    out = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        printed = []
        patch.setattr("builtins.print", lambda *words, **options: printed.append(" ".join(map(str, words))))
        assert main(["train", "quickstart", *SHORT, "--out", str(out)]) == 0
    (folder,) = (out / "quickstart").iterdir()
    return folder, "\n".join(printed)


def scores(network):
    x = torch.randn(20, 1, 8, 8, generator=torch.Generator().manual_seed(5))
    with torch.no_grad():
        return network.eval()(x)


def test_quickstart_ends_with_zero_groups_a_figure_and_the_smaller_network(trained):
    folder, printed = trained
    made = json.loads((folder / "result.json").read_text())
    assert made["final"]["zero_groups"] > 20
    assert (folder / "figure.png").read_bytes()[:4] == b"\x89PNG"
    network = build(made["settings"]["model"], shape=tuple(made["shape"]), classes=made["classes"])
    network.load_state_dict(torch.load(folder / "network.pt", weights_only=True))
    small = load(folder / "shrunk.safetensors")
    want = scores(network)
    assert (scores(small) - want).abs().max() <= 1e-5 * want.abs().max()
    report = json.loads((folder / "shrunk.json").read_text())
    assert report["after"]["parameters"] == sum(p.numel() for p in small.parameters()) < 0.8 * report["before"]["parameters"]
    assert [at["batch"] for at in report["latency"]] == [1, 128]
    for words in ("batch 128: ", "figure: ", f"load({str(folder / 'shrunk.safetensors')!r})"):
        assert words in printed


def test_shrink_writes_where_it_is_told_and_needs_no_file_of_results_with_shapes(trained, tmp_path, capsys):
    folder = tmp_path / "run"
    shutil.copytree(trained[0], folder)
    made = json.loads((folder / "result.json").read_text())
    (folder / "result.json").write_text(json.dumps({k: v for k, v in made.items() if k not in ("shape", "classes")}))
    assert main(["shrink", str(folder), "--out", str(tmp_path / "small.pt")]) == 0
    assert torch.equal(scores(load(tmp_path / "small.pt")), scores(load(folder / "shrunk.safetensors")))
    assert "smaller network" in capsys.readouterr().out


def test_what_is_missing_is_said_in_one_line(trained, tmp_path, capsys, monkeypatch):
    assert main(["shrink", str(tmp_path)]) == 2
    assert "has no run that has ended" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "safetensors", None)
    assert main(["train", "quickstart", *SHORT, "--out", str(trained[0].parents[1])]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert sum("matplotlib is not installed" in line for line in lines) == 1
    assert sum("safetensors is not installed" in line for line in lines) == 1
    assert (trained[0] / "shrunk.pt").is_file()


@pytest.mark.parametrize("content", [b"", b"junk" * 1000, "another", "one bit"])
def test_a_damaged_network_is_named(trained, tmp_path, capsys, content):
    folder = tmp_path / "run"
    shutil.copytree(trained[0], folder)
    weights = folder / "network.pt"
    if content == "another":
        torch.save([1, 2], weights)
    else:
        whole = bytearray(weights.read_bytes())
        whole[len(whole) // 2] ^= 1
        weights.write_bytes(whole if content == "one bit" else content)
    assert main(["shrink", str(folder)]) == 2
    assert capsys.readouterr().err.startswith(f"python -m deep shrink: {weights} is damaged (")


@pytest.mark.parametrize("around, said", [(None, "train again with --fresh"), ("RigL", "was it trained with RigL?")])
def test_a_network_of_another_shape_is_named_with_what_may_be_wrong(trained, tmp_path, capsys, around, said):
    folder = tmp_path / "run"
    shutil.copytree(trained[0], folder)
    made = json.loads((folder / "result.json").read_text())
    del made["network"]  # as older results
    made["settings"]["around"] = around
    (folder / "result.json").write_text(json.dumps(made))
    torch.save({}, folder / "network.pt")
    assert main(["shrink", str(folder)]) == 2
    assert capsys.readouterr().err == f"python -m deep shrink: {folder / 'network.pt'} does not fit convnet ({said})\n"


OWN = """
from torch import nn
from deep.models import register
from deep.recipes import Recipe
from deep.recipes.schedules import Constant
from verify.penalties import GroupL2
from width_of_mine import WIDTH

register("mine", "one hidden layer", lambda shape, classes: nn.Sequential(
    nn.Flatten(), nn.Linear(64, WIDTH), nn.ReLU(), nn.Linear(WIDTH, classes)))
RECIPES = [Recipe(name="own.mine", place="here", data="digits", model="mine", optimizer="ProxSGD", epochs=3, subset=300,
    penalty=GroupL2(0.1), by="channel", schedules={"lr": Constant(0.1)})]
"""


def in_a_new_process(*words):
    done = subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A network of one's own in a file, trained; the file, the run's folder, and the line that loads the smaller network."""
    home = tmp_path_factory.mktemp("own")
    (home / "width_of_mine.py").write_text("WIDTH = 8\n")
    (home / "net.py").write_text(OWN)
    status, printed, error = in_a_new_process("-m", "deep", "train", home / "net.py", "--out", home / "runs")
    assert status == 0, error
    (folder,) = (home / "runs" / "own.mine").iterdir()
    return home / "net.py", folder, printed.split("to load it: ")[1].strip()


def test_a_network_of_one_s_own_is_read_again_in_another_process(own):
    _, folder, line = own
    loaded = f"{line}; import torch; print(model(torch.zeros(2, 1, 8, 8)).shape)"
    assert in_a_new_process("-c", loaded)[:2] == (0, "torch.Size([2, 10])\n")
    status, printed, error = in_a_new_process("-m", "deep", "shrink", folder)
    assert (status, error) == (0, "") and f"to load it: {line}" in printed
    status, _, error = in_a_new_process("-c", "from deep.shrink" + line.split("from deep.shrink")[1])
    assert status == 1 and "unknown model 'mine'" in error and "known once that is imported" in error


@pytest.mark.parametrize(
    "name, said", [("width_of_mine.py", "was edited since, or a module beside it"), ("net.py", "is not there")]
)
def test_a_network_of_one_s_own_that_is_not_the_run_s_is_not_taken_for_it(own, name, said):
    file, folder, _ = own
    edited = file.parent / name
    before = edited.read_text()
    edited.unlink() if edited == file else edited.write_text("WIDTH = 16\n")
    status, _, error = in_a_new_process("-m", "deep", "shrink", folder)
    edited.write_text(before)
    assert status == 2
    assert error == f"python -m deep shrink: mine is registered in {file}, which {said}: bring it back, or train again\n"
