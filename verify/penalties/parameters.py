"""Numbers that a class takes: the annotation of a field says which values are allowed, as in ``lam: NonNegative``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any, get_args, get_type_hints

import numpy as np

from verify.arrays import NUMPY, namespace

REAL = "fiuO"  # kinds of NumPy's dtypes: floats, integers, and objects, such as fractions and integers without bound


@dataclass(frozen=True)
class Range:
    """Numbers from ``low`` to ``high``; open ends are excluded. ``drawn`` is the span from which checks draw values."""

    low: float
    high: float = np.inf
    low_open: bool = False
    high_open: bool = True
    drawn: tuple[float, float] = (1e-3, 1e3)

    def __str__(self) -> str:
        if self.low > -np.inf and self.high == np.inf:
            return f"{'>' if self.low_open else '>='} {self.low:g}"
        if self.low == -np.inf:
            return "a number" + " above -inf" * self.low_open + " below inf" * self.high_open
        return f"in {'(' if self.low_open else '['}{self.low:g}, {self.high:g}{')' if self.high_open else ']'}"

    def check(self, owner: str, name: str, value: Any) -> Any:
        """Return ``value`` as a float or a float64 array of its own, a tensor as it is; raise ValueError or TypeError that
        names it otherwise."""
        if is_symbolic(value):
            return value
        if namespace(value) is NUMPY:
            value = as_numbers(value, f"{owner}: {name} must be a number or an array of numbers {self}")
            value = value.copy() if isinstance(value, np.ndarray) else value
        elif value.is_complex() or str(value.dtype) == "torch.bool":
            raise TypeError(f"{owner}: {name} must be a number or a tensor of numbers {self}; got one of {value.dtype}")
        fine = self.above(value) & self.below(value)
        if not bool(fine.all() if hasattr(fine, "all") else fine):
            finite = "" if self.low == -np.inf else "finite and "
            raise ValueError(f"{owner}: {name} must be {finite}{self}; got {_worst(value, fine)}")
        return value

    def above(self, value: Any) -> Any:
        return value > self.low if self.low_open else value >= self.low

    def below(self, value: Any) -> Any:
        return value < self.high if self.high_open else value <= self.high


def _worst(value: Any, fine: Any) -> str:
    bad = as_array(value)[~as_array(fine).astype(bool)]
    return f"{bad.flat[0]:g}" + (f" (one of {bad.size} such entries)" if bad.size > 1 else "")


def as_array(value: Any) -> Any:
    """A parameter's numbers as a float64 array, wherever a tensor holds them and whatever is to be derived from it."""
    return np.asarray(value if namespace(value) is NUMPY else value.detach().double().cpu(), dtype=np.float64)


def as_numbers(value: Any, wanted: str) -> Any:
    """``value`` as a float or a float64 array; TypeError, saying what was ``wanted``, for what is no real number, or one that
    no float is near."""
    try:
        array = np.asarray(value)
        if value is None or array.dtype.kind not in REAL:
            raise TypeError
        array = array.astype(np.float64, copy=False)
    except (TypeError, ValueError, OverflowError):
        raise TypeError(f"{wanted}; got {value!r:.80}") from None
    return float(array) if array.ndim == 0 else array


def is_symbolic(value: Any) -> bool:
    """True for what the prover and the replay put in a parameter's place: those are not range-checked."""
    kind = type(value).__module__.partition(".")[0]
    return kind in ("z3", "mpmath") or getattr(getattr(value, "dtype", None), "kind", "") == "O"


@dataclass(frozen=True)
class Choice:
    """One of a few numbers."""

    allowed: tuple[float, ...]

    def __str__(self) -> str:
        return f"one of {', '.join(f'{v:g}' for v in self.allowed)}"

    def check(self, owner: str, name: str, value: Any) -> float:
        """Return the allowed number that ``value`` is (to 1e-12); raise ValueError otherwise."""
        for v in self.allowed:
            if isinstance(value, int | float | np.integer | np.floating) and abs(value - v) < 1e-12:
                return v
        raise ValueError(f"{owner}: {name} must be {self}; got {value!r}")


@cache
def ranges_of(cls: type[Any]) -> dict[str, Range | Choice]:
    """What each number of a dataclass may be, by its field's annotation; fields without a range are left out."""
    hints = get_type_hints(cls, include_extras=True)
    found = {f.name: [a for a in get_args(hints[f.name]) if isinstance(a, Range | Choice)] for f in fields(cls)}
    return {name: allowed[0] for name, allowed in found.items() if allowed}


POSITIVE = Range(0.0, low_open=True)
NonNegative = Annotated[Any, Range(0.0)]
Positive = Annotated[Any, POSITIVE]
AboveOne = Annotated[Any, Range(1.0, low_open=True, drawn=(1.05, 50.0))]
UnitOpen = Annotated[Any, Range(0.0, 1.0, low_open=True, drawn=(0.02, 0.98))]
LowerBound = Annotated[Any, Range(-np.inf, drawn=(-3.0, 3.0))]
UpperBound = Annotated[Any, Range(-np.inf, low_open=True, high_open=False, drawn=(-3.0, 3.0))]


def largest_curvature(gamma: Any, penalised: Any) -> float:
    """The weak-convexity modulus of MCP: the largest 1/gamma where the condition ``penalised`` holds, 0 where it never does."""
    with np.errstate(over="ignore"):
        return float(np.max(np.where(penalised, 1 / as_array(gamma), 0.0)))


def infinite_if_positive(lam: Any) -> float:
    """The weak-convexity modulus of lam R for an R that is not weakly convex."""
    return np.inf if np.any(as_array(lam) > 0) else 0.0
