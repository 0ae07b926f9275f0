"""A network with zero groups as a smaller dense network with the same outputs."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from deep.shrink.difference import difference, rounding
from deep.shrink.graph import traced
from deep.shrink.latency import latency
from deep.shrink.layers import cut_layer, cut_norm
from deep.shrink.plan import plan
from deep.shrink.report import Report, Row, Size


@dataclass(frozen=True)
class Shrunk:
    """The smaller network, a ``torch.fx.GraphModule`` in evaluation mode whose layers have the names of the original's (a layer
    that picks its inputs is ``name.layer`` behind ``name.select``), and what changed."""

    model: nn.Module
    report: Report


@torch.no_grad()
def shrink(model: nn.Module, example: Tensor, batches: Sequence[int] = (1, 128)) -> Shrunk:
    """Remove what exact zeros make superfluous: outputs of layers that nothing reads, and inputs that a layer does not read.

    In exact arithmetic the outputs in evaluation mode are the same for every input of the example's shape, (n, ...) with any n;
    in floating point they differ by the rounding of sums in another order. The model is left as it is.

    - An output (filter, row) of a layer goes if every layer that it reaches has zero weights on it, or it is a constant that
      they can take into their biases. A constant is an output whose own weights are zero, behind batch norm, ReLU, pooling.
      Behind the zeros that pad a convolution a constant other than 0 is none, and stays.
    - Where channels are added (residual networks) a channel goes if it can go from all that is added. Concatenation (DenseNet)
      and flattening are followed.
    - Inputs that one layer does not read though they must arrive (pixels; channels that another layer reads) are left out by
      an index in front of it: always for linear layers, for convolutions where at most ``SELECTING`` of them are read.

    Linear layers, 2-d convolutions (one group), batch norm, poolings and pointwise functions that are modules of ``torch.nn``
    are followed; what meets anything else (grouped convolutions, reshapes, hooks, weights that are tied or read elsewhere)
    keeps all its channels.

    ``batches`` are the batch sizes whose latency is measured, none with (). ValueError where torch.fx cannot trace the model,
    or where outputs on the example differ by more than rounding explains, also in float64 where the model works in it.
    """
    original = copy.deepcopy(model).eval()
    smaller, rows, held = _smaller(original, example)
    outputs, smaller_outputs = original(example.clone()), smaller(example.clone())  # which may work on it in place
    change = difference(outputs, smaller_outputs)
    _check(model, change, rounding(original, outputs))
    _check_in_float64(original, example)
    sizes = Size.of(original), Size.of(smaller)
    return Shrunk(smaller, Report(rows, *sizes, change, held, latency(original, smaller, example, batches)))


def _smaller(original: nn.Module, example: Tensor) -> tuple[nn.Module, list[Row], int]:
    """The smaller network, a row for each layer that is cut, and how many constants are held."""
    graph = traced(original, example)
    made, rows = plan(graph), []
    for node, cut in made.cuts.items():
        layer, name = graph.layer(node), str(node.target)
        smaller = cut_layer(layer, cut, made.values[node])
        graph.module.set_submodule(name, smaller)
        shapes = tuple(layer.weight.shape), (len(cut.outputs), len(cut.inputs), *layer.weight.shape[2:])
        picked = None if cut.select is None else len(cut.select)
        rows.append(Row(name, shapes, Size.of(layer), Size.of(smaller), picked))
    for node, kept in made.norms.items():
        graph.module.set_submodule(str(node.target), cut_norm(graph.layer(node), kept))
    return graph.module, rows, made.held


def _check_in_float64(original: nn.Module, example: Tensor) -> None:
    """The same once more where rounding explains far less: what is lost with a small branch is seen there."""
    if not example.is_floating_point():
        return
    try:
        model, x = copy.deepcopy(original).double(), example.double()
        outputs = model(x.clone())
    except (RuntimeError, TypeError, NotImplementedError):  # numbers in forward that have a dtype: it does not work in float64
        return
    smaller, _, _ = _smaller(model, x)
    _check(original, difference(outputs, smaller(x.clone())), rounding(model, outputs))


def _check(model: nn.Module, change: float, most: float) -> None:
    if not change <= most:
        raise ValueError(
            f"the smaller network is not this {type(model).__name__}: an output on the example differs by {change:.1e} of the"
            f" largest, where rounding explains {most:.1e}; torch.fx follows no branch on an argument, enters no autocast,"
            " repeats nothing random and loses what is written into a view: take such out of forward, and put autocast around"
            " its call"
        )
