"""The namespace ``xp`` over :class:`~deep.optim.fast.values.Value`, with the meaning of :mod:`verify.arrays.torch`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

from deep.optim.fast.values import GROUP, NUMBER, Unsupported, Value, apply, spanned


def _elementwise(op: str, number: Callable[..., Any] | None = None) -> Any:
    def call(*args: Any) -> Any:
        if any(isinstance(arg, Value) for arg in args):
            return apply(op, *args)
        if number is None:
            raise Unsupported(f"{op} of numbers alone")
        return number(*args)

    return staticmethod(call)


def _reduced(op: str, x: Any, axis: Any) -> Value:
    if not isinstance(x, Value) or x.level == NUMBER:
        raise Unsupported(f"{op} of what is neither one number an entry nor one a group")
    of_group, count = spanned(), 1 + len(spanned())
    axes = tuple(range(count)) if axis is None else (axis,) if isinstance(axis, int) else axis
    summed = tuple(sorted(a % count for a in axes))
    if summed not in (of_group, tuple(range(count))):
        raise Unsupported(f"{op} over axes {axis}")
    level = GROUP if summed == of_group else NUMBER
    if x.level == GROUP and (level == GROUP or op != "sum"):
        raise Unsupported(f"{op} over axes {axis} of numbers a group")
    return Value("zero", (), level) if x.op == "zero" else Value(op, (x,), level)


PRODUCTS = ("mul", "truediv", "reciprocal", "neg")


def sign(v: Any) -> int:
    """1 where the formula shows that v >= 0, -1 that v <= 0, and 0 where it shows neither."""
    if not isinstance(v, Value):
        return -1 if v < 0 else 1
    if v.op in PRODUCTS:
        found = 1
        for factor, times in Counter(_factors(v)).items():
            found *= sign(factor) if times % 2 else 1
        return found
    if v.op in ("add", "where"):
        return sign(v.args[-1]) if sign(v.args[-1]) == sign(v.args[-2]) else 0
    return int(v.op in ("abs", "sqrt", "norm"))


def _factors(v: Any) -> list[Any]:
    if isinstance(v, Value) and v.op in PRODUCTS:
        return [factor for arg in v.args for factor in _factors(arg)] + ([-1] if v.op == "neg" else [])
    return [v]


class FormulaArrays:
    """Operations of :mod:`verify.arrays`; those that are no passes over groups (sorting, segments) raise Unsupported."""

    name = "C"
    pi, inf, nan = math.pi, math.inf, math.nan
    abs = _elementwise("abs", abs)
    sign = _elementwise("sign")
    sqrt = _elementwise("sqrt", math.sqrt)
    cbrt = _elementwise("cbrt", math.cbrt)
    power = _elementwise("power", math.pow)
    sin = _elementwise("sin", math.sin)
    cos = _elementwise("cos", math.cos)
    atan2 = _elementwise("atan2", math.atan2)
    copysign = _elementwise("copysign", math.copysign)
    minimum = _elementwise("minimum", min)
    maximum = _elementwise("maximum", max)
    both = _elementwise("and")
    either = _elementwise("or")
    negate = _elementwise("not", lambda a: not a)
    subtract_product = _elementwise("subtract_product")

    @staticmethod
    def where(condition: Any, a: Any, b: Any) -> Any:
        if isinstance(condition, Value):
            return apply("where", condition, a, b)
        return a if condition else b

    @staticmethod
    def cos_third(v: Value) -> Value:
        return apply("cos_third_inside" if sign(v) < 0 else "cos_third", v)

    @classmethod
    def subtract_clipped(cls, z: Any, b: Any, c: Any) -> Any:
        return cls.copysign(cls.maximum(cls.subtract_product(cls.abs(z), b, c), 0.0), z) + 0.0

    @staticmethod
    def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Value:
        return _reduced("sum", x, axis)

    @staticmethod
    def norm(x: Any, axis: Any = None, keepdims: bool = False) -> Value:
        return _reduced("norm", x, axis)

    @staticmethod
    def zeros_like(x: Value) -> Value:
        return Value("zero", (), x.level)

    @staticmethod
    def full_like(x: Value, value: Any) -> Any:
        return Value("zero", (), x.level) + value

    @staticmethod
    def constant(value: float | int | str) -> float:
        return float(value)

    @staticmethod
    def iterate(step: Callable[..., tuple[Any, ...]], start: tuple[Any, ...], count: int) -> tuple[Any, ...]:
        """Round after round; where the results are numbers a group, C leaves when a round has changed none of them."""
        rounds = [start]
        for _ in range(count):
            rounds.append(step(*rounds[-1]))
        if any(not isinstance(v, Value) or v.level != GROUP for v in [*start, *rounds[-1]]):
            return rounds[-1]
        flat = [v for values in rounds for v in values]
        return tuple(Value("latest", (column, len(start), *flat), GROUP) for column in range(len(start)))

    @staticmethod
    def _absent(*args: Any, **kwargs: Any) -> Any:
        raise Unsupported("an operation that is no pass over groups")

    max = any = all = dot = largest_k = segment_sum = _absent


FORMULAS = FormulaArrays()
