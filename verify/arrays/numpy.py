"""The namespace in NumPy, for float32 and float64."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

_SPLIT = 134217729.0  # 2**27 + 1 cuts a float64 in two halves of 26 bits (Veltkamp)


def _two_product(b: Any, c: Any) -> tuple[Any, Any]:
    """(hi, lo) with hi = fl(b c) and hi + lo = b c exactly, in float64, unless the error term over- or underflows."""
    hi = b * c
    t = _SPLIT * b
    b1 = t - (t - b)
    b2 = b - b1
    t = _SPLIT * c
    c1 = t - (t - c)
    c2 = c - c1
    return hi, b2 * c2 - (((hi - b1 * c1) - b2 * c1) - b1 * c2)


def _cube_chebyshev_root(v: Any) -> Any:
    inside = np.minimum(np.maximum(v, -1.0), 1.0)
    return np.where(v > 1, np.cosh(np.arccosh(np.maximum(v, 1.0)) / 3), np.cos(np.arccos(inside) / 3))


def _keep_weak(function: Any) -> Any:
    """Python numbers in, Python number out, so that a constant computed from them does not widen float32 arrays."""

    def call(*args: Any) -> Any:
        result = function(*args)
        return float(result) if all(type(a) in (float, int) for a in args) else result

    return staticmethod(call)


def _where(condition: Any, a: Any, b: Any) -> Any:
    if type(condition) in (bool, np.bool_):
        return a if condition else b
    return np.where(condition, a, b)


class NumpyArrays:
    """Operations of :mod:`verify.arrays` on NumPy arrays and Python numbers."""

    name = "numpy"
    pi = math.pi
    nan = math.nan
    inf = math.inf
    where = staticmethod(_where)
    abs = staticmethod(np.abs)
    sign = staticmethod(np.sign)
    minimum = _keep_weak(np.minimum)
    maximum = _keep_weak(np.maximum)
    sqrt = _keep_weak(np.sqrt)
    cbrt = _keep_weak(np.cbrt)
    power = _keep_weak(np.power)
    sin = staticmethod(np.sin)
    cos = staticmethod(np.cos)
    atan2 = staticmethod(np.arctan2)
    copysign = staticmethod(np.copysign)
    any = staticmethod(np.any)
    all = staticmethod(np.all)
    both = staticmethod(np.logical_and)
    either = staticmethod(np.logical_or)
    negate = staticmethod(np.logical_not)
    sum = staticmethod(np.sum)
    max = staticmethod(np.max)
    zeros_like = staticmethod(np.zeros_like)
    full_like = staticmethod(np.full_like)
    cos_third = _keep_weak(_cube_chebyshev_root)

    @staticmethod
    def constant(value: float | int | str, like: Any = None) -> Any:
        return float(value)

    @staticmethod
    def dot(a: Any, b: Any) -> Any:
        return np.sum(a * b, axis=-1)

    @staticmethod
    def subtract_product(a: Any, b: Any, c: Any) -> Any:
        if getattr(a, "dtype", None) == np.float32:
            product, rest = _two_product(np.asarray(b, dtype=np.float64), np.asarray(c, dtype=np.float64))
            hi = np.float32(product)
            lo = np.float32((product - hi) + rest)
        else:
            hi, lo = _two_product(b, c)
        if np.ndim(lo) == 0:
            lo = lo if math.isfinite(lo) else 0.0
            return a - hi if lo == 0 else (a - hi) - lo
        return (a - hi) - np.where(np.isfinite(lo), lo, 0.0)

    @staticmethod
    def norm(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        x = np.asarray(x)
        with np.errstate(over="ignore", under="ignore"):
            square = np.sum(np.square(x, dtype=np.float64), axis=axis, keepdims=keepdims)
            tiny, huge = (0.0, np.inf) if x.dtype == np.float32 else (1e-280, 1e300)
            if np.all((square > tiny) & (square < huge)):
                return np.sqrt(square).astype(x.dtype)[()]
            largest = np.max(np.abs(x), axis=axis, keepdims=True, initial=0.0)
            scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
            scaled = np.sqrt(np.sum(np.square(x / scale), axis=axis, keepdims=True)) * scale
        return (scaled if keepdims else np.squeeze(scaled, axis=axis)).astype(x.dtype)[()]

    @staticmethod
    def largest_k(x: Any, k: Any) -> Any:
        order = np.argsort(-x, axis=-1, kind="stable")
        rank = np.argsort(order, axis=-1, kind="stable")
        return rank < k

    @staticmethod
    def segment_sum(x: Any, ids: Any, count: int) -> Any:
        order = np.argsort(ids, kind="stable")
        starts = np.searchsorted(ids[order], np.arange(count))
        return np.add.reduceat(x[..., order], starts, axis=-1)


NUMPY = NumpyArrays()
