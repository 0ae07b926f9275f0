"""Parameter groups for an optimizer: weights with their penalty and grouping, biases and norm layers free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from torch import nn

from deep.groups.axes import Axes, axes_of, groupings
from deep.groups.owners import Key, Owned, Rule, check_keys, owned_parameters
from verify.penalties import Penalty

Grouping = str | int | Axes


def groups(
    model: nn.Module,
    penalty: Penalty | Mapping[Key, Penalty | None],
    by: Grouping | Mapping[Key, Grouping] | None = None,
    free: Iterable[Key] = ("bias", "norm"),
) -> list[dict[str, Any]]:
    """Parameter groups of ``model`` for any optimizer of ``deep.optim``, each with its ``penalty``.

    A group penalty without axes, as in ``GroupL2(lam=1e-4)``, takes those that ``by`` means in each layer: "channel", "filter",
    "kernel", "column", "row" (see :func:`deep.groups.groupings`), or axes of the weight's own shape. RMDA's experiments have
    ``by="channel"``: channels of convolutions and columns of linear layers. Its weights are the penalty's: sqrt(size of the
    group) unless told otherwise. Elementwise penalties, and those given with their own axes, go without ``by``.

    ``penalty`` and ``by`` may be mappings from layer types and name patterns to values; the first key that fits is taken:
    ``by={"head.weight": "row", nn.Conv2d: "kernel", "*": "channel"}``. Parameters that ``free`` fits (types, name patterns,
    "bias" for parameters called so, "norm" for normalisation layers) go unpenalised, with ``penalty`` None, as do those for
    which a mapping has None.

    Every parameter is in exactly one group, under its first name; tied weights appear once. ValueError, saying what to pass,
    for a weight that the grouping does not cover (custom modules), for tied weights that it would group in two ways, for a
    key that fits nothing and where nothing is penalised; TypeError for a key or a penalty that is none.
    """
    everything = owned_parameters(model)
    free = (free,) if isinstance(free, str | type) else tuple(free)
    penalties, groupings_ = Rule("penalty", penalty), Rule("by", by)
    check_keys("free", free, everything, words=("bias", "norm", "*"))
    check_keys("penalty", penalties.cases, everything)
    check_keys("by", groupings_.cases, everything)
    found: dict[tuple[int, Axes | None], dict[str, Any]] = {}
    unpenalised: dict[str, Any] = {"params": [], "penalty": None}
    for owned in everything:
        entry = (owned.name, owned.parameter)
        chosen, axes = None if any(owned.is_free(key) for key in free) else penalties.choose(owned), None
        if chosen is None:
            unpenalised["params"].append(entry)
            continue
        if not isinstance(chosen, Penalty):
            raise TypeError(f"penalty= takes penalties of verify.penalties, or None; got {chosen!r}")
        if _lacks_axes(chosen):
            axes = _axes(owned, groupings_.choose(owned))
        group = found.setdefault((id(chosen), axes), {"params": [], "penalty": chosen if axes is None else _on(chosen, axes)})
        _check_shape(group["penalty"], owned)
        group["params"].append(entry)
    if not found:
        raise ValueError(f"no parameter is penalised: free={free!r} fits all of them")
    if by is not None and all(axes is None for _, axes in found):
        raise ValueError(f"by={by!r} has no use: {penalty!r} acts on each weight or has its own axes; leave by= out")
    return [*found.values(), *([unpenalised] if unpenalised["params"] else [])]


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


def _axes(owned: Owned, grouping: Grouping | None) -> Axes:
    if grouping is None:
        raise ValueError(f"{owned.name}: the group penalty has no axes; give by=, as in by='channel'")
    if not isinstance(grouping, str):
        return (grouping,) if isinstance(grouping, int) else tuple(grouping)
    meant = [
        axes_of(grouping, layer) if name.rpartition(".")[2] == "weight" else None
        for name, layer in zip(owned.names, owned.layers, strict=True)
    ]
    if meant[0] is None or any(axes != meant[0] for axes in meant):
        raise ValueError(_what_to_pass(owned, grouping, meant))
    return meant[0]


def _what_to_pass(owned: Owned, grouping: str, meant: list[Axes | None]) -> str:
    known, layers = list(groupings(owned.layers[0])), zip(owned.names, owned.layers, strict=True)
    named = " and ".join(f"{name} of {type(layer).__name__}" for name, layer in layers)
    if len(meant) > 1:
        problem = f"{named} are one tied parameter, in which {grouping!r} means {' and '.join(map(str, meant))}"
    else:
        problem = f"{named}, shape {tuple(owned.parameter.shape)}, has no grouping {grouping!r}"
    problem += f" (it has {', '.join(known)})" if known else " (no layer type that is known)"
    example = {owned.name: known[0] if known and len(meant) == 1 else (1,), "*": grouping}
    return f"{problem}; give another or the axes that one group spans: by={example}, or free=('bias', 'norm', {owned.name!r})"
