"""What a run learns, measures and leaves, and what is refused before it begins."""

from __future__ import annotations

import json
import math

import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.recipes import Reported  # noqa: E402
from deep.recipes.schedules import Constant, InverseRoot, Stages  # noqa: E402
from deep.results.table import label  # noqa: E402
from deep.shrink.run import network_of  # noqa: E402
from deep.training import measures, result  # noqa: E402
from deep.training.trainer import Trainer  # noqa: E402
from deep.training.world import World  # noqa: E402
from tests.deep.training.small import GROUPED, KINDS, recipe, trainer, weights  # noqa: E402


def test_training_learns_and_the_row_says_so(tmp_path):
    slow = {"lr": Stages(0.1, 0.1, 4), "momentum": Stages(0.1, 10, 4, ceiling=1.0)}
    run = trainer(recipe(subset=None, epochs=8, schedules=slow, restarts=(4,)).changed({"lam": 1e-2}), tmp_path)
    run.run()
    first, last = run.history[0], run.history[-1]
    assert last["train_loss"] < first["train_loss"]
    assert last["accuracy"] > 80
    assert last["top5"] >= last["accuracy"]
    assert last["zero_groups"] == last["zero_kernels"] > 0
    assert {"epoch": 8, "momentum": 1.0}.items() <= last.items()
    assert "prox_accuracy" in first
    assert "prox_accuracy" not in last  # with c = 1 both points are one
    assert all(math.isfinite(value) for row in run.history for value in row.values())


def test_a_run_with_gates_measures_and_leaves_the_weights_of_evaluation(tmp_path):
    run = trainer(recipe("gates", epochs=12, around_options={"lam": 1e-2}), tmp_path)
    run.run()
    made = result.keep(run, tmp_path)
    network, _ = network_of(tmp_path)
    used = [p for p in network.parameters() if p.ndim > 1]
    zeros = 100 * sum(int((p == 0).sum()) for p in used) / sum(p.numel() for p in used)
    assert 10 < zeros < 90
    assert made["final"]["zero_weights"] == pytest.approx(zeros)
    assert made["pruning"][-1]["zero_weights"] == pytest.approx(zeros, abs=0.5)
    assert made["pruning"][-1]["accuracy"] == made["final"]["accuracy"]
    assert made["final"]["small_weights"] >= made["final"]["zero_weights"]
    assert [row["name"].rpartition(".")[2] for row in made["sparsity"]["rows"]] == ["weight"]


def test_a_schedule_in_steps_counts_those_of_the_run(tmp_path):
    run = trainer(recipe("proxsgd", epochs=2, schedules={"lr": InverseRoot(0.1, 391)}), tmp_path)
    run.run()
    assert run.steps == 7
    assert run.history[1]["lr"] == pytest.approx(0.1 / math.sqrt(8))
    assert run.rule.optimizer.param_groups[0]["lr"] == pytest.approx(0.1 / math.sqrt(14))


def test_a_point_of_the_pruning_curve_that_the_paper_prints_is_among_the_final_numbers(tmp_path):
    printed = {"accuracy_at_1e-2": Reported(58.5), "zero_weights_at_1e-2": Reported(97.57)}
    run = trainer(recipe("proxgen", reported=printed), tmp_path)
    run.run()
    made = result.keep(run, tmp_path)
    row = made["pruning"][1]
    assert row["alpha"] == 1e-2
    assert [made["final"][name] for name in printed] == [row["accuracy"], row["zero_weights"]]
    assert [name for name in made["final"] if "_at_" in name] == list(printed)
    assert label("zero_weights_at_1e-2") == "zero weights, pruned at 1e-2"


def test_all_numbers_of_a_recipe_are_about_its_point(tmp_path):
    run = trainer(recipe("rvsm"), tmp_path)
    run.run()
    made = result.keep(run, tmp_path)
    network, _ = network_of(tmp_path)
    small, wide = measures.small_weights(network), measures.small_weights(run.model)
    assert small > wide
    assert made["final"]["small_weights"] == small
    assert made["final"]["zero_weights"] == pytest.approx(measures.small_weights(network, 0.0))
    assert made["final"]["penalty"] < made["history"]["penalty"][-1]
    assert made["pruning"] == measures.pruning(network, run.data.test, run.world)
    assert not [name for name in made["final"] if "_at_" in name]
    assert made["pruning"][-1]["accuracy"] == made["final"]["accuracy"]
    assert made["best"]["accuracy"] == max(row["prox_accuracy"] for row in run.history)


@pytest.mark.parametrize("name", ["sgd", "proxsgd", "sr2", "adam", "binaryconnect", "gates"])
def test_a_run_that_diverges_says_where_it_stopped(name, tmp_path):
    run = trainer(recipe(name), tmp_path)
    run._one_epoch()
    run.epoch, run.step = 1, 0
    made = run.forward

    def forward(*batch):
        loss = made(*batch)
        return lambda: loss() * math.inf

    run.forward = forward
    with pytest.raises(FloatingPointError, match=rf"^small\.{name} diverged in epoch 2: "):
        run.run()


@pytest.mark.parametrize("name", ["rmda", "proxsgd", "proxssi", "proxgen", "sr2", "rvsm", "rda"])
def test_a_run_whose_every_step_is_left_out_ends(name, tmp_path):
    run = trainer(recipe(name, options={**KINDS[name].get("options", {}), "nonfinite": "skip"}), tmp_path)
    start, made = weights(run), run.forward
    run.forward = lambda *batch: lambda: made(*batch)() * math.nan
    run.run()
    assert len(run.history) == run.recipe.length
    assert run.rule.optimizer.skipped == run.recipe.length * run.steps
    assert start.items() >= {k: v for k, v in weights(run).items() if "weight" in k}.items()


def test_a_result_is_json_where_numbers_are_not_finite(tmp_path):
    run = trainer(recipe("proxsgd"), tmp_path)
    run.run()
    run.history[-1] |= {"test_loss": math.inf, "penalty": math.nan}
    result.keep(run, tmp_path)

    def refused(text):
        raise AssertionError(text)

    made = json.loads((tmp_path / "result.json").read_text(), parse_constant=refused)
    assert made["final"]["test_loss"] is made["history"]["penalty"][-1] is None
    assert made["history"]["penalty"][0] > 0


def test_a_shortened_run_of_rigl_moves_its_connections_in_a_part_of_the_steps(tmp_path):
    rigl = trainer(recipe("rigl", epochs=4, shorten=2), tmp_path).rule.rigl
    assert (rigl.end, rigl.interval) == (8, 2)
    assert trainer(recipe("rigl", batch=8), tmp_path).rule.rigl.end == round(25 * 15 / 7)


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("sr2", {"precision": "float16"}, "use bfloat16"),
        ("rmda", {"options": {"foo": 1}}, "its options do not fit: TypeError: .*'foo'"),
        ("rigl", {"around_options": {}}, "its options do not fit"),
        ("signs", {"around_options": {}}, "its options do not fit: KeyError: 'epochs'"),
        ("signs", {"precision": "float16"}, "use bfloat16"),
        ("rigl", {"restarts": (1,)}, r"SGD has no rounds to be restarted; restarts is \(1,\)"),
        ("rigl", {"schedules": {"lr": Constant(0.1), "momentun": Constant(0.1)}}, "SGD has no momentun that a schedule"),
        ("rmda", {"optimizer": "RMSProp"}, "unknown optimizer 'RMSProp'; there are ProxSGD"),
        ("sgd", GROUPED, r"SGD would ignore GroupL2\(.*: use ProxSGD, .* or SubgradientSGD$"),
        ("gates", GROUPED, r"Adam would ignore GroupL2\(.*: use ProxSGD, .* or SubgradientAdam$"),
        ("sr2", {"around": "signs"}, "SR2 has steps of its own; around must be None, got 'signs'"),
        ("binaryconnect", {"around": "RigL"}, "BinaryConnect has steps of its own; around must be None, got 'RigL'"),
        ("rmda", {"around_options": {"end": 1}}, r"around is None and would ignore around_options, {'end': 1}"),
        ("rmda", {"around": "pruning"}, "around must be None or one of RigL"),
        ("rmda", {"model": "vgg11"}, "unknown model 'vgg11'"),
        ("rmda", {"data": "imagenette"}, "imagenette"),
    ],
)
def test_what_cannot_be_run_is_said_in_one_line(name, changes, message, tmp_path):
    with pytest.raises(ValueError, match=message) as raised:
        trainer(recipe(name, **changes), tmp_path)
    assert "\n" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_a_last_batch_with_fewer_images_than_processes_is_refused(tmp_path):
    made = recipe("rmda")
    with pytest.raises(ValueError, match="3 processes share a batch, and the last of an epoch has 2"):
        Trainer(made.changed({"subset": 2 * made.batch + 2}), 0, World(size=3), tmp_path)
