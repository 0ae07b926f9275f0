"""The user's two functions behind one calling convention: batches of NumPy arrays in, NumPy arrays out.

A separable map is called on vectors, or on Python floats where it understands nothing else; its value may be elementwise or a
sum. Where value raises an arithmetic, value or assertion error or gives NaN, the point is outside its domain: inf.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from verify.audit.libraries import to_numpy

FAR = (1e20, 1e30)
OUTSIDE = (ArithmeticError, ValueError, AssertionError)
RAISED = (Exception, SystemExit)  # what a function does to its caller; a test framework's own exceptions are not caught
PROBE = np.array([0.5, -0.25, 1.0])
PROBES = (PROBE, np.abs(PROBE), -np.abs(PROBE), 0 * PROBE)  # value may be finite on one side alone


class Failure(Exception):
    """A call of the map that gave no answer of the input's shape; ``kind`` is that of the finding it makes."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class Functions:
    """``shape`` is that of one input: () for a scalar map. ``floats``, ``elementwise``: see :func:`conventions`."""

    prox: Callable[..., Any]
    value: Callable[..., Any]
    make: Callable[[np.ndarray], Any]
    shape: tuple[int, ...]
    scalar: bool
    parameters: Mapping[str, Any]
    dtype: str = "float64"
    prox_floats: bool = False
    value_floats: bool = False
    elementwise: bool = False

    def outputs(self, z: np.ndarray, t: float) -> np.ndarray:
        """The map at each of the points z (m, *shape), as float64; raises Failure."""
        if self.scalar and not self.prox_floats:
            return self.call(z, t).astype(np.float64)
        return np.array([self.call(each, t) for each in z], dtype=np.float64).reshape(z.shape)

    def call(self, z: np.ndarray, t: float) -> np.ndarray:
        """One call of the map, its result as it comes but for the array type; raises Failure."""
        return self.read(self.apply(self.given(z), t), z.shape)

    def given(self, z: np.ndarray) -> Any:
        """z as the map takes it."""
        return float(z) if self.prox_floats and z.ndim == 0 else self.make(z.astype(self.dtype))

    def apply(self, given: Any, t: float) -> Any:
        """The map itself; raises Failure where it raises or exits."""
        try:
            return self.prox(given, t, **self.parameters)
        except RAISED as error:
            raise Failure("exception", f"the map raises {type(error).__name__}: {_said(error, self.make)}") from error

    def read(self, result: Any, shape: tuple[int, ...]) -> np.ndarray:
        """The map's result as a NumPy array of the shape it must have; raises Failure."""
        try:
            array = to_numpy(result)
        except TypeError as error:
            raise Failure("shape", f"the map returns no array of real numbers: {error}") from error
        if array.shape != shape:
            raise Failure("shape", f"the map returns shape {array.shape} for an input of shape {shape}")
        return array

    def values(self, x: np.ndarray) -> np.ndarray:
        """value at each of the points x (m, *shape), as float64; inf outside its domain."""
        if self.elementwise and len(x):
            found = _numbers(self._value(self.make(x)))
            if found.shape != x.shape:  # one of the points is outside, and value raised for all
                found = np.array([self.value_at(each) for each in x])
            return np.where(np.isnan(found), np.inf, found)
        return np.array([self.value_at(each) for each in x], dtype=np.float64)

    def value_at(self, x: np.ndarray) -> float:
        """value at one point, in the precision of x."""
        given = float(x) if self.value_floats else self.make(np.reshape(x, 1) if self.scalar else np.asarray(x))
        found = self._value(given)
        if not isinstance(found, float):
            found = _numbers(found)
            if found.size != 1:
                raise ValueError(f"value must return one number for an input of shape {self.shape}; got shape {found.shape}")
            found = float(found.reshape(()))
        return np.inf if np.isnan(found) else found

    def _value(self, given: Any) -> Any:
        """What value returns, or NaN where it says that the point is outside its domain."""
        try:
            return self.value(given, **self.parameters)
        except OUTSIDE:
            return np.nan
        except RAISED as error:
            raise ValueError(f"value raises {type(error).__name__}: {_said(error, self.make)}") from error

    def grows(self, t: float) -> bool:
        """Whether the objective grows like |x|^2 in every direction tried: else it has no minimiser, or hardly one."""
        size = int(np.prod(self.shape, dtype=int))
        lines = np.concatenate(
            [np.eye(min(size, 8), size), np.ones((1, size)), np.random.default_rng(0).normal(size=(4, size))]
        )
        lines = np.concatenate([lines, -lines]) / np.linalg.norm(np.concatenate([lines, -lines]), axis=1, keepdims=True)
        growth = [self.values((far * lines).reshape(-1, *self.shape)) / far**2 for far in FAR]
        return bool(np.all(np.array(growth) + 1 / (2 * t) > 1e-6 / (2 * t)))


def conventions(prox: Any, value: Any, make: Any, parameters: Mapping[str, Any], t: float) -> dict[str, Any]:
    """How a separable map and its value are to be called: on vectors if they take them, else on Python floats; and whether
    value gives one number a coordinate. ValueError where value takes neither."""
    vectors, floats = _error(prox, make(PROBE), t, **parameters), _error(prox, float(PROBE[0]), t, **parameters)
    found = {"prox_floats": vectors is not None and floats is None}
    errors = [_error(value, make(probe), **parameters) for probe in PROBES]
    if None in errors:
        shape = to_numpy(value(make(PROBES[errors.index(None)]), **parameters)).shape
        if shape not in ((), (1,), PROBE.shape):
            raise ValueError(f"value must return one number a coordinate, or their sum; got shape {shape} for a vector of 3")
        return found | {"elementwise": shape == PROBE.shape}
    if all(_error(value, float(number), **parameters) for number in PROBE):
        kind, said = type(errors[0]).__name__, _said(errors[0], make)
        raise ValueError(f"value fails on a vector of three numbers and on a float: {kind}: {said}") from errors[0]
    return found | {"value_floats": True}


def _error(function: Callable[..., Any], *arguments: Any, **parameters: Any) -> BaseException | None:
    try:
        to_numpy(function(*arguments, **parameters))
    except RAISED as error:
        return error
    return None


def _numbers(found: Any) -> np.ndarray:
    """What value returned as float64."""
    try:
        return to_numpy(found).astype(np.float64)
    except TypeError as error:
        raise TypeError(f"value must return real numbers: {error}") from error


def _said(error: BaseException | None, make: Any) -> str:
    """The first line of the error; where it is about the arrays of NumPy, how a function is given those of PyTorch."""
    line = str(error).strip().partition("\n")[0][:200]
    about_numpy = make is np.array and isinstance(error, TypeError | AttributeError) and "numpy." in line
    return f'{line}; for a function of PyTorch tensors: arrays="torch", or --arrays torch' if about_numpy else line
