"""How far the outputs of two networks are apart, and how far rounding can bring them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

TF32 = 2.0**-10  # in which a GPU may multiply float32


def difference(want: Any, got: Any) -> float:
    """max |want - got| / max |want|, itself where all are 0, the largest of it over all tensors in what two networks return;
    infinite where one alone has NaN or infinity. ValueError where there are no tensors or others."""
    wanted, found = _tensors(want), _tensors(got)
    if not wanted or [x.shape for x in wanted] != [y.shape for y in found]:
        shapes = ([tuple(x.shape) for x in tensors] for tensors in (wanted, found))
        raise ValueError("outputs of shapes {} and {} cannot be compared".format(*shapes))
    return max(_relative(x, y) for x, y in zip(wanted, found, strict=True))


def rounding(model: nn.Module, outputs: Any) -> float:
    """What sums in another order may change, generously: the root of the coarsest precision among parameters and outputs."""
    tensors = [x for x in (*model.parameters(), *_tensors(outputs)) if x.is_floating_point() or x.is_complex()]
    return float(max(map(_precision, tensors), default=0.0)) ** 0.5


def all_lost(outputs: Any) -> bool:
    """Whether no number among the outputs is finite: any two networks with such are alike."""
    return not any(x.isfinite().any() for x in _tensors(outputs))


def _precision(x: Tensor) -> float:
    own = torch.finfo(x.dtype).eps
    return max(own, TF32) if x.is_cuda and x.dtype == torch.float32 else own


def _tensors(outputs: Any) -> list[Tensor]:
    return [x for x in tree_leaves(outputs) if isinstance(x, Tensor) and x.numel()]


def _relative(want: Tensor, got: Tensor) -> float:
    want, got = (x.detach().to(torch.promote_types(x.dtype, torch.float64)) for x in (want, got))
    same = (want == got) | (want.isnan() & got.isnan())
    apart = (want - got).abs().masked_fill(same, 0).nan_to_num(nan=torch.inf, posinf=torch.inf)
    return float(apart.max()) / (float(want.abs().nan_to_num(nan=0.0, posinf=0.0).max()) or 1.0)
