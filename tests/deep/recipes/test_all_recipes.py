"""Every recipe: it can be made, it has the paper's numbers, and it is of a table or figure that there is."""

from __future__ import annotations

import json
import shlex
from functools import cache

import pytest
import torch

from deep.commands import main
from deep.models import build
from deep.recipes import all_recipes
from deep.training.rules import make_optimizer
from verify.evidence.claim import CLAIMS

RECIPES = all_recipes()
NETWORKS = {name: recipe for name, recipe in RECIPES.items() if recipe.command is None}
SHAPES = {
    "digits": ((1, 8, 8), 10),
    "mnist": ((1, 28, 28), 10),
    "fashion-mnist": ((1, 28, 28), 10),
    "cifar10": ((3, 32, 32), 10),
    "cifar100": ((3, 32, 32), 100),
    "imagenet": ((3, 224, 224), 1000),
}
MEASURES = {"accuracy", "top5", "zero_weights", "zero_groups", "zero_kernels", "small_weights"}
PLACES = [
    *("RVSM, Table 1,", "RVSM, Table 2,"),
    *("SR2, Table 2a,", "SR2, Table 2b,", "SR2, Table 3a,", "SR2, Table 3b,", "SR2, Fig. 1,"),
    *("Fig. 2 (top)", "Fig. 2 (bottom)", "Fig. 3 (top)", "Fig. 3 (bottom)", "Fig. 4 (top)", "Fig. 4 (bottom)"),
    *("ProxGEN, Fig. 1,", "ProxGEN, Fig. 2,", "ProxGEN, Fig. 3,", "ProxGEN, Table 3,", "ProxGEN, Study 1", "ProxGEN, Study 2"),
    *(f"MRDA, Table {n}," for n in range(1, 7)),
    *(
        "RMDA, Fig. 1 (a)",
        "RMDA, Fig. 1 (c)",
        "RMDA, Table 1,",
        "RMDA, Table 2,",
        "RMDA, Table 15,",
        "Figs. 2 and 4",
        "Fig. 5",
        "Fig. 6",
    ),
]


@cache
def network(model, data):
    shape, classes = SHAPES[data]
    with torch.device("meta"):
        return build(model, shape=shape, classes=classes)


def tensors(recipe):
    return len(list(network(recipe.model, recipe.data).parameters()))


def kinds():
    """A recipe for each kind of optimizer, penalty and grouping: that with the fewest layers, since layers are alike."""
    found = {}
    for recipe in NETWORKS.values():
        by_layer = tuple(recipe.penalty) if isinstance(recipe.penalty, dict) else type(recipe.penalty)
        options = tuple(sorted(recipe.options)), recipe.options.get("preconditioner")
        kind = (recipe.optimizer, options, by_layer, recipe.by, recipe.free, tuple(recipe.schedules), recipe.around)
        found[kind] = min(found.get(kind, recipe), recipe, key=tensors)
    return {recipe.name: recipe for recipe in found.values()}


KINDS = kinds()


@pytest.mark.parametrize("place", PLACES)
def test_every_table_and_figure_has_its_recipes(place):
    assert any(place in recipe.place for recipe in RECIPES.values())


def test_names_are_lower_case_and_begin_with_paper_and_table():
    for name, recipe in RECIPES.items():
        assert name == name.lower() == recipe.name
        if "." in name:
            paper, table, *rest = name.split(".")
            assert recipe.place.lower().startswith(paper) and rest
            number = table.removeprefix("table").removeprefix("fig").removeprefix("study")
            assert f" {number}" in recipe.place


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_optimizer_takes_the_network_and_the_settings(name):
    recipe = KINDS[name]
    optimizer = make_optimizer(recipe, network(recipe.model, recipe.data))
    if recipe.penalty is not None:
        penalised = [group for group in optimizer.param_groups if group["penalty"] is not None]
        assert all(p.ndim > 1 for group in penalised for p in group["params"])
        known = penalised[0]
    else:
        known = optimizer.param_groups[0]
    assert set(recipe.schedules) <= set(known)


def test_binary_networks_leave_norms_biases_and_shortcuts_as_they_are():
    for method in ("binaryconnect", "proxquant", "revised-proxquant.l12"):
        recipe = RECIPES[f"proxgen.table3.resnet20.{method}"]
        first = make_optimizer(recipe, network(recipe.model, recipe.data)).param_groups[0]
        assert len(first["params"]) == 20 and all(p.ndim > 1 for p in first["params"])
        assert not any("shortcut" in name for name in first["param_names"])


def test_group_mcp_as_printed_has_omega_times_the_root_of_the_layers_weights():
    recipe = RECIPES["rmda.table15.lenet5-small.gmcp-as-printed"]
    weights = {name: p.numel() for name, p in network(recipe.model, recipe.data).named_parameters() if p.ndim > 1}
    assert {name: penalty.gamma for name, penalty in recipe.penalty.items()} == {n: 64 * w**0.5 for n, w in weights.items()}
    assert len(make_optimizer(recipe, network(recipe.model, recipe.data)).param_groups) == len(weights) + 1


def test_an_experiment_that_is_no_network_is_not_trained(capsys):
    assert main(["train", "proxgen.study1.lasso"]) == 2
    assert "trains no network; its experiment is run by: proxproof bench Study1" in capsys.readouterr().err


def test_the_data_sets_are_known_and_the_networks_are_those_of_the_tables():
    assert {recipe.data for recipe in NETWORKS.values()} == set(SHAPES)
    for recipe in NETWORKS.values():
        assert tensors(recipe) > 0


def test_a_table_has_its_numbers_and_a_figure_without_says_so():
    for recipe in RECIPES.values():
        assert {name.partition("_at_")[0] for name in recipe.reported} <= MEASURES
        assert all(0 <= number.value <= 100 for number in recipe.reported.values())
        if ".table" in recipe.name:
            assert "accuracy" in recipe.reported or "N/A" in recipe.choices[-1]
        elif "." in recipe.name:
            assert not recipe.reported and "no number is printed" in recipe.place


def test_what_sr2_prints_of_its_pruning_curves():
    told = {
        name.removeprefix("sr2."): {measure: number.value for measure, number in recipe.reported.items() if "_at_" in measure}
        for name, recipe in RECIPES.items()
    }
    assert {name: numbers for name, numbers in told.items() if numbers} == {
        "table2a.densenet121.sr2.lam1e-4": {"zero_weights_at_1e-2": 97.5},
        "table2a.densenet121.proxgen.lam1e-3": {"zero_weights_at_1e-3": 94.4},
        "table2a.resnet34.sr2.lam1e-4": {"accuracy_at_1e-3": 93.32, "zero_weights_at_1e-3": 98.12},
        "table2a.resnet34.proxgen.lam1e-3": {"accuracy_at_1e-3": 86.93, "zero_weights_at_1e-3": 99.5},
        "table3a.densenet201.sr2.lam1e-4": {"accuracy_at_1e-2": 58.5, "zero_weights_at_1e-2": 97.57},
    }


def test_penalised_runs_report_zeros():
    for recipe in RECIPES.values():
        if ".table" in recipe.name and recipe.penalty is not None and "proxquant" not in recipe.name and recipe.reported:
            assert {"zero_weights", "zero_kernels"} & set(recipe.reported), recipe.name


def test_what_the_papers_leave_out_is_chosen_in_one_sentence_each():
    for recipe in RECIPES.values():
        for choice in recipe.choices:
            assert "\n" not in choice and len(choice) < 240 and not choice.endswith(".")
        if "." in recipe.name:
            assert recipe.choices


def test_recipes_are_plain_data_and_those_of_one_key_compute_the_same():
    by_key = {}
    for recipe in NETWORKS.values():
        text = json.dumps(recipe.computed(), sort_keys=True)
        assert "object at" not in text
        assert by_key.setdefault(recipe.key(0, ""), text) == text


def test_figure_1_of_proxgen_is_a_run_of_figure_3_and_cells_of_mrda_s_tables_are_shared():
    key = {name: recipe.key(0, "") for name, recipe in RECIPES.items()}
    assert key["proxgen.fig1.resnet34.proxgen"] == key["proxgen.fig3.resnet34.proxgen.l1"]
    assert key["mrda.table1.resnet18.mrda.lam1e-6-gamma1.0"] == key["mrda.table4.resnet18.mrda"]
    assert key["mrda.table3.resnet18.prox-sgd.lam1e-5-gamma0.8"] == key["mrda.table4.resnet18.prox-sgd"]


def test_the_commands_are_of_experiments_that_there_are():
    from synthetic.experiments import REGISTRY

    for recipe in RECIPES.values():
        if recipe.command is not None:
            program, command, experiment = shlex.split(recipe.command)
            assert (program, command) == ("proxproof", "bench") and experiment in REGISTRY


def test_claims_exist():
    from verify.claims import load

    load()
    assert {claim for recipe in RECIPES.values() for claim in recipe.claims} <= set(CLAIMS)
