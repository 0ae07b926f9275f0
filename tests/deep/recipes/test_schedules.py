"""Schedules at chosen epochs are the papers' printed numbers."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest

from deep.recipes import find
from deep.recipes.schedules import Constant, InverseRoot, Linear, Milestones, Stages, WarmUp

# RMDA, Tables 3 to 10, 14 and 17: recipe, S, the least and the first learning rate, restarts
PRINTED = [
    ("rmda.table1.logistic.rmda", 50, 1e-5, 1e-1, (50, 100, 150, 200)),
    ("rmda.table1.mlp7.rmda", 50, 1e-5, 1e-1, (50, 100, 150, 200)),
    ("rmda.table1.lenet5-mnist.rmda", 50, 1e-4, 1.0, (50, 100, 150, 200)),
    ("rmda.table1.lenet5-fashion-mnist.rmda", 50, 1e-4, 1.0, (50, 100, 150, 200)),
    ("rmda.table1.vgg19-cifar10.rmda", 100, 1e-6, 1e-1, (100, 200, 300, 400, 500)),
    ("rmda.table1.vgg19-cifar100.rmda", 100, 1e-6, 1e-1, (100, 200, 300, 400, 500)),
    ("rmda.table1.resnet50-cifar10.rmda", 150, 1e-4, 1.0, (150, 300, 450, 600)),
    ("rmda.table1.resnet50-cifar100.rmda-as-printed", 150, 1e-4, 1.0, (150, 300, 450, 600)),
    ("rmda.table2.resnet50-cifar10.rmda", 150, 1e-3, 1.0, (150, 300, 450)),
    ("rmda.table15.lenet5-small.l1-gmcp", 30, 1e-5, 1e-1, (30, 60, 90, 120)),
]


@pytest.mark.parametrize(("name", "stage", "least", "first", "restarts"), PRINTED, ids=[row[0] for row in PRINTED])
def test_rmda_has_the_learning_rates_momenta_and_restarts_of_its_tables(name, stage, least, first, restarts):
    recipe = find(name)
    for e in range(recipe.epochs):
        numbers = recipe.numbers(e)
        assert numbers["lr"] == pytest.approx(max(least, first * 10.0 ** -(e // stage)), rel=1e-15)
        assert numbers["momentum"] == pytest.approx(min(1.0, 10.0 ** (-2 + e // stage)), rel=1e-15)
    assert recipe.restarts == restarts
    assert recipe.numbers(recipe.epochs - 1)["momentum"] == 1.0


def test_table_3_at_the_ends_of_its_stages():
    rate = {e: find("rmda.table1.logistic.rmda").numbers(e) for e in (0, 49, 49.99, 50, 199, 200, 499)}
    assert [rate[e]["lr"] for e in rate] == [1e-1, 1e-1, 1e-1, 1e-2, 1e-4, 1e-5, 1e-5]
    assert [rate[e]["momentum"] for e in rate] == [0.01, 0.01, 0.01, 0.1, 1.0, 1.0, 1.0]
    assert [find("rmda.table1.logistic.proxsgd").numbers(e)["lr"] for e in (0, 50, 499)] == [1e-1, 1e-2, 1e-10]
    assert [find("rmda.table1.logistic.proxssi").numbers(e)["lr"] for e in (0, 50, 499)] == [1e-3, 1e-4, 1e-12]


def test_rigl_warms_up_in_1760_steps_decays_every_20000_and_stops_at_65918():
    assert find("rmda.table2.resnet50-cifar10.rigl").around_options["end"] * 391 == pytest.approx(65918, abs=1e-6)
    lr = find("rmda.table2.resnet50-cifar10.rigl").schedules["lr"]
    assert lr(0) == 0.0
    assert lr(880 / 391) == pytest.approx(0.05)
    assert [lr((step + 0.5) / 391) for step in (1760, 19999, 20000, 39999, 40000)] == pytest.approx(
        [0.1, 0.1, 0.02, 0.02, 0.004]
    )


def test_proximal_sgd_of_mrda_has_1_over_gamma_sqrt_t():
    lr = find("mrda.table3.resnet18.prox-sgd.lam1e-5-gamma0.8").schedules["lr"]
    for t in (1, 2, 100, 391, 392, 46920):
        assert lr((t - 1) / 391) == pytest.approx(1 / (0.8 * math.sqrt(t)), rel=1e-12)


def test_proximal_sgd_of_mrda_counts_the_steps_that_a_run_has():
    recipe = find("mrda.table4.resnet18.prox-sgd").changed({"batch": 256})
    assert recipe.numbers(1, 196)["lr"] == pytest.approx(1 / (0.8 * math.sqrt(197)))
    assert recipe.numbers(1, 391) == recipe.numbers(1) != recipe.numbers(1, 196)
    warmed = replace(recipe, schedules={"lr": WarmUp(2, recipe.schedules["lr"])})
    assert warmed.numbers(1, 196)["lr"] == recipe.numbers(1, 196)["lr"] / 2


def test_rvsm_and_proxgen_decay_where_they_say():
    assert [find("rvsm.table2.resnet18.sgd").numbers(e)["lr"] for e in (0, 79.9, 80, 120, 160)] == pytest.approx(
        [0.1, 0.1, 0.01, 1e-3, 1e-4]
    )
    assert [find("sr2.fig1.resnet34.proxgen").numbers(e)["lr"] for e in (149, 150, 250)] == pytest.approx([1e-3, 1e-4, 1e-5])


def test_proxquants_lambda_is_1e_4_an_epoch_and_its_weights_are_signs_after_200():
    recipe = find("proxgen.table3.resnet20.proxquant")
    for e in (0, 1, 100, 299):
        assert recipe.numbers(e)["lam"] == pytest.approx(1e-4 * e)
        assert recipe.numbers(e)["lr"] * recipe.numbers(e)["lam"] == pytest.approx(1e-6 * e)
    assert recipe.around == "signs" and recipe.around_options == {"epochs": 200}
    for depth in (20, 32, 44, 56):
        for q in ("l1", "l23", "l12"):
            assert find(f"proxgen.table3.resnet{depth}.revised-proxquant.{q}").around_options == {"epochs": 200}


def test_each_kind_of_schedule():
    assert [Stages(1.0, 0.5, 2)(e) for e in (0, 1.9, 2, 4)] == [1.0, 1.0, 0.5, 0.25]
    assert [Milestones(1.0, 0.5, (1, 3))(e) for e in (0, 1, 2, 3)] == [1.0, 0.5, 0.5, 0.25]
    assert [WarmUp(2, Stages(1.0, 0.5, 3))(e) for e in (0, 1, 2, 3)] == [0.0, 0.5, 1.0, 0.5]
    assert [Linear(1.0, 3.0, 4)(e) for e in (0, 1, 4, 9)] == [1.0, 1.5, 3.0, 3.0]
    assert [InverseRoot(2.0, 3)(e) for e in (0, 1, 5)] == [2.0, 1.0, 0.5]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Constant("fast"), "Constant: value must be a finite number; got 'fast'"),
        (lambda: Stages(0.1, 0.1, 0), "Stages: every must be > 0; got 0"),
        (lambda: Stages(math.nan, 0.1, 10), "Stages: start must be a finite number; got nan"),
        (lambda: Stages(0.1, 0.1, 10, floor=2.0, ceiling=1.0), "Stages: floor <= ceiling must be numbers; got 2.0 and 1.0"),
        (
            lambda: Milestones(0.1, 0.1, (80, math.nan)),
            "Milestones: at must be a tuple of epochs, as in (80, 120); got (80, nan)",
        ),
        (lambda: Milestones(0.1, 0.1, 80), "Milestones: at must be a tuple of epochs, as in (80, 120); got 80"),
        (lambda: WarmUp(0, Constant(0.1)), "WarmUp: epochs must be > 0; got 0"),
        (lambda: WarmUp(5, 0.1), "WarmUp: then must be a schedule, as Constant(0.1); got 0.1"),
        (lambda: Linear(0.0, 1.0, -1), "Linear: epochs must be > 0; got -1"),
        (lambda: InverseRoot(1.0, None), "InverseRoot: steps must be a finite number; got None"),
    ],
)
def test_what_no_schedule_can_have_is_refused_when_it_is_made(make, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        make()


def test_stages_may_start_at_zero_or_below():
    assert Stages(0.0, 0.1, 10)(11) == 0.0
    assert Stages(-0.1, 10, 10, floor=-math.inf)(10) == -1.0
