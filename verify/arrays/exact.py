# mypy: disable-error-code="override"
"""The namespace in 50-digit and in exact rational arithmetic, on NumPy arrays of objects.

A float is read as the decimal that Python prints for it, so that a counterexample is what its digits say, and a literal in a
formula too: 0.1 is one tenth.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isfinite, isqrt
from typing import Any

import mpmath
import numpy as np

from verify.arrays.numpy import NumpyArrays

DIGITS = 50
LONG = 50_000  # bits of a fraction that is no longer computed with: its length may double with each operation


class Inexact(ArithmeticError):
    """An operation left the rational numbers; replay in high precision instead."""


def _is_nan(x: Any) -> Any:
    return np.not_equal(x, x)


# NaN wins, as in floats.
_smaller = np.frompyfunc(lambda a, b: b if b < a or _is_nan(b) else a, 2, 1)
_larger = np.frompyfunc(lambda a, b: b if b > a or _is_nan(b) else a, 2, 1)


class _Objects(NumpyArrays):
    """NumPy's operations on arrays of objects; subclasses say how one number is converted and its root taken."""

    def number(self, value: Any) -> Any:
        raise NotImplementedError

    def convert(self, array: Any) -> Any:
        """Floats become numbers of this namespace, and so do Python's own numbers in arrays of objects; arrays of integers,
        conditions and text stay as they are."""
        array = np.asarray(array)
        if array.dtype.kind not in "fO":
            return array
        out = np.empty(array.shape, dtype=object)
        for index in np.ndindex(array.shape):
            value = array[index]
            known = isinstance(value, int | float | np.floating | Fraction) and not isinstance(value, bool)
            out[index] = self.number(value) if known and isfinite(value) else value
        return out

    def constant(self, value: Any) -> Any:
        return self.number(value)

    def where(self, condition: Any, a: Any, b: Any) -> Any:
        """Literals become numbers here: where(c, 0.1, 0.2) + 0.1 would be computed in floats."""
        a, b = (self.number(v) if type(v) in (int, float) and isfinite(v) else v for v in (a, b))
        return np.where(condition, a, b)

    def literals(self, value: Any) -> Any:
        """``value`` as an array of this namespace: integers and floats become its numbers; conditions and text stay."""
        array = np.asarray(value)
        return self.convert(array.astype(object) if array.dtype.kind in "iu" else array)

    def minimum(self, a: Any, b: Any) -> Any:
        return _smaller(self.literals(a), self.literals(b))

    def maximum(self, a: Any, b: Any) -> Any:
        return _larger(self.literals(a), self.literals(b))

    def copysign(self, m: Any, z: Any) -> Any:
        size, z = np.abs(self.literals(m)), np.asarray(z)
        return np.where(_is_nan(z), z, np.where(z < 0, -size, size))

    def sign(self, x: Any) -> Any:
        x = np.asarray(x)
        return np.where(_is_nan(x), x, self.where(x > 0, 1, self.where(x < 0, -1, 0)))

    @staticmethod
    def subtract_product(a: Any, b: Any, c: Any) -> Any:
        return a - b * c

    def subtract_clipped(self, z: Any, b: Any, c: Any) -> Any:
        return z - self.minimum(self.maximum(z, -(b * c)), b * c)

    @staticmethod
    def iterate(step: Callable[..., tuple[Any, ...]], start: tuple[Any, ...], count: int) -> tuple[Any, ...]:
        for _ in range(count):
            start = step(*start)
        return start

    def norm(self, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return self.sqrt(np.sum(np.asarray(x) * x, axis=axis, keepdims=keepdims))

    def zeros_like(self, x: Any) -> Any:
        return self.full_like(x, 0)

    def full_like(self, x: Any, value: Any) -> Any:
        return np.full(np.shape(x), self.number(value), dtype=object)


_ARITHMETIC = ("add", "sub", "mul", "truediv", "pow")
_BINARY = (*_ARITHMETIC, *(f"r{name}" for name in _ARITHMETIC))
_COMPARISONS = ("lt", "le", "gt", "ge", "eq")
_UNARY = ("neg", "pos", "abs")


class Rational(Fraction):
    """A fraction that takes a float beside it for the decimal that Python prints, where Python makes both floats. A result that
    is not rational, 2 ** (1/2), raises :class:`Inexact`."""

    __hash__ = Fraction.__hash__

    def __rpow__(self, base: Any) -> Any:
        return Rational(repr(float(base)) if isinstance(base, float) else base) ** self


def _of_rationals(operator: Callable[..., Any]) -> Callable[..., Any]:
    def call(a: Any, *others: Any) -> Any:
        value = operator(a, *(Fraction(repr(float(b))) if isinstance(b, float) and isfinite(b) else b for b in others))
        if isinstance(value, complex) or (isinstance(value, float) and isfinite(value)):
            raise Inexact(f"{value} came out, which is not rational")
        if isinstance(value, Fraction) and max(value.numerator.bit_length(), value.denominator.bit_length()) > LONG:
            raise Inexact("the fraction has grown too long")
        return Rational(value) if isinstance(value, Fraction) else value

    return call


for _name in {*_BINARY, *_COMPARISONS, *_UNARY} - {"rpow"}:
    setattr(Rational, f"__{_name}__", _of_rationals(getattr(Fraction, f"__{_name}__")))


class RationalArrays(_Objects):
    """Exact rational arithmetic: :class:`Rational`. Roots must be rational, or :class:`Inexact` is raised."""

    name = "exact"

    def number(self, value: Any) -> Rational:
        return Rational(repr(float(value)) if isinstance(value, float | np.floating) else value)

    @staticmethod
    def _root(x: Any) -> Rational:
        x = Fraction(x)
        top, bottom = isqrt(x.numerator), isqrt(x.denominator)
        if top * top != x.numerator or bottom * bottom != x.denominator:
            raise Inexact(f"the square root of {x} is irrational")
        return Rational(top, bottom)

    def sqrt(self, x: Any) -> Any:
        return np.frompyfunc(self._root, 1, 1)(x)

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise Inexact("the operation leaves the rational numbers")

    sin = cos = atan2 = power = cbrt = cos_third = _refuse

    @property
    def pi(self) -> Any:
        return self._refuse()


class DecimalArrays(_Objects):
    """50-digit arithmetic: mpmath in a context of its own. As in NumPy the root of a negative number is NaN."""

    name = "50 digits"

    def __init__(self, digits: int = DIGITS) -> None:
        context = mpmath.MPContext()
        context.dps = digits
        self.context = context
        self.pi = +context.pi
        self.nan = context.nan
        self.inf = context.inf
        for name in (*_BINARY, *_COMPARISONS, "ne"):
            setattr(context.mpf, f"__{name}__", self._of_decimals(getattr(context.mpf, f"__{name}__")))
        for name in ("sqrt", "sin", "cos"):
            setattr(self, name, np.frompyfunc(self._real(getattr(context, name)), 1, 1))
        for name in ("atan2", "power"):
            setattr(self, name, np.frompyfunc(self._real(getattr(context, name)), 2, 1))
        self.cbrt = np.frompyfunc(lambda x: context.sign(x) * context.cbrt(abs(x)), 1, 1)
        self.cos_third = np.frompyfunc(self._cos_third, 1, 1)

    def _of_decimals(self, operator: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        """The operator of mpmath's numbers, which would take a float in binary, and leave the reals in (-1) ** 0.5."""

        def call(a: Any, b: Any) -> Any:
            try:
                b = self.number(b) if isinstance(b, float) else b
                value = operator(a, b)
            except ZeroDivisionError:
                return self.nan
            return self.nan if isinstance(value, self.context.mpc) else value

        return call

    def _real(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function where it is real, and NaN where mpmath would leave the real numbers."""

        def call(*args: Any) -> Any:
            value = function(*map(self.number, args))
            return value if isinstance(value, self.context.mpf) else self.nan

        return call

    def number(self, value: Any) -> Any:
        if isinstance(value, Fraction):
            return self.context.mpf(value.numerator) / value.denominator
        if isinstance(value, float | np.floating):
            return self.context.mpf(repr(float(value)))
        return self.context.mpf(value)

    def held(self, array: Any) -> Any:
        """Exactly the numbers that the floats of an array hold, not the decimals printed for them: the right side of a
        comparison with what was computed from these floats."""
        return np.frompyfunc(lambda value: self.context.mpf(float(value)), 1, 1)(array)

    def _cos_third(self, v: Any) -> Any:
        if v > 1:
            return self.context.cosh(self.context.acosh(v) / 3)
        return self.context.cos(self.context.acos(max(v, -1)) / 3)
