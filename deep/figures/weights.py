"""The weights of the first layers as images, exact zeros grey."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from deep.figures.style import PALE

SHOWN = 5  # images at most


def show_weights(place: Any, model: nn.Module, made: dict[str, Any]) -> None:
    """Fill a (sub)figure: of the first layers, each pair of output (down) and input (right) by the norm of its weights; of a
    linear layer that reads pixels, each pixel by the norm of its column. ``made`` is the result of the run."""
    found = pictures(model, made)
    for axes, (title, picture) in zip(place.subplots(1, len(found), squeeze=False)[0], found, strict=True):
        _image(axes, title, picture)


def pictures(model: nn.Module, made: dict[str, Any]) -> list[tuple[str, NDArray[np.float64]]]:
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


def _image(axes: Any, title: str, norms: NDArray[np.float64]) -> None:
    from matplotlib import colormaps

    axes.imshow(
        np.ma.masked_equal(norms, 0),
        cmap=colormaps["Blues"].with_extremes(bad=PALE),
        vmin=-0.3 * norms.max(),  # the smallest that is not zero is still seen to be blue
        aspect="equal" if norms.shape[0] == norms.shape[1] or norms.shape[0] < 3 else "auto",
        interpolation="nearest",
    )
    axes.set_title(title)
    axes.set_xticks([])
    axes.set_yticks([])
    if "\n" in title:
        axes.set(xlabel="inputs", ylabel="outputs")
