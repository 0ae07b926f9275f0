"""Channels that are the same number for every input and at every position, and which number."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, fx, nn

from deep.shrink.graph import Graph, changes_its_input, shape, sources

Values = NDArray[np.float64]


def constants(graph: Graph) -> dict[fx.Node, Values]:
    """For each node the value of each channel that is constant, nan for the others.

    An output of a layer is constant if its weights on all that varies are zero: it is then the bias and what constant inputs
    add. Batch norm, ReLU, addition and pooling make constants of constants. Zeros that pad a convolution or a mean are values
    too: a constant other than 0 is none behind them. Nothing is known where an operation in place may change what others read.
    """
    found: dict[fx.Node, Values] = {}
    known = not _surprising(graph)
    for node, kind in graph.kinds.items():
        size = shape(node)
        if len(size) < 2:
            continue
        given = [found[source] for source in sources(node)] if known and kind not in ("input", "output", "other") else []
        if not given:
            found[node] = np.full(size[1], np.nan)
        elif kind == "layer":
            found[node] = _of_layer(graph.layer(node), given[0])
        elif kind == "norm":
            found[node] = _of_norm(graph.layer(node), given[0])
        elif kind == "pool":
            found[node] = np.where(survives_padding(graph.layer(node), given[0]), given[0], np.nan)
        elif kind == "pointwise":
            found[node] = _pointwise(graph, node, given[0])
        elif kind == "flatten":
            found[node] = np.repeat(given[0], size[1] // len(given[0]))
        else:
            found[node] = np.concatenate(given) if kind == "cat" else given[0] + given[1]
    return found


def survives_padding(layer: Any, values: Values) -> NDArray[np.bool_]:
    """Whether a constant input (nan: no constant) is the same number in all that a layer or a pooling looks at."""
    constant = ~np.isnan(values)
    if isinstance(layer, nn.Conv2d):
        pads = layer.padding not in ("valid", (0, 0)) and layer.padding_mode == "zeros"
    elif isinstance(layer, nn.AvgPool2d):
        pads = (layer.padding not in (0, (0, 0)) and layer.count_include_pad) or layer.divisor_override is not None
    else:
        pads = False  # maxima are padded with -inf
    return constant & (values == 0) if pads else constant


def pattern(layer: Any) -> NDArray[np.bool_]:
    """Which outputs read which inputs: (outputs, inputs)."""
    weight = layer.weight.detach()
    return (weight != 0).reshape(*weight.shape[:2], -1).any(-1).cpu().numpy()


def carried(layer: Any, values: Values, which: NDArray[np.bool_]) -> Values:
    """What the constant inputs ``which`` add to each output: the sum of W[:, i] over the kernel, times their value."""
    weight = layer.weight.detach().double()
    sums = weight.reshape(*weight.shape[:2], -1).sum(-1).cpu().numpy()
    return sums[:, which] @ values[which]


def _of_layer(layer: Any, values: Values) -> Values:
    same = survives_padding(layer, values)
    varies = np.logical_or.reduce(pattern(layer) & ~same, axis=1)
    bias = _numbers(layer.bias, len(varies), 0.0)
    return np.where(varies, np.nan, bias + carried(layer, values, same))


def _of_norm(layer: Any, values: Values) -> Values:
    n = len(values)
    mean, variance = _numbers(layer.running_mean, n, 0.0), _numbers(layer.running_var, n, 1.0)
    scale = _numbers(layer.weight, n, 1.0) / np.sqrt(variance + layer.eps)
    shift = _numbers(layer.bias, n, 0.0)
    return np.where(scale == 0, shift, (values - mean) * scale + shift)


def _pointwise(graph: Graph, node: fx.Node, values: Values) -> Values:
    known = ~np.isnan(values)
    x = torch.from_numpy(values[known])[None, :, None, None]  # an image of one pixel
    if node.op == "call_module":
        y = graph.layer(node)(x)
    elif callable(node.target):
        y = node.target(x, **node.kwargs)
    else:
        y = getattr(x, node.target)()
    found = values.copy()
    found[known] = y.flatten().numpy()
    return found


def _numbers(x: Tensor | None, n: int, otherwise: float) -> Values:
    return np.full(n, otherwise) if x is None else x.detach().double().cpu().numpy()


def _surprising(graph: Graph) -> bool:
    """Whether something works in place on a tensor that others read, or that may share its memory with another."""
    fresh = ("layer", "norm", "pool", "add", "cat")
    for node in graph.kinds:
        if changes_its_input(node, graph.module):
            source = node.kwargs.get("out", node.args[0])
            if not isinstance(source, fx.Node) or len(source.users) > 1 or graph.kinds[source] not in fresh:
                return True
    return False
