"""Parameter groups for an optimizer: weights with their penalty and grouping, biases and norm layers free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from torch import nn

from deep.groups.axes import Axes, axes_of, groupings
from deep.groups.owners import Key, Owned, Rule, check_keys, owned_parameters, shown
from verify.penalties import Penalty

Grouping = str | int | Axes
WEIGHT = ("weight", "weight_orig")  # the second under a mask of torch.nn.utils.prune


class Groups(list[dict[str, Any]]):
    """The parameter groups of ``model``, for optimizers that need more of it than parameters (SR2 its buffers)."""

    def __init__(self, model: nn.Module, groups: Iterable[dict[str, Any]]) -> None:
        super().__init__(groups)
        self.model = model


def groups(
    model: nn.Module,
    penalty: Penalty | Mapping[Key, Penalty | None],
    by: Grouping | Mapping[Key, Grouping] | None = None,
    free: Iterable[Key] = ("bias", "norm"),
) -> Groups:
    """Parameter groups of ``model`` for any optimizer of ``deep.optim``, each with its ``penalty``: a list of dicts.

    A group penalty without axes, as in ``GroupL2(lam=1e-4)``, takes those that ``by`` means in each layer: "channel", "filter",
    "kernel", "column", "row" (see :func:`deep.groups.groupings`), or axes of the weight's own shape. RMDA's experiments have
    ``by="channel"``: channels of convolutions and columns of linear layers. Its weights are the penalty's: sqrt(size of the
    group) unless told otherwise. Elementwise penalties, and those given with their own axes, go without ``by``.

    ``penalty`` and ``by`` may be mappings from layer types and name patterns to values; the first key that fits is taken:
    ``by={"head.weight": "row", nn.Conv2d: "kernel", "*": "channel"}``. Parameters that ``free`` fits (types, name patterns,
    "bias" for parameters called so, "norm" for normalisation layers and the norms of weight_norm) go unpenalised, with
    ``penalty`` None, as do those for which a mapping has None.

    Every parameter is in exactly one group, under its first name; tied weights appear once. ValueError, saying what to pass,
    for weights that the grouping does not cover (custom modules), for tied weights that it would group in two ways, for a
    key that fits nothing and where nothing is penalised; TypeError for a key or a penalty that is none.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"groups(model, penalty) takes a module, whose layers say what its weights are; got {model!r:.60}")
    everything = owned_parameters(model)
    free = (free,) if isinstance(free, str | type) else tuple(free)
    penalties, groupings_ = Rule("penalty", penalty), Rule("by", by)
    check_keys("free", free, everything, words=("bias", "norm", "*"))
    check_keys("penalty", penalties.cases, everything)
    check_keys("by", groupings_.cases, everything)
    found: dict[tuple[int, Axes | None], dict[str, Any]] = {}
    unpenalised: dict[str, Any] = {"params": [], "penalty": None}
    uncovered: list[tuple[Owned, str]] = []
    for owned in everything:
        entry = (owned.name, owned.parameter)
        chosen, axes = None if any(owned.is_free(key) for key in free) else penalties.choose(owned), None
        if chosen is None:
            unpenalised["params"].append(entry)
            continue
        if not isinstance(chosen, Penalty):
            raise TypeError(f"penalty= takes penalties of verify.penalties, or None; got {chosen!r}")
        if _lacks_axes(chosen):
            grouping = groupings_.choose(owned)
            axes = _axes(owned, grouping)
            if axes is None:
                uncovered.append((owned, grouping))
                continue
        group = found.setdefault((id(chosen), axes), {"params": [], "penalty": chosen if axes is None else _on(chosen, axes)})
        _check_shape(group["penalty"], owned)
        group["params"].append(entry)
    if uncovered:
        raise ValueError(_what_to_pass(uncovered, groupings_.cases, free))
    if not found:
        raise ValueError(f"no parameter is penalised: free={free!r} fits all of them")
    if by is not None and all(axes is None for _, axes in found):
        raise ValueError(f"by={by!r} has no use: {penalty!r} acts on each weight or has its own axes; leave by= out")
    return Groups(model, [*found.values(), *([unpenalised] if unpenalised["params"] else [])])


def _lacks_axes(penalty: Any) -> bool:
    inner = getattr(penalty, "group", penalty)
    return hasattr(inner, "axes") and inner.axes is None and inner.groups is None


def _on(penalty: Any, axes: Axes) -> Penalty:
    """The group penalty, or the sparse-group penalty around one, on ``axes``."""
    if hasattr(penalty, "group"):
        return replace(penalty, group=replace(penalty.group, axes=axes))
    return replace(penalty, axes=axes)


def _check_shape(penalty: Penalty, owned: Owned) -> None:
    try:
        penalty.value(owned.parameter.detach())
    except ValueError as error:
        raise ValueError(f"{owned.name}: {error}") from None


def _axes(owned: Owned, grouping: Grouping | None) -> Axes | None:
    """The axes that the grouping spans in the parameter; None where it has no meaning, or several."""
    if grouping is None:
        raise ValueError(f"{owned.name}: the group penalty has no axes; give by=, as in by='channel'")
    if not owned.parameter.ndim:
        raise ValueError(f"{owned.name}: one number has no groups of weights; leave it free, as in free=({owned.name!r},)")
    if not isinstance(grouping, str):
        axes = tuple(grouping) if isinstance(grouping, Iterable) else (grouping,)
        if not all(hasattr(axis, "__index__") for axis in axes):
            raise TypeError(f"by= takes the name of a grouping, as 'channel', an axis or several; got {grouping!r}")
        return axes
    meant = _meant(owned, grouping)
    return meant[0] if all(axes == meant[0] for axes in meant) else None


def _meant(owned: Owned, grouping: str) -> list[Axes | None]:
    """What the grouping means under each name of the parameter."""
    named = zip(owned.names, owned.layers, strict=True)
    return [axes_of(grouping, layer) if name.rpartition(".")[2] in WEIGHT else None for name, layer in named]


def _what_to_pass(uncovered: list[tuple[Owned, str]], by: Mapping[Key, Grouping], free: tuple[Key, ...]) -> str:
    fits: dict[Key, Grouping] = {owned.name: _that_fits(owned) for owned, _ in uncovered}
    cases = {**fits, **{key: grouping for key, grouping in by.items() if key not in fits}}
    given = ", ".join(f"{shown(key)}: {grouping!r}" for key, grouping in cases.items())
    freed = ", ".join(map(shown, (*free, *fits)))
    problems = "; ".join(_problem(owned, grouping) for owned, grouping in uncovered)
    return f"{problems}; give another or the axes that one group spans: by={{{given}}}, or free=({freed})"


def _problem(owned: Owned, grouping: str) -> str:
    named = [f"{name} of {type(layer).__name__}" for name, layer in zip(owned.names, owned.layers, strict=True)]
    if len(named) > 1:
        meant = " and ".join(map(str, _meant(owned, grouping)))
        return f"{' and '.join(named)} are one tied parameter, in which {grouping!r} means {meant}"
    known = ", ".join(_known(owned)) or "none: it is not the weight of a layer type that is known"
    return f"{named[0]}, shape {tuple(owned.parameter.shape)}, has no grouping {grouping!r} (it has {known})"


def _known(owned: Owned) -> list[str]:
    """The groupings of a parameter of one name."""
    return list(groupings(owned.layers[0])) if owned.names[0].rpartition(".")[2] in WEIGHT else []


def _that_fits(owned: Owned) -> Grouping:
    """A grouping that the parameter has: by name, else its second axis, or the only one."""
    known = _known(owned) if len(owned.names) == 1 else []
    return known[0] if known else (min(1, owned.parameter.ndim - 1),)
