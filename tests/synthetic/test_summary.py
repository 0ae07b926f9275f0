"""The table at the end counts what can be decided, and says how much cannot."""

from __future__ import annotations

import io
import math
import re

import pyarrow as pa
import pytest
from rich.console import Console

from synthetic.summary import shorten, summary


def final(stays, bin="clear", solver="RMDA[batch=8,point=prox]", dataset="Lasso", gap=0.5, first=3.0, kind="final", exact=None):
    values = {"objective_stays": stays, "objective_exact": stays if exact is None else exact, "objective_first": first}
    values |= {"objective_gap": gap, "epochs": 100}
    return {"experiment": "Fig", "dataset_name": dataset, "solver_name": solver, "kind": kind, "bin": bin, **values}


def shown(*experiments):
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(summary([pa.Table.from_pylist(rows) for rows in experiments]))
    return [line.strip() for line in console.export_text().splitlines() if line.strip()]


def test_shares_are_of_the_runs_that_can_be_decided():
    rows = [final(1.0)] * 3 + [final(0.0, first=math.nan)] + [final(1.0, bin="degenerate"), final(0.0, bin="unsolved")]
    rows += [final(0.0, kind="curve")] * 9
    (row,) = (line for line in shown(rows) if line.startswith("RMDA"))
    assert row.split("  ")[0] == "RMDA"
    assert "4 (+2)" in row
    assert "75 [30, 95]" in row
    assert "3 [3, 3]" in row


def test_a_mean_of_fractions_has_the_interval_of_a_mean():
    """Twenty runs with 40 to 52 % of exact steps: Wilson's interval, of as many coins, would be [26, 66]."""
    (row,) = (line for line in shown([final(0.0, exact=0.4 + 0.12 * (i % 2)) for i in range(20)]) if line.startswith("RMDA"))
    exact = re.search(r"46 \[(\d+), (\d+)\]", row)
    assert 42 <= int(exact[1]) <= 44 and 48 <= int(exact[2]) <= 50


def test_no_interval_ends_past_the_run():
    (row,) = (line for line in shown([final(1.0, first=first) for first in (80.0, 98.0)]) if line.startswith("RMDA"))
    assert re.search(r"89 \[\d+, 100\]", row)


def test_a_run_that_left_the_numbers_did_not_identify():
    (row,) = (line for line in shown([final(math.nan), final(1.0)]) if line.startswith("RMDA"))
    assert "50 [9, 91]" in row


def test_a_problem_of_which_nothing_can_be_decided_has_no_share():
    (row,) = (line for line in shown([final(1.0, bin="unsolved")]) if line.startswith("RMDA"))
    assert row.split() == ["RMDA", "0", "(+1)", "-", "-", "-", "-"]


def test_the_parameters_of_a_problem_are_shown():
    assert "Fig, Lasso[lam=0.1,noise=2.0]: batch=8, point=prox" in shown([final(1.0, dataset="Lasso[lam=0.1,noise=2.0]")])


def test_each_problem_has_its_table():
    lines = shown(
        [final(1.0), final(1.0, dataset="Noisy", solver="RDA[batch=4]"), final(1.0, dataset="Noisy", solver="RDA[batch=8]")]
    )
    assert "Fig, Lasso: batch=8, point=prox" in lines
    assert "Fig, Noisy" in lines
    assert [line.split("  ")[0] for line in lines if line.startswith("RDA")] == ["RDA batch=4", "RDA batch=8"]


def test_two_experiments_have_their_own_tables_and_one_note():
    lines = shown([final(1.0)], [final(0.0) | {"experiment": "Steps"}])
    assert [line.partition(":")[0] for line in lines if "Lasso" in line] == ["Fig, Lasso", "Steps, Lasso"]
    assert sum(line.startswith("identified: ") for line in lines) == 1


def test_the_planted_structure_is_held_against_the_certified_one_where_that_is_clear():
    rows = [final(1.0) | {"planted_agreement": share} for share in (1.0, 0.5)]
    rows.append(final(1.0, bin="degenerate") | {"planted_agreement": 0.0})
    assert "Fig, Lasso: batch=8, point=prox; 75.0 % as planted" in shown(rows)


@pytest.mark.parametrize(
    ("names", "own", "common"),
    [
        (["A[x=1,y=2]", "B[x=1,y=3]"], ["A y=2", "B y=3"], "x=1"),
        (["A", "B[x=1]"], ["A", "B x=1"], ""),
        (["A[x=1]"], ["A"], "x=1"),
        ([], [], ""),
    ],
)
def test_what_all_solvers_share_is_said_once(names, own, common):
    assert shorten(names) == (own, common)
