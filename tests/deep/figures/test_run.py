"""The picture of a run."""

from __future__ import annotations

import sys

import pytest
import torch
from torch import nn

from deep.figures.run import draw, overview
from deep.recipes import all_recipes


def result(layers, point="iterate"):
    rows = [{"name": f"{i}.weight", point: {"penalised": {"zero": i, "total": 20}}} for i in range(layers)]
    rows = [{"iterate": {"penalised": {"zero": 0, "total": 20}}, **row} for row in rows] + [{"name": "free", "iterate": {}}]
    history = {"epoch": [1, 2], "accuracy": [50.0, 60.0], "zero_groups": [0.0, 30.0], "prox_zero_groups": [None, 40.0]}
    numbers = {"history": history, "sparsity": {"rows": rows}}
    return {"recipe": "a recipe", "place": "RMDA, Table 1", "seed": 3, "point": point, "shape": [1, 2, 3], **numbers}


@pytest.mark.parametrize(("layers", "point"), [(2, "iterate"), (15, "prox_point")])
def test_every_run_is_drawn_the_same_run_in_the_same_bytes(tmp_path, layers, point):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(6, 4), *(nn.Linear(4, 4) for _ in range(layers - 1)))
    nn.init.zeros_(model[2].weight)
    for name in ("a.png", "b.png"):
        draw(result(layers, point), model, tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_without_matplotlib_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError):
        draw(result(1), nn.Sequential(nn.Linear(6, 2)), tmp_path / "figure.png")
    assert list(tmp_path.iterdir()) == []


def test_no_recipe_s_title_is_wider_than_the_picture():
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    places = {recipe.place: recipe.name for recipe in all_recipes().values()}
    longest = max(places, key=len)
    for place, name in ((longest, places[longest]), (50 * "long ", max(places.values(), key=len))):
        figure = overview({**result(1), "recipe": name, "place": place}, nn.Sequential(nn.Linear(6, 2)))
        FigureCanvasAgg(figure).draw()
        title = figure._suptitle.get_window_extent()
        assert 0 < title.x0 < title.x1 < figure.bbox.width
