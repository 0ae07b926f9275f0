"""Each parameter of a model once, with every name and layer that owns it, and rules that choose among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import torch
from torch import nn
from torch.nn.utils.parametrizations import _WeightNorm
from torch.nn.utils.parametrize import ParametrizationList
from torch.nn.utils.weight_norm import WeightNorm

Key = str | type[nn.Module]
NORMS = (
    *(nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm, nn.InstanceNorm1d, nn.InstanceNorm2d),
    *(nn.InstanceNorm3d, nn.GroupNorm, nn.LayerNorm, nn.RMSNorm, _WeightNorm, WeightNorm),
)


@dataclass
class Owned:
    """A parameter, its full names (several where weights are tied), and behind each name the layer, and what it is there: for
    ``0.parametrizations.bias.original`` the bias of layer 0. The norms that weight_norm makes are its own parameters, in its
    older form too, which is a hook of the layer."""

    parameter: torch.Tensor
    names: list[str] = field(default_factory=list)
    layers: list[Any] = field(default_factory=list)
    leaves: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.names[0]

    def is_matched_by(self, key: Key) -> bool:
        """Whether a layer is of the type ``key``, or a name fits the pattern ``key`` (``*`` and ``?`` as in file names)."""
        if isinstance(key, str):
            return any(fnmatchcase(name, key) for name in self.names)
        return any(isinstance(layer, key) for layer in self.layers)

    def is_free(self, key: Key) -> bool:
        """The same, where "bias" stands for every parameter called so and "norm" for every normalisation layer."""
        if key == "bias":
            return any("bias" in leaf for leaf in self.leaves)
        if key == "norm":
            return any(isinstance(layer, NORMS) for layer in self.layers)
        return self.is_matched_by(key)


def owned_parameters(model: nn.Module) -> list[Owned]:
    """All parameters of ``model`` in its own order. ValueError for a lazy one that has no shape yet."""
    found: dict[int, Owned] = {}
    modules = dict(model.named_modules(remove_duplicate=False))
    for prefix, layer in modules.items():
        for leaf, parameter in layer.named_parameters(recurse=False, remove_duplicate=False):
            name = f"{prefix}.{leaf}" if prefix else leaf
            if isinstance(parameter, nn.parameter.UninitializedParameter):
                raise ValueError(f"{name} has no shape yet: run the model once on an example first")
            owned = found.setdefault(id(parameter), Owned(parameter))
            behind: tuple[Any, str] = _norm_of(layer, leaf) or layer, leaf
            if isinstance(layer, ParametrizationList):
                *path, _, tensor = prefix.split(".")
                norms = leaf == "original0" and isinstance(layer[0], _WeightNorm)
                behind = layer[0] if norms else modules[".".join(path)], tensor
            owned.names.append(name)
            owned.layers.append(behind[0])
            owned.leaves.append(behind[1])
    return list(found.values())


def _norm_of(layer: nn.Module, leaf: str) -> WeightNorm | None:
    """The older weight_norm whose norms the parameter is; None if there is none."""
    hooks = layer._forward_pre_hooks.values()
    return next((hook for hook in hooks if isinstance(hook, WeightNorm) and leaf == f"{hook.name}_g"), None)


class Rule:
    """One value for all parameters, or a mapping from layer types and name patterns to values, in which the first that fits
    is taken."""

    def __init__(self, name: str, given: Any) -> None:
        self.name = name
        self.cases: Mapping[Key, Any] = given if isinstance(given, Mapping) else {"*": given}

    def choose(self, owned: Owned) -> Any:
        for key, value in self.cases.items():
            if owned.is_matched_by(key):
                return value
        keys = ", ".join(map(shown, self.cases))
        raise ValueError(f"{owned.name}: no key of {self.name}= fits it; they are {keys}. Add '*' for all the rest")


def check_keys(argument: str, keys: Iterable[Any], all_owned: list[Owned], words: tuple[str, ...] = ("*",)) -> None:
    """TypeError for a key that is neither a name pattern nor a layer type, ValueError for one that fits no parameter;
    ``words`` may fit none."""
    for key in keys:
        if not isinstance(key, str) and not (isinstance(key, type) and issubclass(key, nn.Module)):
            raise TypeError(f"{argument}= takes name patterns and layer types; got {key!r}")
        if key not in words and not any(owned.is_matched_by(key) for owned in all_owned):
            names = ", ".join(owned.name for owned in all_owned[:8]) + (", ..." if len(all_owned) > 8 else "")
            raise ValueError(f"{argument}= has {shown(key)}, which fits no parameter; they are {names}")


def shown(key: Key) -> str:
    """A key as it is written."""
    return repr(key) if isinstance(key, str) else key.__name__
