"""Smaller layers out of larger ones."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn

from deep.shrink.constants import Values, carried
from deep.shrink.plan import Cut, Index


class Select(nn.Module):
    """x[:, index]: the channels, or pixels in a row, that the next layer reads."""

    def __init__(self, index: Tensor) -> None:
        super().__init__()
        self.register_buffer("index", index)
        self.index: Tensor

    def forward(self, x: Tensor) -> Tensor:
        return x.index_select(1, self.index)

    def extra_repr(self) -> str:
        return f"{len(self.index)} inputs"


def resized(layer: Any, outputs: int, inputs: int, bias: bool) -> Any:
    """A layer of that size, of the same kind, type and device, whose weights are not set."""
    place: dict[str, Any] = {"device": layer.weight.device, "dtype": layer.weight.dtype}
    if isinstance(layer, nn.Linear):
        return nn.utils.skip_init(nn.Linear, inputs, outputs, bias=bias, **place)
    names = ("stride", "padding", "dilation", "padding_mode")
    options = {name: getattr(layer, name) for name in names}
    return nn.utils.skip_init(nn.Conv2d, inputs, outputs, layer.kernel_size, bias=bias, **options, **place)


def resized_norm(layer: Any, channels: int) -> Any:
    """The same of a batch norm."""
    like = layer.running_mean
    options = {name: getattr(layer, name) for name in ("eps", "momentum", "affine")}
    return type(layer)(channels, **options, device=like.device, dtype=like.dtype).train(layer.training)


def selecting(index: Tensor, layer: nn.Module) -> nn.Sequential:
    """The layer behind the choice of its inputs."""
    return nn.Sequential(OrderedDict(select=Select(index), layer=layer))


@torch.no_grad()
def cut_layer(layer: Any, cut: Cut, values: Values) -> nn.Module:
    """What is left of a linear layer or a convolution: W[outputs, inputs], and constants in the bias."""
    place, like = layer.weight.device, layer.weight
    outputs, inputs = (torch.from_numpy(index).to(place) for index in (cut.outputs, cut.inputs))
    weight = like.detach().clone()
    weight[:, torch.from_numpy(cut.folded).to(place)] = 0
    moved = torch.from_numpy(carried(layer, values, cut.folded)).to(place)
    has_bias = layer.bias is not None or bool((moved[outputs] != 0).any())
    smaller = resized(layer, len(outputs), len(inputs), has_bias)
    smaller.weight.copy_(weight[outputs][:, inputs])
    if has_bias:
        bias = moved if layer.bias is None else layer.bias.double() + moved
        smaller.bias.copy_(bias[outputs].to(like.dtype))
    if cut.select is None:
        return smaller
    return selecting(torch.from_numpy(cut.select).to(place), smaller)


@torch.no_grad()
def cut_norm(layer: Any, kept: Index) -> Any:
    """What is left of a batch norm."""
    smaller = resized_norm(layer, len(kept))
    index = torch.from_numpy(kept).to(layer.running_mean.device)
    smaller.load_state_dict({name: x[index] if x.ndim else x for name, x in layer.state_dict().items()})
    return smaller
