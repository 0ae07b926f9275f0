"""What the panels count and how methods look."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from matplotlib.figure import Figure

from synthetic.experiments.steps import with_multiple
from synthetic.figures.panels import along, best_of, curve, final, groups, identified, named
from synthetic.figures.style import LOOKS, look
from synthetic.figures.words import joined, percent
from synthetic.job import Job
from synthetic.solvers.base import MULTIPLES, grid
from tests.synthetic.experiments.fabricate import of_jobs


def jobs(settings=({},), **more):
    return [Job("Lasso", "ProxSGD", 8, 10, settings=s, data_seeds=(0, 1, 2), **more) for s in settings]


def test_groups_keep_the_order_and_lose_no_row():
    table = pa.table({"a": ["y", "x", "y"], "b": [1, 2, 3]})
    assert {key: part["b"].to_pylist() for key, part in groups(table, "a").items()} == {("y",): [1, 3], ("x",): [2]}


def test_curves_are_of_the_runs_that_can_be_decided():
    clear, degenerate = of_jobs(jobs()), of_jobs(jobs([{"step": 2.0}]), bin="degenerate")
    both = pa.concat_tables([clear, degenerate], promote_options="default")
    assert set(curve(both)["settings"].to_pylist()) == {""}
    assert curve(both).num_rows == 6
    assert final(both).num_rows == 3


def test_a_share_counts_runs_that_left_the_numbers_as_failed():
    assert identified(final(of_jobs(jobs(), objective_stays=float("nan"))))[0] == 0
    assert identified(final(of_jobs(jobs())))[0] == 1


def test_the_best_step_is_that_of_the_largest_share():
    bad, good = of_jobs(jobs([{"step": 2.0}]), objective_stays=0.0), of_jobs(jobs([{"step": 3.0}]))
    table = pa.concat_tables([good, bad.select(good.column_names)])
    assert best_of(final(table))["ProxSGD"][0] == "step=3.0"


def test_steps_are_shown_relative_to_the_default():
    table = with_multiple(of_jobs(jobs(grid("ProxSGD", {}))))
    assert sorted(set(table["multiple"].to_pylist())) == sorted(MULTIPLES)


def test_a_label_tells_the_settings_and_the_point():
    assert named(("RMDA", "step=2.0,restart=False", "prox")).label == "RMDA (step 2.0, no restarts, prox point)"
    assert named(("RMDA", "", "iterate")).label == "RMDA"


@pytest.mark.parametrize(
    "drawn",
    [("RMDA", "RDA", "ProxSSI", "ProxGen", "ProxSGD", "SR2", "SR2Sampled"), ("TwoStageProxSGD", "ProxGen", "ProxGenAdam")],
)
def test_methods_drawn_together_differ_in_marker_line_and_colour(drawn):
    for part in ("marker", "line", "colour", "label"):
        assert len({str(getattr(look(method), part)) for method in drawn}) == len(drawn)


def test_no_two_methods_look_the_same():
    assert len({(known.colour, known.marker, str(known.line)) for known in LOOKS.values()}) == len(LOOKS)


def test_a_method_of_the_users_own_has_a_look():
    assert look("Mine").label == "Mine"
    assert look("Mine").marker not in {known.marker for known in LOOKS.values()}


def test_numbers_in_sentences():
    assert percent((0.95, 0.764, 0.991)) == "95 % [76, 99]"
    assert [joined(parts) for parts in (["a"], ["a", "b", "c"], [])] == ["a", "a, b and c", "none"]


def test_the_band_of_a_share_ends_at_a_hundred_percent():
    table = of_jobs(jobs())
    uneven = pc.add(pa.array(range(table.num_rows)), 0.0)
    shares = pc.divide(uneven, float(table.num_rows))
    table = table.set_column(table.column_names.index("objective_correct"), "objective_correct", shares)
    axis = Figure().subplots()
    along(axis, curve(table), "objective_correct", share=True)
    (band,) = axis.collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert 0 <= heights.min() < heights.max() == 100
