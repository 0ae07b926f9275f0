"""Formulas in the place of arrays: what a method or a prox map does to them can then be written down as C.

A :class:`Value` is one number a tensor, one a group, or one an entry. Numbers are computed in float64, the rest in the
precision of the state, as PyTorch does with 0-d float64 tensors beside float32 arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count
from typing import Any

NUMBER, GROUP, ENTRY = 0, 1, 2
LENGTHS = (2, 3, 4), (5, 7, 6, 8)  # of axes, the second that of groups: formulas that depend on them are none for all tensors
_order = count()
_lengths: ContextVar[tuple[int, ...] | None] = ContextVar("lengths", default=LENGTHS[0])


class Unsupported(TypeError):
    """These functions do something that cannot be written as passes over groups."""


def unsupported(error: Exception, needed: str) -> Unsupported:
    """What stands for any error that functions raise when they are traced: with what is ``needed`` they may raise none."""
    if isinstance(error, Unsupported):
        return error
    return Unsupported(f"what works on {needed} alone ({f'{type(error).__name__}: {error}'.splitlines()[0]})")


@contextmanager
def lengths(asked: tuple[int, ...] | None) -> Iterator[None]:
    """Within, these are the lengths of a tensor's axes; with None it is Unsupported to ask for them."""
    before = _lengths.set(asked)
    try:
        yield
    finally:
        _lengths.reset(before)


def spanned() -> tuple[int, ...]:
    """The axes that a group spans: all but the second."""
    return (0, *range(2, len(_lengths.get() or LENGTHS[0])))


@dataclass(eq=False)
class Value:
    """``op`` applied to ``args``, which are Values and Python numbers (or names, for what is read from memory)."""

    op: str
    args: tuple[Any, ...]
    level: int
    condition: bool = False
    index: int = field(default_factory=lambda: next(_order))

    @property
    def dtype(self) -> str:
        return "condition" if self.condition else "number"

    @property
    def shape(self) -> tuple[int, ...]:
        found = _lengths.get()
        if self.level == NUMBER:
            return ()
        if found is None:
            raise Unsupported("how long a tensor's axes are")
        return found if self.level == ENTRY else tuple(n if i == 1 else 1 for i, n in enumerate(found))

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def reshape(self, *shape: Any) -> Value:
        return self

    def __bool__(self) -> bool:
        raise Unsupported(f"a branch on a value, the result of {self.op}")

    def __float__(self) -> float:
        raise Unsupported(f"a value, the result of {self.op}, where a number is needed")

    def __getitem__(self, key: Any) -> Value:
        raise Unsupported("groups by index lists")

    def __pow__(self, power: int) -> Value:
        if power != 2:
            raise Unsupported(f"power {power}")
        return apply("mul", self, self)

    def __neg__(self) -> Value:
        return apply("neg", self)


def apply(op: str, *args: Any) -> Value:
    """``op`` entry by entry, of the widest level among ``args``.

    A Python number divided by a tensor is, in PyTorch, the number times the reciprocal; so it is here.
    """
    for arg in args:
        if not isinstance(arg, Value | int | float):
            raise Unsupported(f"{op} of a {type(arg).__name__}")
    if op == "truediv" and _is_python_number(args[0]) and isinstance(args[1], Value) and args[1].level:
        return apply("mul", apply("reciprocal", args[1]), args[0])
    level = max(arg.level for arg in args if isinstance(arg, Value))
    return Value(op, args, level, condition=op in CONDITIONS)


def _is_python_number(v: Any) -> bool:
    """A constant, or made of settings alone, which are Python numbers in the plain path."""
    if not isinstance(v, Value):
        return True
    return v.op == "setting" or (
        v.level == NUMBER and bool(v.args) and all(map(_is_python_number, v.args)) and v.op != "scalar"
    )


CONDITIONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!=", "and": "&", "or": "|", "not": "!"}
ARITHMETIC = {"add": "+", "sub": "-", "mul": "*", "truediv": "/"}


def _operators() -> None:
    for name in ARITHMETIC:
        setattr(Value, f"__{name}__", lambda a, b, op=name: apply(op, a, b))
        setattr(Value, f"__r{name}__", lambda a, b, op=name: apply(op, b, a))
    for name in ("lt", "le", "gt", "ge", "eq", "ne"):
        setattr(Value, f"__{name}__", lambda a, b, op=name: apply(op, a, b))
    Value.__hash__ = object.__hash__  # type: ignore[method-assign]


_operators()
