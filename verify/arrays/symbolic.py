"""The namespace over z3 terms: a map becomes the formula of what it computes.

Roots are fresh variables with their defining equations, handed to ``assume``, for arguments that have a root: a branch that is
not taken may hold the root of a negative number, and what is said of that would be an assumption about the argument.
Scalars only: a separable map is proved for one coordinate, a group map through its norm.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import z3


def _real(value: Any) -> Any:
    """A z3 term: Python numbers are read exactly, 0.1 as one tenth."""
    if isinstance(value, z3.ExprRef):
        return value
    return z3.RealVal(repr(float(value)) if isinstance(value, float) else str(value))


class SymbolicArrays:
    """Operations of :mod:`verify.arrays` on z3 reals; transcendental ones raise TypeError."""

    name = "z3"

    def __init__(self, assume: Callable[..., None]) -> None:
        self._assume = assume
        self._fresh = count()

    @staticmethod
    def where(condition: Any, a: Any, b: Any) -> Any:
        if isinstance(condition, bool):
            return a if condition else b
        return z3.If(condition, _real(a), _real(b))

    def abs(self, x: Any) -> Any:
        return self.where(x >= 0, x, -x)

    def sign(self, x: Any) -> Any:
        return self.where(x > 0, 1, self.where(x < 0, -1, 0))

    def copysign(self, m: Any, z: Any) -> Any:
        return self.where(z < 0, -self.abs(m), self.abs(m))

    def minimum(self, a: Any, b: Any) -> Any:
        return self.where(a <= b, a, b)

    def maximum(self, a: Any, b: Any) -> Any:
        return self.where(a >= b, a, b)

    def named(self, x: Any) -> Any:
        """The term as a definition may contain it."""
        return _real(x)

    def fresh(self, kind: str, *, of: Callable[[Any], Any]) -> Any:
        """A new variable; ``of`` makes its definition from it."""
        variable = z3.Real(f"{kind}!{next(self._fresh)}")
        self._assume(of(variable))
        return variable

    def sqrt(self, x: Any) -> Any:
        x = self.named(x)
        return self.fresh("sqrt", of=lambda s: z3.Implies(x >= 0, z3.And(s >= 0, s * s == x)))

    def cbrt(self, x: Any) -> Any:
        x = self.named(x)
        return self.fresh("cbrt", of=lambda s: z3.And(s * s * s == x, (s >= 0) == (x >= 0)))

    def cos_third(self, v: Any) -> Any:
        v = self.named(v)
        return self.fresh("cos_third", of=lambda c: z3.Implies(v >= -1, z3.And(2 * c >= 1, 4 * c * c * c - 3 * c == v)))

    @staticmethod
    def zeros_like(x: Any) -> Any:
        return _real(0)

    @staticmethod
    def full_like(x: Any, value: Any) -> Any:
        return _real(value)

    @staticmethod
    def subtract_product(a: Any, b: Any, c: Any) -> Any:
        return a - b * c

    def subtract_clipped(self, z: Any, b: Any, c: Any) -> Any:
        return z - self.minimum(self.maximum(z, -(b * c)), b * c)

    @staticmethod
    def constant(value: float | int | str) -> Any:
        return _real(value)

    @staticmethod
    def iterate(step: Callable[..., tuple[Any, ...]], start: tuple[Any, ...], count: int) -> tuple[Any, ...]:
        for _ in range(count):
            start = step(*start)
        return start

    @staticmethod
    def both(a: Any, b: Any) -> Any:
        return z3.And(a, b)

    @staticmethod
    def either(a: Any, b: Any) -> Any:
        return z3.Or(a, b)

    @staticmethod
    def negate(a: Any) -> Any:
        return z3.Not(a)

    @staticmethod
    def _transcendental(*args: Any) -> Any:
        raise TypeError("the SMT solver has no sin, cos, atan2 or power; state the lemma without it")

    sin = cos = atan2 = power = _transcendental
