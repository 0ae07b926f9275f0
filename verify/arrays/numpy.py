"""The namespace in NumPy, for float32 and float64."""

from __future__ import annotations

import math
from collections.abc import Callable
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


def _cos_third(v: Any) -> Any:
    third = np.arccos(np.minimum(np.maximum(v, -1.0), 1.0)) * (1 / 3)
    root = _cos_to_60_degrees(third)
    beyond = np.greater(v, 1)
    return np.where(beyond, np.cosh(np.arccosh(np.maximum(v, 1.0)) / 3), root) if np.any(beyond) else root


def _cos_to_60_degrees(x: Any) -> Any:
    """cos x for 0 <= x <= pi/3 by its series up to x^18, whose remainder is below 2e-18: NumPy's own is not vectorised."""
    square = x * x
    total = np.full_like(square, -1 / math.factorial(18))
    for order in range(16, -2, -2):
        total *= square
        total += (-1) ** (order // 2) / math.factorial(order)
    return total


def _keep_weak(function: Any) -> Any:
    """Python numbers in, Python number out, so that a constant computed from them does not widen float32 arrays."""

    def call(*args: Any) -> Any:
        result = function(*args)
        return float(result) if all(type(a) in (float, int) for a in args) else result

    return staticmethod(call)


def _where(condition: Any, a: Any, b: Any) -> Any:
    """np.where; large float arrays are merged by bit masks, which random conditions do not slow down three times over."""
    if type(condition) in (bool, np.bool_):
        return a if condition else b
    like = a if type(a) is np.ndarray else b
    integer = _INTEGERS.get(getattr(like, "dtype", None)) if np.size(like) >= 256 else None
    if integer is None or any(not _mergeable(v, like) for v in (a, b)) or like.shape != condition.shape:
        return np.where(condition, a, b)
    a, b = (np.asarray(v, dtype=like.dtype).view(integer) for v in (a, b))
    mask = condition.astype(integer)
    if a.ndim == 0 and a == 0:
        mask -= 1
        mask &= b
    else:
        np.negative(mask, out=mask)
        mask &= a ^ b
        mask ^= b
    return mask.view(like.dtype)


_INTEGERS = {np.dtype(np.float64): np.int64, np.dtype(np.float32): np.int32}


def _mergeable(v: Any, like: Any) -> bool:
    return type(v) in (int, float) or (type(v) is np.ndarray and v.shape == like.shape and v.dtype == like.dtype)


def _sum_of_squares(x: Any, axes: tuple[int, ...]) -> Any:
    """In float64, keeping ``axes`` with length 1; einsum is three times as fast as sum over a short last axis."""
    if axes in ((-1,), (x.ndim - 1,)) and x.dtype == np.float64 and x.shape[-1] <= 64:
        return np.einsum("...i,...i->...", x, x)[..., None]
    return np.sum(np.square(x, dtype=np.float64), axis=axes, keepdims=True)


class NumpyArrays:
    """Operations of :mod:`verify.arrays` on NumPy arrays and Python numbers."""

    name = "numpy"
    pi = math.pi
    nan = math.nan
    inf = math.inf
    where: Any = staticmethod(_where)
    abs: Any = staticmethod(np.abs)
    sign: Any = staticmethod(np.sign)
    minimum: Any = _keep_weak(np.minimum)
    maximum: Any = _keep_weak(np.maximum)
    sqrt: Any = _keep_weak(np.sqrt)
    cbrt: Any = _keep_weak(np.cbrt)
    power: Any = _keep_weak(np.power)
    sin: Any = staticmethod(np.sin)
    cos: Any = staticmethod(np.cos)
    atan2: Any = staticmethod(np.arctan2)
    copysign: Any = staticmethod(np.copysign)
    any: Any = staticmethod(np.any)
    all: Any = staticmethod(np.all)
    both: Any = staticmethod(np.logical_and)
    either: Any = staticmethod(np.logical_or)
    negate: Any = staticmethod(np.logical_not)
    sum: Any = staticmethod(np.sum)
    max: Any = staticmethod(np.max)
    zeros_like: Any = staticmethod(np.zeros_like)
    full_like: Any = staticmethod(np.full_like)
    cos_third: Any = _keep_weak(_cos_third)

    @staticmethod
    def constant(value: float | int | str) -> Any:
        return float(value)

    @staticmethod
    def dot(a: Any, b: Any) -> Any:
        return np.sum(a * b, axis=-1)

    @staticmethod
    def subtract_product(a: Any, b: Any, c: Any) -> Any:
        hi: Any
        lo: Any
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

    @classmethod
    def subtract_clipped(cls, z: Any, b: Any, c: Any) -> Any:
        if np.ndim(b) or np.ndim(c):
            return np.copysign(np.maximum(cls.subtract_product(np.abs(z), b, c), 0), z) + 0.0
        hi, lo = _two_product(float(b), float(c))
        if lo < 0:
            hi, lo = math.nextafter(hi, 0), lo + (hi - math.nextafter(hi, 0))  # still exact, and both clip
        wide = np.asarray(z, dtype=np.float64)
        beyond = np.clip(wide, -hi, hi, out=np.empty_like(wide))
        np.subtract(wide, beyond, out=beyond)
        if 0 < lo < math.inf:
            beyond -= np.clip(beyond, -lo, lo)
        return beyond.astype(z.dtype, copy=False)[()] if hasattr(z, "dtype") else float(beyond)

    @staticmethod
    def norm(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        x = np.asarray(x)
        axes = tuple(range(x.ndim)) if axis is None else (int(axis),) if isinstance(axis, int | np.integer) else tuple(axis)
        if not axes:
            return np.abs(x)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            square = _sum_of_squares(x, axes)
            norm = np.sqrt(square)
            unsafe = ~((square > 1e-280) & (square < 1e300))  # nothing of the kind happens to float32, squared in float64
            if x.dtype != np.float32 and unsafe.any():
                rows = np.moveaxis(x, axes, range(-len(axes), 0))
                rows = rows.reshape(*rows.shape[: x.ndim - len(axes)], -1)[np.squeeze(unsafe, axis=axes)]
                if rows.any():
                    scale = np.ldexp(1.0, np.frexp(np.max(np.abs(rows), axis=-1, keepdims=True))[1] - 1)
                    norm[unsafe] = np.sqrt(np.sum(np.square(rows / scale), axis=-1)) * scale[..., 0]
        return (norm if keepdims else np.squeeze(norm, axis=axes)).astype(x.dtype, copy=False)[()]

    @staticmethod
    def iterate(step: Callable[..., tuple[Any, ...]], start: tuple[Any, ...], count: int) -> tuple[Any, ...]:
        values = start
        for _ in range(count):
            before, values = values, step(*values)
            if all(map(np.array_equal, before, values)):
                break
        return values

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
