"""What holds for all watches: their words lead to claims, and an interruption changes nothing."""

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402

from deep.figures.telemetry import telemetry  # noqa: E402
from deep.telemetry import Quantity, Watch, describe, watch  # noqa: E402
from deep.telemetry.watch import WATCHES  # noqa: E402
from deep.training import checkpoint  # noqa: E402
from deep.training.result import by_column  # noqa: E402
from tests.deep.training.small import recipe, trainer  # noqa: E402
from verify.claims import load  # noqa: E402


def test_every_column_leads_to_an_executable_claim():
    claims = load()
    assert {entry["claim"] for entry in describe()} <= set(claims)
    for entry in describe():
        assert entry["column"] == f"{entry['claim']} {entry['name']}"
        assert entry["formula"]
        assert entry["meaning"]
        assert entry["optimizers"]


def test_a_column_means_one_thing():
    columns = [entry["column"] for entry in describe()]
    assert len(columns) == len(set(columns))


NAMES = ["rmda", "proxsgd", "proxssi", "proxgen", "sr2", "rvsm", "rda"]


@pytest.mark.parametrize("name", NAMES)
def test_a_run_logs_columns_that_are_described_and_finite(name, tmp_path):
    run = trainer(recipe(name), tmp_path)
    assert run.watches
    run.run()
    known = {entry["column"] for entry in describe() for kind in entry["optimizers"] if _is(run.rule.optimizer, kind)}
    logged = {column for row in run.history for column in row if "." in column}
    assert logged
    assert logged <= known
    assert all(math.isfinite(value) for row in run.history for value in row.values())


def _is(optimizer, name):
    return name in {cls.__name__ for cls in type(optimizer).__mro__}


@pytest.mark.parametrize("name", NAMES)
def test_an_interrupted_run_logs_the_same_numbers(name, tmp_path):
    made = recipe(name)
    whole = trainer(made, tmp_path / "whole")
    whole.run()
    parts = tmp_path / "parts"
    for stop in (4, 13):  # of 21 steps
        run = trainer(made, parts)
        run.resume(pytest.fail)
        _until(run, stop)
    run = trainer(made, parts)
    assert run.resume(pytest.fail)
    run.run()
    for mine, other in zip(run.history, whole.history, strict=True):
        watched = [column for column in other if "." in column]
        assert watched
        assert [mine[column] for column in watched] == [other[column] for column in watched]


class Stopped(Exception):
    pass


def _until(run, stop):
    """Run, save after so many steps, and end there."""
    step = run._one_step

    def counted(*arguments):
        if run.epoch * run.steps + run.step == stop:
            run.save()
            raise Stopped
        step(*arguments)

    run._one_step = counted
    with pytest.raises(Stopped):
        run.run()


@pytest.mark.parametrize("stops", [(9,), (7,), (14,), (4, 9), (4, 18)])
@pytest.mark.parametrize("name", NAMES)
def test_no_number_is_about_steps_that_a_part_without_telemetry_has_made(name, stops, tmp_path):
    """Of 35 steps in five epochs. Before the last stop there is none; before the first of two there is."""
    made = recipe(name, epochs=5, **({"restarts": (4,)} if name == "rmda" else {}))
    whole = trainer(made, tmp_path / "whole")
    whole.run()
    for stop, watched in zip(stops, (False,) if len(stops) == 1 else (True, False), strict=True):
        run = trainer(made, tmp_path, telemetry=watched)
        run.resume(pytest.fail)
        _until(run, stop)
    run = trainer(made, tmp_path)
    assert run.resume(pytest.fail)
    run.run()
    for mine, other in zip(run.history, whole.history, strict=True):
        watched = {column for column in mine if "." in column}
        assert {column: mine[column] for column in watched} == {column: other[column] for column in watched}
    known, there = ({column for column in each.history[-1] if "." in column} for each in (whole, run))
    lacking = {column for column in known - there if not column.endswith("last change")}  # which may have been before
    assert lacking == {"sr2": SO_FAR}.get(name, set())


SO_FAR = {"SR2.A3.exact constant so far", "SR2.T1.sigmamax.fix sigma over bound", "SR2.T1.sigmamax sigma over printed bound"}


def test_a_sum_over_a_round_is_there_again_when_the_next_begins(tmp_path):
    made = recipe(epochs=5, restarts=(1, 4))
    _until(trainer(made, tmp_path, telemetry=False), 16)
    run = trainer(made, tmp_path)
    run.resume(pytest.fail)
    run.run()
    sums = ["RMDA.L2.as sum of weights" in row for row in run.history]
    assert sums == [False, False, False, False, True]
    assert ["RMDA.L2.as newest weight" in row for row in run.history] == [False, False, True, True, True]
    columns = by_column(run.history)
    assert columns["RMDA.L2.as sum of weights"][:4] == [None] * 4
    assert list(telemetry({"recipe": "", "history": columns, "settings": made.computed()}, [*columns][-1:]).axes[0].lines)


def test_the_state_of_watches_opens_under_the_safe_default(tmp_path):
    run = trainer(recipe("sr2"), tmp_path)
    _until(run, 9)
    state = checkpoint.load(checkpoint.newest(tmp_path, pytest.fail))
    assert set(state["watches"]) == {type(each).__name__ for each in run.watches}


def test_a_watch_of_ones_own_is_one_class(tmp_path):
    largest = Quantity("PG.C3.momentum", "largest weight", r"$\max_i |w_i|$", "the largest weight")

    @watch(torch.optim.SGD)
    class Largest(Watch):
        quantities = (largest,)

        def after_epoch(self, row):
            weights = (p for group in self.optimizer.param_groups for p in group["params"])
            return {largest.column: max(float(p.detach().abs().max()) for p in weights)}

    try:
        run = trainer(recipe("sgd"), tmp_path)
        run.run()
        assert run.history[-1]["PG.C3.momentum largest weight"] > 0
        assert describe()[-1]["optimizers"] == ("SGD",)
    finally:
        del WATCHES[Largest]


class NoQuestions(TorchDispatchMode):
    """Within, reading a number from a tensor is an error: on a GPU the host would wait there."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        assert function is not torch.ops.aten._local_scalar_dense.default
        return function(*args, **(kwargs or {}))


@pytest.mark.parametrize("name", NAMES)
def test_between_the_ends_of_epochs_no_watch_asks_for_a_number(name, tmp_path):
    run = trainer(recipe(name, epochs=1), tmp_path)
    for each in run.watches:
        for hook in ("before_step", "after_step"):
            setattr(each, hook, _under(NoQuestions, getattr(each, hook)))
    run.run()
    with pytest.raises(AssertionError), NoQuestions():
        float(torch.ones(()))


def _under(mode, hook):
    def call(*arguments):
        with mode():
            hook(*arguments)

    return call
