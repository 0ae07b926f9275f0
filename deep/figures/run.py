"""One run in a picture: accuracy and zero groups by epoch, the groups that remain in each layer, the weights that remain."""

from __future__ import annotations

import io
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from verify.files import write_whole

BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#d9d9d9"
SHOWN = 5  # weights of so many layers are drawn
SETTINGS: Any = {
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}


def draw(made: dict[str, Any], model: nn.Module, path: Path) -> None:
    """Draw a result of :mod:`deep.training` and its network into the PNG file ``path``.

    Above: the history in percent, and for each penalised weight the share of its groups that are not zero. Below: of the first
    layers, each pair of output (down) and input (right) by the norm of its weights, exact zeros grey; of a linear layer that
    reads pixels, each pixel by the norm of its column. ImportError without matplotlib.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(SETTINGS):
        figure = Figure(figsize=(9, 5.4), layout="constrained")
        parts: Any = figure.subfigures(2, 1)
        history, remaining = parts[0].subplots(1, 2)
        _history(history, made)
        _remaining(remaining, made)
        pictures = _pictures(model, made)
        cells = parts[1].subplots(1, len(pictures), squeeze=False)[0]
        for cell, (title, picture) in zip(cells, pictures, strict=True):
            _weights(cell, title, picture)
        place = "" if made["place"].startswith("a first run") else f" ({made['place']})"
        figure.suptitle(f"{made['recipe']}{place}, seed {made['seed']}: grey is exactly zero", fontsize=9)
        buffer = io.BytesIO()
        figure.savefig(buffer, dpi=130, format="png", metadata={"Software": None})
    write_whole(path, buffer.getvalue())


def _history(axes: Any, made: dict[str, Any]) -> None:
    history, prefix = made["history"], "prox_" if made["point"] == "prox_point" else ""
    for name, label, colour in (("accuracy", "test accuracy", BLUE), ("zero_groups", "groups that are zero", ORANGE)):
        values = history.get(prefix + name) or history.get(name)
        if values is not None:
            axes.plot(history["epoch"], [np.nan if v is None else v for v in values], color=colour, label=label)
            axes.annotate(f"{values[-1]:.1f}", (history["epoch"][-1], values[-1]), xytext=(3, 0), textcoords="offset points")
    axes.set(xlabel="epoch", ylabel="%", ylim=(0, 104))
    axes.legend(loc="lower right")


def _remaining(axes: Any, made: dict[str, Any]) -> None:
    rows = [row for row in made["sparsity"]["rows"] if "penalised" in row["iterate"]]
    point = "prox_point" if made["point"] == "prox_point" else "iterate"
    counts = [row[point]["penalised"] for row in rows]
    left = [100 * (1 - count["zero"] / count["total"]) for count in counts]
    axes.barh(range(len(rows)), 100, color=GREY)
    axes.barh(range(len(rows)), left, color=BLUE)
    for i, count in enumerate(counts if len(rows) <= 12 else ()):
        axes.text(101, i, f"{count['total'] - count['zero']:,} of {count['total']:,}", va="center", clip_on=False)
    axes.set_yticks(
        range(len(rows)), [row["name"].removesuffix(".weight") for row in rows], fontsize=8 if len(rows) <= 12 else 3
    )
    axes.invert_yaxis()
    axes.set(xlabel="% of groups that remain", xlim=(0, 100))


def _pictures(model: nn.Module, made: dict[str, Any]) -> list[tuple[str, NDArray[np.float64]]]:
    """Titles and norms, of the image's pixels if the first layer reads them, and of the first layers."""
    layers = [(name, layer) for name, layer in model.named_modules() if isinstance(layer, nn.Linear | nn.Conv2d)]
    found = []
    first, size = layers[0][1], tuple(made.get("shape", ()))  # earlier results do not say the size of their images
    if isinstance(first, nn.Linear) and first.in_features == prod(size):
        norms = _norms(first, (0,)).reshape(size).max(0)
        found.append((f"pixels that {layers[0][0]} reads: {np.count_nonzero(norms)} of {norms.size}", norms))
    for name, layer in layers[: SHOWN - len(found)]:
        norms = _norms(layer, tuple(range(2, layer.weight.ndim)))
        inputs = np.count_nonzero(norms.any(0))
        found.append((f"{name}\nreads {inputs} of {norms.shape[1]} inputs", norms))
    return found


def _norms(layer: Any, axes: tuple[int, ...]) -> NDArray[np.float64]:
    weight = layer.weight.detach().double().cpu()
    return (torch.linalg.vector_norm(weight, dim=axes) if axes else weight.abs()).numpy()


def _weights(axes: Any, title: str, norms: NDArray[np.float64]) -> None:
    from matplotlib import colormaps

    axes.imshow(
        np.ma.masked_equal(norms, 0),
        cmap=colormaps["Blues"].with_extremes(bad=GREY),
        vmin=-0.3 * norms.max(),  # the smallest that is not zero is still seen to be blue
        aspect="equal" if norms.shape[0] == norms.shape[1] or norms.shape[0] < 3 else "auto",
        interpolation="nearest",
    )
    axes.set_title(title)
    axes.set_xticks([])
    axes.set_yticks([])
    if "\n" in title:
        axes.set(xlabel="inputs", ylabel="outputs")
