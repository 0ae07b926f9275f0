"""A run is a function of its recipe and seed, whatever interrupts it."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.results.collect import differing  # noqa: E402
from deep.training import checkpoint, result  # noqa: E402
from deep.training.train import Options, train  # noqa: E402
from deep.training.version import ROOT, sources  # noqa: E402
from deep.training.world import World  # noqa: E402
from tests.deep.training.small import KINDS, recipe, trainer, weights  # noqa: E402


class Stop(Exception):
    pass


def interrupted(made, folder, steps):
    """A run whose process ends after so many saves at step granularity."""
    run = trainer(made, folder, seconds_between=0.0, steps_between=2)
    save, saves = run.save, []

    def counted():
        save()
        saves.append(1)
        if len(saves) == steps:
            raise Stop

    run.save = counted
    with pytest.raises(Stop):
        run.run()


@pytest.mark.parametrize("name", KINDS)
def test_a_run_that_was_interrupted_twice_ends_in_the_same_bits(name, tmp_path):
    made = recipe(name)
    whole = trainer(made, tmp_path / "whole")
    whole.run()
    for stops in (2, 5):
        interrupted(made, tmp_path / "parts", stops)
    parts = trainer(made, tmp_path / "parts")
    assert parts.resume(pytest.fail)
    assert parts.step > 0
    parts.run()
    assert weights(parts) == weights(whole)
    timeless = [[{k: v for k, v in row.items() if "seconds" not in k} for row in run.history] for run in (parts, whole)]
    assert repr(timeless[0]) == repr(timeless[1])
    assert parts.best["accuracy"] == whole.best["accuracy"]


def test_another_seed_is_another_run(tmp_path):
    runs = [trainer(recipe(), tmp_path, seed) for seed in (0, 0, 1)]
    for run in runs:
        run.run()
    assert weights(runs[0]) == weights(runs[1]) != weights(runs[2])


def test_what_counts_steps_on_the_cpu_is_there_after_resuming(tmp_path):
    """Adam asks its counter twice a parameter. The meta device stands for a GPU."""
    interrupted(recipe("adam"), tmp_path, 2)
    run = trainer(recipe("adam"), tmp_path)
    run.world = World(device=torch.device("meta"))
    assert run.resume(pytest.fail)
    assert {kept["step"].device.type for kept in run.rule.optimizer.state.values()} == {"cpu"}
    assert run.sum.device.type == "meta"


def test_a_run_with_a_compiled_network_is_another_run(tmp_path, monkeypatch):
    monkeypatch.setattr("deep.training.trainer.compiled", lambda network, mode: network)
    one = recipe(epochs=1)
    made = [train(one, 0, Options(tmp_path, compile=mode, quiet=True)) for mode in (None, "default")]
    assert len(list(tmp_path.rglob(result.RESULT))) == 2
    assert [differing(each["settings"], one) for each in made] == [{}, {"compile": "default"}]
    assert made[0]["key"] == one.key(0, made[0]["code"]) != made[1]["key"]


def test_augmentation_and_half_precision_go_on_from_a_checkpoint_too(tmp_path):
    made = recipe("proxsgd", augment=True, precision="bfloat16", model="convnet")
    whole = trainer(made, tmp_path / "whole")
    whole.run()
    interrupted(made, tmp_path / "parts", 3)
    parts = trainer(made, tmp_path / "parts")
    assert parts.resume(pytest.fail)
    parts.run()
    assert weights(parts) == weights(whole)


def test_a_damaged_checkpoint_is_named_and_the_one_before_is_used(tmp_path):
    made = recipe()
    interrupted(made, tmp_path, 4)
    newest, before = sorted(tmp_path.glob("checkpoint-*.pt"), reverse=True)
    newest.write_bytes(newest.read_bytes()[:-7])
    said = []
    run = trainer(made, tmp_path)
    assert run.resume(said.append)
    assert str(newest) in said[0]
    assert f"{run.epoch * run.steps + run.step:09d}" in before.name
    whole = trainer(made, tmp_path / "whole")
    whole.run()
    run.run()
    assert weights(run) == weights(whole)


@pytest.mark.parametrize("damaged", [1, 2])
def test_what_is_written_after_damaged_checkpoints_is_kept_and_they_go(damaged, tmp_path):
    made = recipe()
    interrupted(made, tmp_path, 4)
    files = sorted(tmp_path.glob("checkpoint-*.pt"), reverse=True)
    for path in files[:damaged]:
        path.write_bytes(path.read_bytes()[:-7])
    run = trainer(made, tmp_path)
    assert run.resume(lambda text: None) == (damaged == 1)
    steps = run.epoch * run.steps + run.step
    run.save()
    left = sorted(tmp_path.glob("checkpoint-*.pt"))
    assert [path.name[:20] for path in left] == [f"checkpoint-{steps:09d}"]
    again = trainer(made, tmp_path)
    assert again.resume(pytest.fail)
    assert again.epoch * again.steps + again.step == steps


@pytest.mark.parametrize("other", [{"seed": 1}, {"made": recipe(batch=31)}, {"compile": "default"}])
def test_another_run_s_checkpoint_is_not_gone_on_from(other, tmp_path, monkeypatch):
    monkeypatch.setattr("deep.training.trainer.compiled", lambda network, mode: network)
    trainer(**{"made": recipe(), "folder": tmp_path, **other}).save()
    run = trainer(recipe(), tmp_path)
    before = weights(run)
    words = rf"checkpoint-\S+ is another run's, small.rmda with seed {other.get('seed', 0)}; this is small.rmda with seed 0, "
    with pytest.raises(ValueError, match=words):
        run.resume(pytest.fail)
    assert weights(run) == before
    trainer(recipe(), tmp_path / "own").save()
    assert trainer(recipe(), tmp_path / "own").resume(pytest.fail)


def test_no_checkpoint_that_is_sound_is_no_resume(tmp_path):
    assert not trainer(recipe(), tmp_path).resume(pytest.fail)
    interrupted(recipe(), tmp_path, 1)
    for path in tmp_path.glob("*.pt"):
        path.write_bytes(b"")
    said = []
    assert not trainer(recipe(), tmp_path).resume(said.append)
    assert len(said) == 1


def test_a_checkpoint_opens_under_the_safe_default_and_two_are_kept(tmp_path):
    interrupted(recipe(), tmp_path, 6)
    files = list(tmp_path.glob("checkpoint-*.pt"))
    assert len(files) == checkpoint.KEPT
    assert {"model", "rule", "epoch", "step", "random", "history", "best"} <= set(torch.load(files[0], weights_only=True))


def test_the_files_by_which_pixels_and_products_are_computed_are_of_the_version():
    read = {path.relative_to(ROOT).as_posix() for path in sources()}
    assert {"verify/data/mnist.py", "verify/data/layouts.py", "deep/data/mnist.py", "deep/training/precision.py"} <= read
