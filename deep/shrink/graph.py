"""A network as a graph whose nodes are known by what they do to channels (the second axis)."""

from __future__ import annotations

import copy
import operator
from collections import Counter
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.fx.passes.shape_prop import ShapeProp, TensorMetadata

from deep.groups.owners import owned_parameters

LAYERS = (nn.Linear, nn.Conv2d)
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)
POOLS = (nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveMaxPool2d, nn.AdaptiveAvgPool2d)
POINTWISE = (
    *(nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.ELU, nn.SELU, nn.GELU, nn.SiLU, nn.Hardswish, nn.Hardtanh, nn.Tanh, nn.Sigmoid),
    *(nn.Softplus, nn.Identity, nn.Dropout, nn.Dropout2d),
)
POINTWISE_FUNCTIONS = (torch.relu, nn.functional.relu, torch.tanh, torch.sigmoid)
POINTWISE_METHODS = ("relu", "tanh", "sigmoid")


@dataclass(frozen=True)
class Graph:
    """A traced network in evaluation mode. ``kinds`` is what each node is: "layer" (linear, convolution) and "norm" have
    parameters; "pointwise", "pool", "flatten", "add" and "cat" have none; "input", "output"; "other" for all that is not known.
    """

    module: fx.GraphModule
    kinds: dict[fx.Node, str]

    def layer(self, node: fx.Node) -> Any:
        """The module that a node calls."""
        return self.module.get_submodule(str(node.target))

    def of(self, *kinds: str) -> list[fx.Node]:
        return [node for node, kind in self.kinds.items() if kind in kinds]


def traced(model: nn.Module, example: Tensor) -> Graph:
    """A copy of the model in evaluation mode, as a graph. ValueError where its forward pass depends on values, and for a lazy
    parameter that has no shape yet, and where it does not take the example."""
    try:
        module = fx.symbolic_trace(copy.deepcopy(model).eval())
    except Exception as error:  # whatever the model's own code raises when its input is symbolic
        raise ValueError(f"{type(model).__name__} cannot be traced by torch.fx: {error}") from error
    mine = _used_once(module)
    with torch.no_grad():
        _check_takes(module, model, example)
        ShapeProp(module).propagate(example.clone())
    kinds: dict[fx.Node, str] = {}
    for node in module.graph.nodes:
        kinds[node] = _kind(node, module, mine)
    return Graph(module, kinds)


def _check_takes(module: fx.GraphModule, model: nn.Module, example: Tensor) -> None:
    """ShapeProp would print the traceback."""
    try:
        fx.Interpreter(module).run(example.clone())  # forward may work on it in place
    except Exception as error:  # whatever its layers raise
        why = str(error).partition("\n")[0]
        raise ValueError(
            f"{type(model).__name__} does not take the example of shape {tuple(example.shape)} as its one argument: {why}"
        ) from error


def shape(node: Any) -> tuple[int, ...]:
    """The shape of what a node gives; () where that is no tensor."""
    meta = node.meta.get("tensor_meta") if isinstance(node, fx.Node) else None
    return tuple(meta.shape) if isinstance(meta, TensorMetadata) else ()


def sources(node: fx.Node) -> list[fx.Node]:
    """The nodes whose channels a node of a known kind takes, in order."""
    first = node.args[0]
    if isinstance(first, list | tuple):
        return [source for source in first if isinstance(source, fx.Node)]
    return [source for source in node.args if isinstance(source, fx.Node)]


def changes_its_input(node: fx.Node, module: fx.GraphModule) -> bool:
    """Whether a node works in place, or into an ``out`` that is given."""
    if node.op == "call_module":
        return bool(getattr(module.get_submodule(str(node.target)), "inplace", False))
    name = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", "")
    in_place = name.endswith("_") or name in ("iadd", "isub", "imul", "itruediv", "ipow")
    return in_place or bool(node.kwargs.get("inplace")) or "out" in node.kwargs


def _kind(node: fx.Node, module: fx.GraphModule, mine: set[str]) -> str:
    if node.op in ("placeholder", "output"):
        return {"placeholder": "input", "output": "output"}[node.op]
    if len(shape(node)) < 2 or not node.args or any(len(shape(source)) < 2 for source in sources(node)):
        return "other"
    if node.op == "call_module":
        return _kind_of_module(module.get_submodule(str(node.target)), len(shape(node.args[0])), str(node.target) in mine)
    return _kind_of_function(node)


def _kind_of_module(layer: Any, axes: int, mine: bool) -> str:
    if layer._forward_hooks or layer._forward_pre_hooks or "forward" in vars(layer):
        return "other"
    kind = type(layer)  # a subclass may do anything
    if (kind is nn.Linear and axes == 2) or (kind is nn.Conv2d and axes == 4 and layer.groups == 1):
        return "layer" if mine else "other"
    if kind in NORMS:
        return "norm" if mine and layer.running_mean is not None else "other"
    if kind is nn.Flatten:
        return "flatten" if (layer.start_dim, layer.end_dim) == (1, -1) else "other"
    if kind in POOLS:
        return "other" if getattr(layer, "return_indices", False) or axes != 4 else "pool"
    return "pointwise" if kind in POINTWISE else "other"


def _kind_of_function(node: fx.Node) -> str:
    target, (first, *rest), options = node.target, node.args, dict(node.kwargs)
    if target in (torch.cat, torch.concat) and isinstance(first, list | tuple):
        axis = [*rest, *options.values()]
        return "cat" if axis == [1] and all(len(shape(part)) > 1 for part in first) else "other"
    if target in (operator.add, operator.iadd, torch.add) and len(rest) == 1 and not options:
        return "add" if shape(first) == shape(rest[0]) else "other"
    if target is torch.flatten or (node.op == "call_method" and target == "flatten"):
        return "flatten" if [*rest, *options.values()] == [1] and "end_dim" not in options else "other"
    pointwise = POINTWISE_METHODS if node.op == "call_method" else POINTWISE_FUNCTIONS
    return "pointwise" if target in pointwise and not rest else "other"


def _used_once(module: fx.GraphModule) -> set[str]:
    """The modules that are called at one place, share no parameter with another, and whose tensors nothing else reads."""
    calls = Counter(str(node.target) for node in module.graph.nodes if node.op == "call_module")
    tied = {name for owned in owned_parameters(module) if len(owned.names) > 1 for name in owned.names}
    read = {str(node.target) for node in module.graph.nodes if node.op == "get_attr"}
    shared = {name.rpartition(".")[0] for name in tied | read}
    return {target for target, count in calls.items() if count == 1 and target not in shared}
