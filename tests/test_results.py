"""The results that lie in the repository are of recipes that exist, with the paper's numbers as the recipes have them."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.recipes import find
from deep.results.collect import Runs, collect, together
from deep.results.table import text
from deep.training.result import RESULT, read

FOLDER = Path(__file__).parents[1] / "results"
MADE = collect([FOLDER])
AS_WRITTEN = [read(path) for path in sorted(FOLDER.rglob(RESULT))]  # collect gives the paper's numbers as they are told now


def test_there_are_results_and_all_are_in_the_table():
    assert len(MADE) == len(AS_WRITTEN) >= 22
    table = text(together(MADE))
    assert all(made["recipe"] in table for made in MADE)


@pytest.mark.parametrize("made", AS_WRITTEN, ids=lambda made: f"{made['recipe']}-{made['key']}")
def test_a_result_is_of_a_recipe_as_it_is(made):
    recipe = find(made["recipe"])
    assert {name: number["value"] for name, number in made["reported"].items()} == {
        name: number.value for name, number in recipe.reported.items()
    }
    changed = {name: value for name, value in made["settings"].items() if value != recipe.computed().get(name)}
    told = Runs((made,)).name  # in the table and on the page
    assert all({"shorten": "stages"}.get(name, name) in told for name in changed)
    assert made["final"]["accuracy"] == pytest.approx(made["history"]["accuracy"][-1], rel=1e-5)


def test_the_page_of_results_says_what_the_files_say():
    page = (FOLDER.parent / "docs" / "results.md").read_text(encoding="utf-8")
    for task, printed in (("logistic", "91.34"), ("mlp7", "88.09 ± 0.04")):
        (rmda,) = (runs for runs in together(MADE) if runs.name == f"rmda.table1.{task}.rmda")
        assert f"| RMDA | {rmda.ours('accuracy')} | {printed} | {rmda.ours('zero_kernels')} |" in page
