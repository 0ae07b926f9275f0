"""How much of a model is exactly zero: its weights, its groups as they are penalised, and other groupings beside them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from deep.baselines.hard_concrete import permanent
from deep.groups import axes_of
from deep.groups.owners import Owned, owned_parameters
from deep.optim.checks import penalty_of

SIDES = ("channel", "filter", "kernel")


@dataclass(frozen=True)
class Count:
    """How many are exactly zero, of how many."""

    zero: int
    total: int

    @property
    def share(self) -> float:
        return self.zero / self.total if self.total else 0.0

    def __add__(self, other: Count) -> Count:
        return Count(self.zero + other.zero, self.total + other.total)

    def __str__(self) -> str:
        return f"{self.zero}/{self.total} {100 * self.share:.1f}%"


@dataclass(frozen=True)
class Row:
    """One parameter. ``iterate`` and ``prox_point`` map "weights", "penalised" (the groups of its penalty, single weights for
    an elementwise one; absent without penalty), "channel", "filter" and "kernel" (absent where unknown) to their counts."""

    name: str
    shape: tuple[int, ...]
    penalty: str | None
    iterate: dict[str, Count]
    prox_point: dict[str, Count]


@dataclass(frozen=True)
class Sparsity:
    """Rows of a report; ``print`` shows it as a table, with totals over all rows that have the grouping."""

    rows: list[Row]

    def total(self, grouping: str, point: str = "iterate") -> Count:
        """The sum over rows, for ``point`` "iterate" or "prox_point"; 0 of 0 where no row has the grouping."""
        return sum((counts[grouping] for row in self.rows if grouping in (counts := getattr(row, point))), Count(0, 0))

    def to_dict(self) -> dict[str, Any]:
        """Plain data, with totals and shares."""
        keys = ("weights", "penalised", *SIDES)
        totals = {point: {key: self.total(key, point) for key in keys} for point in ("iterate", "prox_point")}
        shares = {point: {key: count.share for key, count in counts.items()} for point, counts in totals.items()}
        plain = {point: {key: asdict(count) for key, count in counts.items()} for point, counts in totals.items()}
        return {"rows": [{**asdict(row), "shape": list(row.shape)} for row in self.rows], "totals": plain, "shares": shares}

    def __str__(self) -> str:
        keys = ("weights", "penalised", *SIDES)
        head = ["exactly zero", "shape", *keys, "penalised at prox point", "penalty"]
        body = [
            [
                *(row.name, "x".join(map(str, row.shape)), *(str(row.iterate.get(key, "-")) for key in keys)),
                *(str(row.prox_point.get("penalised", "-")), row.penalty or "none"),
            ]
            for row in self.rows
        ]
        sums = [*(str(self.total(key)) for key in keys), str(self.total("penalised", "prox_point"))]
        lines = [head, *body, ["total", "", *sums, ""]]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def sparsity(source: nn.Module | torch.optim.Optimizer, model: nn.Module | None = None) -> Sparsity:
    """Count exact zeros in all penalised parameters and all weights of two axes or more.

    From an optimizer the penalty and its groups are read as it uses them, so nothing else can be reported than is penalised;
    its prox points (W~ of RMDA, u of RVSM) are counted beside the iterate where it has them. Layer types, and so the groupings
    by channel, filter and kernel, come from ``model``. For linear layers "channel" counts columns, "filter" rows, and "kernel"
    columns: RMDA penalises "channel" and its tables count "kernel". A model alone has no penalties to report.
    Of a model with hard concrete gates the weights of evaluation are counted, as of a model alone, and what masks of
    ``torch.nn.utils.prune`` set to zero is zero where the model is given. TypeError for a source that
    is neither, and for a ``model`` that is none.
    """
    if not isinstance(source, nn.Module | torch.optim.Optimizer) or not isinstance(model, nn.Module | None):
        given = ", ".join(type(each).__name__ for each in (source, model) if each is not None)
        raise TypeError(f"sparsity takes a model, or an optimizer and its model; got {given}")
    optimizer = source if isinstance(source, torch.optim.Optimizer) else None
    model = source if isinstance(source, nn.Module) else model
    if model is not None and model is not (used := permanent(model)):
        optimizer, model = None, used
    owners = {id(owned.parameter): owned for owned in owned_parameters(model)} if model is not None else {}
    if optimizer is None:
        return Sparsity([_row(o.name, o.parameter, o.parameter, None, o) for o in owners.values() if o.parameter.ndim > 1])
    rows = []
    for index, group in enumerate(optimizer.param_groups):
        penalty = penalty_of(group) if group.get("penalty") is not None else None
        names = group.get("param_names") or [f"group {index}, parameter {i}" for i in range(len(group["params"]))]
        for name, parameter in zip(names, group["params"], strict=True):
            owned = owners.get(id(parameter))
            point = optimizer.prox_point(parameter) if hasattr(optimizer, "prox_point") else parameter
            if penalty is not None or parameter.ndim > 1:
                rows.append(_row(owned.name if owned else name, parameter, point, penalty, owned))
    return Sparsity(rows)


def _row(name: str, parameter: Tensor, point: Tensor, penalty: Any, owned: Owned | None) -> Row:
    groupings = {side: axes for side in SIDES if (axes := _axes(side, owned)) is not None}
    shown = None if penalty is None else repr(penalty)
    mask = _mask(owned)
    iterate, prox_point = (_counts(x.detach() * mask, penalty, groupings) for x in (parameter, point))
    return Row(name, tuple(parameter.shape), shown, iterate, prox_point)


def _mask(owned: Owned | None) -> Any:
    """What ``torch.nn.utils.prune`` multiplies the parameter with; 1 where it is not pruned."""
    if owned is None or not owned.name.endswith("_orig"):
        return 1
    return getattr(owned.layers[0], owned.name.rpartition(".")[2].removesuffix("_orig") + "_mask", 1)


def _axes(side: str, owned: Owned | None) -> tuple[int, ...] | None:
    if owned is None or owned.name.rpartition(".")[2] not in ("weight", "weight_orig"):
        return None
    layer = owned.layers[0]
    return axes_of("column" if side == "kernel" and isinstance(layer, nn.Linear) else side, layer)


def _counts(x: Tensor, penalty: Any, groupings: dict[str, tuple[int, ...]]) -> dict[str, Count]:
    zeros = {"weights": x == 0}
    if penalty is not None:
        zeros["penalised"] = ~penalty.group_support(x)
    zeros |= {grouping: (x == 0).all(dim=axes) for grouping, axes in groupings.items()}
    return {key: Count(int(condition.sum()), condition.numel()) for key, condition in zeros.items()}
