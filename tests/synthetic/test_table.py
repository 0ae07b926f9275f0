"""One table of all results: the same bytes whoever computed them, and when."""

from __future__ import annotations

import math

import numpy as np
import pyarrow.parquet as pq
import pytest

from synthetic import table as tables
from synthetic.job import Job
from synthetic.store import Store

JOBS = [Job("Lasso", method, 8, 2, experiment="A") for method in ("RMDA", "RDA", "SGD")]


def row(**values):
    return {"objective_name": "structure", "kind": "final", "stop_val": 1, "objective_value": 0.5, **values}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def test_rows_stand_in_the_order_of_the_jobs_and_not_of_the_clock(store, tmp_path):
    files = []
    for order in ([0, 1, 2], [2, 0, 1]):
        mine = Store(tmp_path / str(order[0]))
        for number in order:
            mine.write(mine.key(JOBS[number]), JOBS[number], [row(method=JOBS[number].method)] * 2)
        tables.write(tables.collect(mine, JOBS), mine.folder / "t.parquet")
        files.append((mine.folder / "t.parquet").read_bytes())
    assert files[0] == files[1]
    read = pq.read_table(tmp_path / "2" / "t.parquet")
    assert read["method"].to_pylist() == ["RMDA"] * 2 + ["RDA"] * 2 + ["SGD"] * 2


def test_the_experiment_is_that_of_the_call(store):
    asked = Job("Lasso", "RMDA", 8, 2, experiment="B")
    store.write(store.key(JOBS[0]), JOBS[0], [row(experiment="A")])
    assert tables.collect(store, [JOBS[0], asked])["experiment"].to_pylist() == ["A", "B"]


def test_jobs_without_a_result_are_left_out(store):
    store.write(store.key(JOBS[1]), JOBS[1], [row()])
    assert tables.collect(store, JOBS).num_rows == 1
    assert tables.collect(Store(store.folder / "empty"), JOBS).num_rows == 0


def test_columns_that_only_some_have_are_empty_elsewhere_and_whole_numbers_may_meet_fractions(store):
    store.write(store.key(JOBS[0]), JOBS[0], [row(own=3, x=1)])
    store.write(store.key(JOBS[1]), JOBS[1], [row(x=0.5), row(x=math.nan)])
    table = tables.collect(store, JOBS)
    assert table["own"].to_pylist() == [3, None, None]
    assert str(table["x"].type) == "double"
    assert np.array_equal(tables.numbers(table, "own"), [3, np.nan, np.nan], equal_nan=True)
    assert np.isnan(tables.numbers(table, "missing")).all()


def test_a_column_of_two_kinds_is_named(store):
    store.write(store.key(JOBS[0]), JOBS[0], [row(x="much")])
    store.write(store.key(JOBS[1]), JOBS[1], [row(x=0.5)])
    with pytest.raises(ValueError, match="'x' mixes float and str"):
        tables.collect(store, JOBS)


def test_rows_are_chosen_by_value(store):
    store.write(store.key(JOBS[0]), JOBS[0], [row(idx_rep=0, batch=4), row(idx_rep=1, batch=None), row(idx_rep=2, batch=8)])
    table = tables.collect(store, JOBS)
    assert tables.rows(table, kind="final", batch=8)["idx_rep"].to_pylist() == [2]
    assert tables.rows(table, batch=None)["idx_rep"].to_pylist() == [1]
    assert tables.rows(table, kind="curve").num_rows == 0


def test_the_columns_begin_as_benchopts_do(store):
    store.write(store.key(JOBS[0]), JOBS[0], [{"objective_z": 1.0, "z": 1} | row(time=0.1, dataset_name="L", solver_name="S")])
    names = tables.collect(store, JOBS).column_names
    assert names[:7] == ["experiment", "objective_name", "solver_name", "dataset_name", "stop_val", "time", "objective_value"]
