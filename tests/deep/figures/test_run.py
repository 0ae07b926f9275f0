"""The picture of a run."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import torch
from torch import nn

from deep.figures.run import _pictures, draw


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


def test_pixels_are_drawn_by_the_norm_of_their_columns_and_weights_by_input_and_output():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(6, 4), nn.Linear(4, 2))
    with torch.no_grad():
        model[1].weight[:, [0, 5]] = 0
    (pixels, image), (first, weights), (second, _) = _pictures(model, result(2))
    assert (pixels, first, second) == (*("pixels that 1 reads: 4 of 6", "1\nreads 4 of 6 inputs", "2\nreads 4 of 4 inputs"),)
    assert np.allclose(image, model[1].weight.detach().norm(dim=0).reshape(2, 3))
    assert np.allclose(weights, model[1].weight.detach().abs())


def test_kernels_are_drawn_by_their_norm():
    torch.manual_seed(0)
    conv = nn.Conv2d(2, 3, 3)
    ((title, weights),) = _pictures(nn.Sequential(conv), result(1))
    assert title == "0\nreads 2 of 2 inputs"
    assert np.allclose(weights, conv.weight.detach().flatten(2).norm(dim=2))


def test_without_matplotlib_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError):
        draw(result(1), nn.Sequential(nn.Linear(6, 2)), tmp_path / "figure.png")
    assert list(tmp_path.iterdir()) == []
