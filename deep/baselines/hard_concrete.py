"""l0 by hard concrete gates (Louizos, Welling and Kingma 2018): weights times random gates that are often exactly 0."""

from __future__ import annotations

import copy
import math
from typing import Any

import torch
from torch import nn
from torch.nn.utils import parametrize

from deep.baselines.weights import check_own, tied
from deep.groups import axes_of

BETA, GAMMA, ZETA = 2 / 3, -0.1, 1.1  # temperature and ends of the stretch (theirs)


class HardConcrete(nn.Module):
    """The parametrization weight = v z with a gate z for each group of v (each weight without ``axes``).

    While training, with u uniform on (0, 1) drawn each time the weight is asked for (once a forward pass),

        s = sigmoid((log u - log(1 - u) + log_alpha)/beta),    z = min(1, max(0, s (zeta - gamma) + gamma)),

    and in evaluation z = min(1, max(0, sigmoid(log_alpha)(zeta - gamma) + gamma)). ``log_alpha`` is learned; it
    starts near log((1 - droprate)/droprate), with a little noise. The authors draw the gates for each example; here a batch
    shares one draw. ValueError for a droprate outside (0, 1) and for axes that the weight does not have.
    """

    def __init__(self, weight: torch.Tensor, axes: tuple[int, ...] | None = None, droprate: float = 0.5) -> None:
        super().__init__()
        if not 0 < droprate < 1:
            raise ValueError(f"droprate must be in (0, 1); got {droprate}")
        missing = [axis for axis in axes or () if not -weight.ndim <= axis < weight.ndim]
        if missing:
            raise ValueError(f"axes {missing} do not exist in a weight of shape {tuple(weight.shape)}")
        spanned = {axis % weight.ndim for axis in axes or ()}
        shape = [1 if axis in spanned else n for axis, n in enumerate(weight.shape)]
        start = math.log(1 - droprate) - math.log(droprate)
        self.log_alpha = nn.Parameter(start + 0.01 * torch.randn(shape, dtype=weight.dtype, device=weight.device))
        self.group_size = weight.numel() // self.log_alpha.numel()

    def forward(self, v: torch.Tensor) -> torch.Tensor:
        return v * (self.sample() if self.training else self.deterministic()).to(v.dtype)

    def sample(self) -> torch.Tensor:
        """One draw of all gates."""
        precise = torch.promote_types(self.log_alpha.dtype, torch.float32)
        tiny = torch.finfo(precise).eps
        u = torch.rand_like(self.log_alpha, dtype=precise).clamp(tiny, 1 - tiny)
        s = torch.sigmoid((u.log() - (1 - u).log() + self.log_alpha) / BETA)
        return (s * (ZETA - GAMMA) + GAMMA).clamp(0, 1)

    def deterministic(self) -> torch.Tensor:
        """The gates used in evaluation."""
        return (torch.sigmoid(self.log_alpha) * (ZETA - GAMMA) + GAMMA).clamp(0, 1)

    def expected_l0(self) -> torch.Tensor:
        """The expected number of weights that are not zero: the sum over groups of their size times P(z > 0) =
        sigmoid(log_alpha - beta log(-gamma/zeta))."""
        return self.group_size * torch.sigmoid(self.log_alpha - BETA * math.log(-GAMMA / ZETA)).sum()


def add_gates(layer: Any, by: str | tuple[int, ...] | None = None, droprate: float = 0.5) -> HardConcrete:
    """Gate ``layer.weight``: each weight, or each group as in :func:`deep.groups.groups`. Returns the gates.

    ValueError for a layer without weight, or with one that is gated already or parametrized otherwise, for a grouping or axes
    that it does not have, and for a droprate outside (0, 1). Tied weights, which one layer does not show, are refused by
    :func:`expected_l0` and :func:`make_permanent`.
    """
    if not isinstance(getattr(layer, "weight", None), torch.Tensor):
        raise ValueError(f"{type(layer).__name__} has no weight to be gated; take linear layers and convolutions")
    check_own(layer)
    axes = axes_of(by, layer) if isinstance(by, str) else by
    if isinstance(by, str) and axes is None:
        raise ValueError(f"{type(layer).__name__} has no grouping {by!r}; give the axes of its weight that one group spans")
    gates = HardConcrete(layer.weight, axes, droprate)
    parametrize.register_parametrization(layer, "weight", gates)
    return gates


def expected_l0(model: nn.Module) -> torch.Tensor:
    """The expected number of gated weights that are not zero; lam times it is added to the loss. ValueError without gates,
    and for gates on weights that are tied to others of the model."""
    _gated(model)
    counts = [gates.expected_l0() for gates in model.modules() if isinstance(gates, HardConcrete)]
    if not counts:
        raise ValueError("the model has no gates: call add_gates on its layers")
    return torch.stack(counts).sum()


def make_permanent(model: nn.Module) -> None:
    """Multiply the gates of evaluation into the weights, zeros included, and take the gates away. ValueError, with nothing
    changed, for gates on weights that are tied to others of the model."""
    for layer in _gated(model):
        layer.parametrizations.weight.eval()
        made = type(layer)  # copies of a layer share it, and parametrize takes the weight's property away from it
        layer.__class__ = type(made.__name__, made.__bases__, dict(vars(made)))
        parametrize.remove_parametrizations(layer, "weight", leave_parametrized=True)


def permanent(model: nn.Module) -> nn.Module:
    """A copy whose gates are made permanent, the network that is meant to be used; the model itself if it has no gates."""
    if not any(isinstance(layer, HardConcrete) for layer in model.modules()):
        return model
    model = copy.deepcopy(model)
    make_permanent(model)
    return model


def _gated(model: nn.Module) -> list[Any]:
    """The layers with gates, of which no weight may be another's too."""
    found: list[Any] = [layer for layer in model.modules() if parametrize.is_parametrized(layer, "weight")]
    layers = [each for each in found if any(isinstance(part, HardConcrete) for part in each.parametrizations.weight)]
    shared = tied(model)
    if any(id(layer.parametrizations.weight.original) in shared for layer in layers):
        raise ValueError("layers with tied weights cannot be gated: gates belong to one layer")
    return layers
