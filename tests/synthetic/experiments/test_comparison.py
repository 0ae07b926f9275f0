"""Problems by name are drawn as experiments are: figures/ was empty after them."""

from __future__ import annotations

from contextlib import contextmanager

import pyarrow as pa
import pytest

from synthetic.experiments import comparison
from tests.synthetic.calls import QUICK, call
from tests.synthetic.experiments import fabricate

METHODS = ["RMDA", "ProxSGD"]


def test_a_comparison_on_problems_by_name_leaves_a_figure(tmp_path):
    done = call(*QUICK, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert [path.name for path in (tmp_path / "out" / "figures").iterdir()] == ["Comparison.png"]


@pytest.fixture
def drawn(monkeypatch):
    """The axes of each sheet, as they were when it was written."""
    kept, sheet = [], comparison.sheet

    @contextmanager
    def keeping(*arguments, **options):
        with sheet(*arguments, **options) as axes:
            yield axes
            kept.append(axes)

    monkeypatch.setattr(comparison, "sheet", keeping)
    return kept


def test_each_problem_has_its_structure_and_its_objective_with_a_line_a_method(tmp_path, drawn):
    experiment = comparison.comparison(32, 4, "independent")(("Lasso", "NoisyLogistic", "SeparatedLogistic"))
    jobs = experiment.jobs(2, METHODS)
    undecided = fabricate.of_jobs([job for job in jobs if job.problem == "NoisyLogistic"], "degenerate")
    table = pa.concat_tables([fabricate.of_jobs([job for job in jobs if job.problem == "Lasso"]), undecided])
    experiment.figure(table, tmp_path / "drawn.png")
    (axes,) = drawn
    assert axes.shape == (2, 2)  # all jobs on the third problem failed
    assert [axis.get_title(loc="left") for axis in axes[:, 0]] == ["Lasso", "NoisyLogistic: no data set that can be decided"]
    assert [len(axis.lines) for axis in axes.flat] == [2, 2, 0, 0]
    assert axes[0, 0].lines[0].get_ydata()[-1] == pytest.approx(90)
    assert axes[0, 1].get_yscale() == "log" and axes[0, 1].lines[0].get_ydata()[-1] == pytest.approx(0.2)
