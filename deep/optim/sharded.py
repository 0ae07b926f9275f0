"""Tensors in parts that lie in several processes (DTensor, as FSDP2 makes them): what all processes have to agree on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor


def is_plain(x: Tensor) -> bool:
    """Whether a tensor's numbers are where it says: not so for those of a class of their own (DTensor, say)."""
    return type(x) in (Tensor, torch.nn.Parameter) and x.layout == torch.strided


def on_cpu(tensors: Iterable[Tensor]) -> bool:
    """Whether all are plain tensors in the CPU's memory."""
    return all(is_plain(x) and x.device.type == "cpu" for x in tensors)


def is_sharded(x: Any) -> bool:
    """Whether it is a DTensor."""
    return type(x) is not Tensor and hasattr(x, "full_tensor")  # their class takes long to import


def whole(x: Any) -> Any:
    """A number that was made of all parts; what is no DTensor as it is."""
    return x.full_tensor() if is_sharded(x) else x


def own_part(x: Tensor) -> Tensor:
    """The part in this process, the same memory; all of a tensor that is no DTensor."""
    return x.detach().to_local() if is_sharded(x) else x  # type: ignore[attr-defined]


def everywhere(condition: Tensor, tensors: Iterable[Tensor]) -> Tensor:
    """Whether a 0-d condition holds in all processes that have parts of these tensors."""
    for mesh in dict.fromkeys(x.device_mesh for x in tensors if is_sharded(x)):  # type: ignore[attr-defined]
        from torch.distributed.tensor import DTensor, Partial

        broken = DTensor.from_local((~condition).int(), mesh, [Partial()] * mesh.ndim)
        condition = broken.full_tensor() == 0
    return condition


def beside(condition: Tensor, p: Tensor) -> Tensor:
    """A condition, the same in all processes, as it can stand beside the parameter: on its device, and a DTensor if p is."""
    condition = condition.to(p.device)
    if not is_sharded(p):
        return condition
    from torch.distributed.tensor import DTensor, Replicate

    mesh = p.device_mesh  # type: ignore[attr-defined]
    return DTensor.from_local(condition, mesh, [Replicate()] * mesh.ndim)
