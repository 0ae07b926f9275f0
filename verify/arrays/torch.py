"""The namespace in PyTorch, eager or compiled, for float32 and float64 on any device."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

NUMBER = torch.zeros((), dtype=torch.float64, device="cpu")  # whatever the default device is


def _tensor(x: Any, like: Any) -> Any:
    if isinstance(x, torch.Tensor):
        return x
    if isinstance(x, int | float):
        return torch.full((), x, dtype=like.dtype, device=like.device)  # as_tensor would have the host wait for the device
    return torch.as_tensor(x, dtype=like.dtype, device=like.device)


def _pair(a: Any, b: Any) -> tuple[Any, Any]:
    like = a if isinstance(a, torch.Tensor) else b if isinstance(b, torch.Tensor) else NUMBER
    return _tensor(a, like), _tensor(b, like)


def _unary(function: Any, number: Any) -> Any:
    return staticmethod(lambda x: function(x) if isinstance(x, torch.Tensor) else number(x))


def _binary(function: Any) -> Any:
    return staticmethod(lambda a, b: function(*_pair(a, b)))


def _extreme(function: Any, clamp: Any, number: Any) -> Any:
    """minimum or maximum; beside a number it is a clamp, which makes no tensor of it."""

    def call(a: Any, b: Any) -> Any:
        if isinstance(a, int | float) and isinstance(b, int | float):
            return math.nan if math.isnan(a) or math.isnan(b) else number(a, b)
        x, other = (a, b) if isinstance(a, torch.Tensor) else (b, a)
        return (
            clamp(x, other)
            if isinstance(other, int | float) and isinstance(x, torch.Tensor) and x.ndim
            else function(*_pair(a, b))
        )

    return staticmethod(call)


def _sqrt(x: Any) -> Any:
    """The square root; of one number on the CPU rounded correctly, as NumPy and C do and torch does not on every CPU."""
    derived = x.requires_grad and torch.is_grad_enabled()
    if x.ndim or derived or x.device.type != "cpu" or type(x) is not torch.Tensor or torch.compiler.is_compiling():
        return torch.sqrt(x)  # many numbers, one of which a gradient is wanted, or a stand-in while a graph is traced
    number = float(x.detach())
    return torch.full_like(x, math.sqrt(number) if number >= 0 else math.nan)


def _cbrt(x: Any) -> Any:
    y = torch.sign(x) * torch.pow(torch.abs(x), 1 / 3)
    square = torch.where(y == 0, torch.ones_like(y), y * y)
    return y - (y - x / square) / 3  # one Newton step: torch has no cube root, and its power is a few ulp off


class TorchArrays:
    """Operations of :mod:`verify.arrays` on tensors; Python numbers stay numbers where they can."""

    name = "torch"
    pi = math.pi
    nan = math.nan
    inf = math.inf
    abs = _unary(torch.abs, abs)
    sign = _unary(torch.sign, lambda x: (x > 0) - (x < 0))
    sqrt = _unary(_sqrt, math.sqrt)
    cbrt = _unary(_cbrt, math.cbrt)
    sin = _unary(torch.sin, math.sin)
    cos = _unary(torch.cos, math.cos)
    minimum = _extreme(torch.minimum, torch.clamp_max, min)
    maximum = _extreme(torch.maximum, torch.clamp_min, max)
    atan2 = _binary(torch.atan2)
    copysign = _binary(torch.copysign)
    power = _binary(torch.pow)
    both = staticmethod(lambda a, b: a & b)
    either = staticmethod(lambda a, b: a | b)
    negate = staticmethod(lambda a: torch.logical_not(a) if isinstance(a, torch.Tensor) else not a)
    zeros_like = staticmethod(torch.zeros_like)
    full_like = staticmethod(torch.full_like)

    @staticmethod
    def where(condition: Any, a: Any, b: Any) -> Any:
        if not isinstance(condition, torch.Tensor):
            return a if condition else b
        tensors = [v for v in (a, b) if isinstance(v, torch.Tensor)]
        like = tensors[0] if tensors else condition.new_empty((), dtype=torch.float64)
        return torch.where(condition, _tensor(a, like), _tensor(b, like))

    @staticmethod
    def constant(value: float | int | str) -> float:
        return float(value)

    @staticmethod
    def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return torch.sum(x) if axis is None else torch.sum(x, dim=axis, keepdim=keepdims)

    @staticmethod
    def max(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return torch.max(x) if axis is None else torch.amax(x, dim=axis, keepdim=keepdims)

    @staticmethod
    def any(x: Any, axis: Any = None) -> Any:
        return torch.any(x) if axis is None else torch.any(x, dim=axis)

    @staticmethod
    def all(x: Any, axis: Any = None) -> Any:
        return torch.all(x) if axis is None else torch.all(x, dim=axis)

    @staticmethod
    def dot(a: Any, b: Any) -> Any:
        return torch.sum(a * b, dim=-1)

    @staticmethod
    def norm(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        axis = tuple(range(x.ndim)) if axis is None else axis
        if x.dtype != torch.float64 or not x.numel():  # squares of float32 neither over- nor underflow in float64
            return torch.linalg.vector_norm(x, dim=axis, keepdim=keepdims, dtype=torch.float64).to(x.dtype)
        largest = torch.amax(torch.abs(x), dim=axis, keepdim=True)
        scale = torch.where((largest > 0) & torch.isfinite(largest), largest, torch.ones_like(largest))
        scaled = torch.linalg.vector_norm(x / scale, dim=axis, keepdim=True) * scale
        return scaled if keepdims else scaled.squeeze(axis)

    @staticmethod
    def subtract_product(a: Any, b: Any, c: Any) -> Any:
        from verify.arrays.numpy import _two_product

        tensors = isinstance(b, torch.Tensor) or isinstance(c, torch.Tensor)
        if not isinstance(a, torch.Tensor):
            a = _pair(a, b if isinstance(b, torch.Tensor) else c)[0]
        if a.dtype != torch.float64 and any(getattr(v, "ndim", 0) for v in (b, c)):
            wide, other = (b, c) if getattr(b, "ndim", 0) else (c, b)
            return (a - wide.double() * other).to(a.dtype)
        if a.dtype == torch.float64:
            hi, lo = _two_product(b, c)
        else:
            product, rest = _two_product(*(v.double() if isinstance(v, torch.Tensor) else v for v in (b, c)))
            hi = product.to(a.dtype) if tensors else float(torch.tensor(product, dtype=a.dtype, device="cpu"))
            lo = ((product - hi) + rest).to(a.dtype) if tensors else (product - hi) + rest
        if not tensors:
            return (a - hi) - (lo if math.isfinite(lo) else 0.0)
        return (a - hi) - torch.where(torch.isfinite(lo), lo, torch.zeros_like(lo))

    @classmethod
    def subtract_clipped(cls, z: Any, b: Any, c: Any) -> Any:
        size = cls.maximum(cls.subtract_product(torch.abs(z), b, c), 0.0)
        return torch.copysign(size, z) + 0.0

    @staticmethod
    def cos_third(v: Any) -> Any:
        inside = torch.cos(torch.arccos(v.clamp(-1.0, 1.0)) / 3)
        return torch.where(v > 1, torch.cosh(torch.arccosh(v.clamp(min=1.0)) / 3), inside)

    @staticmethod
    def iterate(step: Callable[..., tuple[Any, ...]], start: tuple[Any, ...], count: int) -> tuple[Any, ...]:
        values = start
        for _ in range(count):
            before, values = values, step(*values)
            if all(v.device.type == "cpu" and type(v) is torch.Tensor for v in values) and all(
                map(torch.equal, before, values)
            ):
                break  # elsewhere the answer would have to be waited for
        return values

    @staticmethod
    def largest_k(x: Any, k: Any) -> Any:
        order = torch.argsort(x, dim=-1, descending=True, stable=True)
        return torch.argsort(order, dim=-1, stable=True) < k

    @staticmethod
    def segment_sum(x: Any, ids: Any, count: int) -> Any:
        total = torch.zeros((*x.shape[:-1], count), dtype=x.dtype, device=x.device)
        return total.index_add(-1, torch.as_tensor(ids, device=x.device), x)


TORCH = TorchArrays()
