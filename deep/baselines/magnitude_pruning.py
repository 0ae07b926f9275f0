"""Magnitude pruning with the masks of ``torch.nn.utils.prune``: small weights, or slices of them, are set to zero for good."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn.utils import prune

from deep.baselines.weights import check_own, tied
from deep.groups import axes_of, groupings


def prune_to(model: nn.Module, density: float, by: str | None = None) -> None:
    """Mask the smallest weights of linear, convolution and embedding layers until the share ``density`` is left (rounded).

    Without ``by`` the smallest magnitudes of the whole model go (Han, Pool, Tran and Dally 2015, with one threshold for all
    layers). With ``by`` ("channel", "filter", "column", "row": see :func:`deep.groups.groupings`) in each layer the groups of
    least Euclidean norm go, which must be slices along one axis. What is masked stays so; call again with less to prune
    gradually, and :func:`make_permanent` at the end. The parameters stay the same objects (renamed ``weight_orig``), so an
    optimizer made before goes on.

    ValueError for a density outside [0, 1] or above the present one, for a model without such layers, for tied weights and
    those that are gated or parametrized otherwise, and for a grouping a layer does not have.
    """
    if not 0 <= density <= 1:
        raise ValueError(f"density must be in [0, 1]; got {density}")
    layers = _layers(model)
    for layer in layers:
        if not hasattr(layer, "weight_mask"):
            check_own(layer)
    weights = [getattr(layer, "weight_orig", layer.weight) for layer in layers]
    masks = [getattr(layer, "weight_mask", torch.ones_like(weight)) for layer, weight in zip(layers, weights, strict=True)]
    if by is None:
        amount = _still_to_go(torch.cat([mask.flatten() != 0 for mask in masks]), density)
        scores = {(layer, "weight"): weight for layer, weight in zip(layers, weights, strict=True)}
        prune.global_unstructured(list(scores), prune.L1Unstructured, importance_scores=scores, amount=amount)
        return
    for layer, weight, mask in zip(layers, weights, masks, strict=True):
        axis = _sliced_axis(layer, by)
        left = (mask != 0).movedim(axis, 0).flatten(1).any(dim=1)
        prune.ln_structured(layer, "weight", _still_to_go(left, density), n=2, dim=axis, importance_scores=weight)


def make_permanent(model: nn.Module) -> None:
    """Put the zeros into the weights and take the masks away."""
    for layer in _layers(model):
        if prune.is_pruned(layer):
            prune.remove(layer, "weight")


def gradual_density(t: int, begin: int, end: int, final: float) -> float:
    """The density at step t of a gradual pruning from a dense start (Zhu and Gupta 2017): 1 before ``begin``, ``final`` from
    ``end`` on, between them 1 - (1 - final)(1 - (1 - (t - begin)/(end - begin))^3). ValueError unless begin < end and final is
    in [0, 1]."""
    if not begin < end or not 0 <= final <= 1:
        raise ValueError(f"gradual pruning needs begin < end and final in [0, 1]; got {begin}, {end} and {final}")
    part = min(max((t - begin) / (end - begin), 0.0), 1.0)
    return 1 - (1 - final) * (1 - (1 - part) ** 3)


def _layers(model: nn.Module) -> list[Any]:
    layers: list[Any] = [layer for layer in model.modules() if groupings(layer)]
    if not layers:
        raise ValueError(f"{type(model).__name__} has no linear, convolution or embedding layer to prune")
    shared = tied(model)
    if any(id(p) in shared for layer in layers for p in (layer._parameters.get(n) for n in ("weight", "weight_orig"))):
        raise ValueError("layers with tied weights cannot be pruned: a mask belongs to one layer")
    return layers


def _still_to_go(left: torch.Tensor, density: float) -> int:
    amount = int(left.sum()) - round(density * left.numel())
    if amount < 0:
        raise ValueError(
            f"density {density} is above the present one, {int(left.sum()) / left.numel():.6g}: pruning only removes"
        )
    return amount


def _sliced_axis(layer: Any, by: str) -> int:
    axes = axes_of(by, layer)
    rest = [axis for axis in range(layer.weight.ndim) if axes is not None and axis not in axes]
    if len(rest) != 1:
        known = ", ".join(groupings(layer))
        raise ValueError(f"{type(layer).__name__}: {by!r} is no slice along one axis of the weight (its groupings: {known})")
    return rest[0]
