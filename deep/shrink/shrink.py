"""A network with zero groups as a smaller dense network with the same outputs."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import prune

from deep.shrink.difference import all_lost, difference, rounding
from deep.shrink.graph import traced
from deep.shrink.inputs import inputs_like
from deep.shrink.latency import latency
from deep.shrink.layers import cut_layer, cut_norm
from deep.shrink.plan import plan
from deep.shrink.report import Report, Row, Size

DRAWS = 4  # random inputs of the example's shape on which the networks are compared too


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

    ``batches`` are the batch sizes whose latency is measured, none with (). The networks are compared on the example and, if
    that is of floating-point numbers, on random ones of its shape, which tell them apart where zeros do not, and where the
    original raises nothing; in float64 where it works in it. ValueError where outputs differ by more than rounding explains or
    none on the example is finite, where torch.fx cannot trace the model or that does not take the example, for masks of
    ``torch.nn.utils.prune``, and for a batch of less than 1.
    """
    if not all(batch >= 1 for batch in batches):
        raise ValueError(f"batches must be of 1 input or more; got {tuple(batches)}")
    if prune.is_pruned(model):
        raise ValueError(
            f"{type(model).__name__} has masks of torch.nn.utils.prune: put their zeros into the weights first, by"
            " deep.baselines.magnitude_pruning.make_permanent(model)"
        )
    original = copy.deepcopy(model).eval()
    smaller, rows, held = _smaller(original, example)
    outputs = original(example.clone())  # which may work on it in place
    change = _compared(original, outputs, smaller(example.clone()))
    if all_lost(outputs):
        raise ValueError(f"no output of this {type(model).__name__} on the example is finite, so that nothing was compared")
    _check_further(original, smaller, example)
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


def _check_further(original: nn.Module, smaller: nn.Module, example: Tensor) -> None:
    """On random inputs too, and all once more in float64, where rounding explains far less: what is lost with a small branch is
    seen there."""
    if not example.is_floating_point():
        return
    inputs = [inputs_like(example, len(example), seed) for seed in range(DRAWS)]
    try:
        model, x = copy.deepcopy(original).double(), example.double()
        model(x.clone())
    except (RuntimeError, TypeError, NotImplementedError):  # numbers in forward that have a dtype: it does not work in float64
        pass
    else:
        original, smaller = model, _smaller(model, x)[0]
        inputs = [x, *(drawn.double() for drawn in inputs)]
    for x in inputs:
        outputs = _outputs(original, x)
        if outputs is not None:
            _compared(original, outputs, smaller(x.clone()))


def _outputs(model: nn.Module, x: Tensor) -> Any:
    """None where numbers like these are no input for the model: it may take some only, as indices."""
    try:
        return model(x.clone())
    except Exception:  # whatever its own code raises
        return None


def _compared(original: nn.Module, outputs: Any, others: Any) -> float:
    """The difference between the outputs of the original and others. ValueError where rounding does not explain it."""
    change, most = difference(outputs, others), rounding(original, outputs)
    if not change <= most:
        raise ValueError(
            f"the smaller network is not this {type(original).__name__}: an output differs by {change:.1e} of the largest,"
            f" where rounding explains {most:.1e}; torch.fx follows no branch on an argument, enters no autocast,"
            " repeats nothing random and loses what is written into a view: take such out of forward, and put autocast around"
            " its call"
        )
    return change
