"""Columns of telemetry in a picture."""

from __future__ import annotations

import pytest

from deep.figures.telemetry import telemetry

ERROR, NOISE, MARGIN = "RMDA.L2.as estimate error", "RMDA.L2.as batch noise", "RMDA.T2.fix margin"


def result():
    columns = {"epoch": [1, 2, 3], ERROR: [1.0, None, 0.5], NOISE: [1.0, 500.0, 2.0], MARGIN: [None, -0.1, 0.2]}
    settings = {"restarts": [4], "shorten": 2}
    return {"recipe": "a recipe", "history": columns, "settings": settings}


def test_each_panel_has_its_columns_without_the_epochs_that_lack_them_and_says_whose_they_are():
    first, second = telemetry(result(), [ERROR, NOISE], [MARGIN]).axes
    assert (first.get_title(), second.get_title()) == ("RMDA.L2.as", "RMDA.T2.fix")
    restart, error, _ = first.lines
    assert list(restart.get_xdata()) == [2.5, 2.5]
    assert (list(error.get_xdata()), list(error.get_ydata()), error.get_label()) == ([1, 3], [1.0, 0.5], "estimate error")


def test_numbers_of_many_sizes_are_on_a_logarithmic_axis_and_negative_ones_are_seen():
    first, second = telemetry(result(), [ERROR, NOISE], [MARGIN]).axes
    assert (first.get_yscale(), second.get_yscale()) == ("log", "linear")
    assert second.get_ylim()[0] < -0.1


def test_a_column_that_the_run_has_not_is_named_with_those_it_has():
    with pytest.raises(ValueError, match=r"a recipe has no column 'RMDA.L2.as nothing'; it has .*RMDA.T2.fix margin"):
        telemetry(result(), ["RMDA.L2.as nothing"])


@pytest.mark.parametrize("panels", [[], [[]], [[ERROR], [ERROR, NOISE, MARGIN, ERROR]]])
def test_a_panel_has_one_to_three_columns(panels):
    with pytest.raises(ValueError, match="telemetry takes panels of one to three columns; got "):
        telemetry(result(), *panels)
