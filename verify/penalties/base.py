"""What every penalty offers: value, prox, distance to the subdifferential, support.

A penalty's file defines pure functions over the namespace of :mod:`verify.arrays` (``_value``, ``_prox``,
``_subdifferential``); the public methods here choose the namespace from their argument, check it, and run large NumPy
arrays block by block so that temporaries stay in cache.
"""

from __future__ import annotations

import copy
import inspect
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, ClassVar

import numpy as np

from verify.arrays import NUMPY, namespace
from verify.names import register
from verify.penalties.parameters import Choice, Range, as_array, as_numbers, is_symbolic, ranges_of

BLOCK = 16384  # elements: a few float64 temporaries of this size fit in the level-2 cache, and outweigh the calls


@cache
def keep_freed_memory() -> None:
    """Have the C allocator keep temporaries of a block's size: freeing one large array raises the limits (of glibc) above which
    it would hand each one back to the system and fault it in again, which costs several times the arithmetic."""
    np.empty(2**20)


REGISTRY: dict[str, type[Penalty]] = {}


@dataclass(frozen=True)
class Penalty:
    """A function R(x) with its proximal map prox(z, t) = argmin_x |x - z|^2/(2t) + R(x).

    Where several x are minimisers, the class's docstring says which one prox returns.
    """

    separable: ClassVar[bool] = False
    trailing_axes: ClassVar[int] = 0  # how many trailing axes of x one group or vector spans (0: one coordinate)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__module__ != __name__:
            register(REGISTRY, cls, "a penalty")

    def __post_init__(self) -> None:
        for name, allowed in self.ranges().items():
            object.__setattr__(self, name, allowed.check(type(self).__name__, name, getattr(self, name)))
        values = {name: getattr(self, name) for name in self.ranges()}
        if not any(map(is_symbolic, values.values())) and not np.all(self.consistent(NUMPY, **values)):
            raise ValueError(f"{type(self).__name__}: {inspect.getdoc(self.consistent)}; got {values}")

    @classmethod
    def _unchecked(cls, **parameters: Any) -> Any:
        """One whose parameters are taken as they are: formulas, exact numbers, arrays checked elsewhere."""
        made = object.__new__(cls)
        for name, value in parameters.items():
            object.__setattr__(made, name, value)
        return made

    @classmethod
    def ranges(cls) -> dict[str, Range | Choice]:
        """The numeric parameters and what each may be, read from the field annotations."""
        return ranges_of(cls)  # type: ignore[arg-type]  # a class is hashable, whatever its instances are

    @staticmethod
    def consistent(xp: Any, **parameters: Any) -> Any:
        """The parameters fit together."""
        return True

    @property
    def weak_convexity(self) -> float:
        """The least m >= 0 such that R(x) + (m/2)|x|^2 is convex: 0 for a convex R, inf where there is none."""
        return 0.0

    @property
    def prox_bound(self) -> float:
        """prox exists for every step t below it: sup of the t with inf_x R(x) + |x|^2/(2t) > -inf; inf where all do."""
        return np.inf

    def value(self, x: Any, axis: Any = None) -> Any:
        """R(x): the sum of the terms over all coordinates or groups, or over ``axis`` to keep a batch apart.

        NaN in x gives NaN. Raises ValueError where a parameter's shape does not fit x.
        """
        x = as_floating(x)
        xp = namespace(x)
        self._check_parameters(tuple(x.shape))
        terms = self._beside(x)._value(x, xp)
        return xp.sum(xp.where(_is_number(x), terms, xp.nan) if self.separable else terms, axis=axis)

    def prox(self, z: Any, t: Any, out: Any = None) -> Any:
        """argmin_x |x - z|^2/(2t) + R(x), the documented element at ties.

        ``z`` has any shape, float32 or float64 (integers are read as float64); the result has its shape and dtype and is
        written to ``out`` if given (``out=z`` is allowed). ``t`` is a number > 0 or an array that broadcasts against z.
        Of tensors, a gradient in z, t and the parameters is derived where that is enabled.
        NaN in z stays NaN; an infinite entry gives itself or NaN, for a group throughout it (Box and CardinalityBall project
        it). Sizes other than 0 (|z|, t, parameters) should be from 1e-60 to 1e60, in float32 from 1e-12 to 1e12: far beyond,
        what is computed on the way may overflow, and the result be NaN, inf or a wrong 0. Raises ValueError for a bad t, shape
        or ``out``, and where no minimiser exists; TypeError where z or t are no numbers, or z is of another dtype.
        """
        z = as_floating(z)
        self._check_parameters(tuple(z.shape))
        t = self._checked_step(t, z)
        xp = namespace(z)
        if out is not None:
            check_out(f"{type(self).__name__}.prox", z, out)
        if xp is NUMPY:
            return self._prox_numpy(z, t, out)
        result = self._beside(z)._prox(z, t, xp)
        if out is not None:
            return out.copy_(result)
        return result.clone() if result is z else result.to(z.dtype)

    def subgradient_distance(self, x: Any, g: Any, axis: Any = None) -> Any:
        """Euclidean distance of -g to the (limiting) subdifferential of R at x: 0 exactly at stationary points of f + R
        when g is the gradient of f at x. Taken over all coordinates, or over ``axis``. NaN in x or g gives NaN. Raises
        ValueError for a g not like x."""
        x, g = as_floating(x), as_floating(g)
        xp = namespace(x)
        if x.shape != g.shape:
            raise ValueError(f"{type(self).__name__}: g must have x's shape {tuple(x.shape)}; got {tuple(g.shape)}")
        self._check_parameters(tuple(x.shape))
        gap = self._beside(x)._subgradient_gap(x, g, xp)
        return xp.norm(xp.where(xp.both(_is_number(x), _is_number(g)), gap, xp.nan), axis=axis)

    def support(self, x: Any) -> Any:
        """Condition of x's shape: the coordinate is not exactly zero (for groups: its group is not)."""
        return as_floating(x) != 0

    def group_support(self, x: Any) -> Any:
        """Condition, one a group as the penalty counts them, one a coordinate without groups: it is not exactly zero."""
        return as_floating(x) != 0

    def group_norms(self, x: Any) -> Any:
        """|x_g| of each group as the penalty counts them; without groups |x_i|, in x's shape."""
        return abs(as_floating(x))

    def zero_radius(self, x: Any) -> Any:
        """The radius of the subdifferential at 0, where that is a ball around 0 for each group or coordinate: lam for l1,
        lam w_g for group LASSO, 0 for a smooth R, inf for powers below 1; None where it is no such ball. Depends on the shape
        of x alone; a number, or an array that broadcasts against ``group_norms(x)``."""
        return None

    def _value(self, x: Any, xp: Any) -> Any:
        raise NotImplementedError

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        raise NotImplementedError

    def _subgradient_gap(self, x: Any, g: Any, xp: Any) -> Any:
        raise NotImplementedError

    def _prox_numpy(self, z: Any, t: Any, out: Any) -> Any:
        with np.errstate(all="ignore"):
            result = np.asarray(self._prox(z, t, NUMPY), dtype=z.dtype) if z.size else z.copy()
        if out is None:
            result = result.copy() if result is z else result
            return result[()] if result.ndim == 0 else result
        out[...] = result
        return out

    def _checked_step(self, t: Any, z: Any) -> Any:
        if is_symbolic(t):
            return t
        name = type(self).__name__
        if namespace(t) is NUMPY:
            t = as_numbers(t, f"{name}.prox: the step t must be a number > 0 or an array of them")
        elif namespace(z) is NUMPY:
            raise TypeError(f"{name}.prox: the step t is a tensor and z is none: give both as tensors, or t as numbers")
        elif not t.is_floating_point() or t.dtype.itemsize < z.dtype.itemsize:
            t = t.to(z.dtype)
        if np.ndim(t) == 0:
            fine = 0 < t < np.inf
        else:
            fine = bool(((t > 0) & (t < np.inf)).all())
            self._check_step_shape(tuple(t.shape), tuple(z.shape))
        if not fine:
            raise ValueError(f"{name}.prox: the step t must be finite and > 0 in every entry; got {t}")
        bound = self.prox_bound
        if not bool(np.all(as_array(t) < bound) if np.ndim(bound) or bound < np.inf else True):
            raise ValueError(f"{name}.prox: no minimiser exists for t = {t}; the step must be below {bound}")
        return z.new_tensor(t) if isinstance(t, np.ndarray) and namespace(z) is not NUMPY else t

    def _check_parameters(self, shape: tuple[int, ...]) -> None:
        """Raise ValueError where an array parameter does not fit arrays of ``shape``."""

    def _beside(self, x: Any) -> Any:
        """This penalty; for a tensor x with tensors like it in the place of NumPy's arrays."""
        if namespace(x) is NUMPY:
            return self
        arrays = {n: v for n in self.ranges() if isinstance(v := getattr(self, n), np.ndarray)}
        return self._with(**{n: x.new_tensor(v) for n, v in arrays.items()}) if arrays else self

    def _with(self, **parameters: Any) -> Any:
        part = copy.copy(self)
        for name, value in parameters.items():
            object.__setattr__(part, name, value)
        return part

    def _check_step_shape(self, t_shape: tuple[int, ...], z_shape: tuple[int, ...]) -> None:
        if not _broadcasts(t_shape, z_shape):
            raise ValueError(f"{type(self).__name__}.prox: t of shape {t_shape} does not broadcast to z of shape {z_shape}")


@dataclass(frozen=True)
class Separable(Penalty):
    """A sum over coordinates. ``_value`` and ``_prox`` act elementwise; a step a coordinate is allowed."""

    separable: ClassVar[bool] = True

    def _subdifferential(self, x: Any, xp: Any) -> tuple[Any, Any]:
        """The interval (lower, upper), elementwise, of (limiting) subgradients at x."""
        raise NotImplementedError

    def zero_radius(self, x: Any) -> Any:
        x = as_floating(x)
        self._check_parameters(tuple(x.shape))
        if type(self)._subgradient_gap is not Separable._subgradient_gap:
            return None  # its subdifferential is no interval
        xp = namespace(x)
        return self._beside(x)._subdifferential(xp.zeros_like(x), xp)[1]

    def _subgradient_gap(self, x: Any, g: Any, xp: Any) -> Any:
        lower, upper = self._subdifferential(x, xp)
        return xp.maximum(xp.maximum(lower + g, -g - upper), 0.0)

    def _prox_numpy(self, z: Any, t: Any, out: Any) -> Any:
        arrays = {name: getattr(self, name) for name in self.ranges() if np.ndim(getattr(self, name))}
        if z.size <= BLOCK:
            return super()._prox_numpy(z, t, out)
        keep_freed_memory()
        out = np.empty_like(z) if out is None else out
        steps = [t] if np.ndim(t) else []
        operands = [z, out, *steps, *arrays.values()]
        flags: Any = [["readonly"], ["writeonly"], *([["readonly"]] * (len(operands) - 2))]
        blocks = np.nditer(operands, ["external_loop", "buffered", "copy_if_overlap"], flags, buffersize=BLOCK)
        with np.errstate(all="ignore"), blocks:
            for z_block, out_block, *rest in blocks:
                step = rest.pop(0) if steps else t
                part = self._with(**dict(zip(arrays, rest, strict=True))) if arrays else self
                out_block[...] = part._prox(z_block, step, NUMPY)
        return out

    def _check_parameters(self, shape: tuple[int, ...]) -> None:
        for name in self.ranges():
            own = tuple(np.shape(getattr(self, name)))
            if not _broadcasts(own, shape):
                raise ValueError(
                    f"{type(self).__name__}: {name} of shape {own} does not broadcast to an array of shape {shape}"
                )


def as_floating(x: Any) -> Any:
    """``x`` as a float32 or float64 array (integers become float64) or a tensor of any floating-point dtype, in whose
    precision PyTorch then computes; TypeError for anything else."""
    if namespace(x) is not NUMPY:
        if not x.is_floating_point():
            raise TypeError(f"a floating-point tensor is needed; got {x.dtype}")
        return x
    if is_symbolic(x):
        return x
    array = np.asarray(float(x) if isinstance(x, Fraction) else x)
    if array.dtype.kind in "iu":
        array = array.astype(np.float64)
    if array.dtype not in (np.float32, np.float64):
        raise TypeError(f"float32, float64 or integers are needed; got dtype {array.dtype}: convert with .astype(float)")
    return array


def _is_number(x: Any) -> Any:
    """Condition: the entry is not NaN."""
    return x == x  # noqa: PLR0124


def _broadcasts(shape: tuple[int, ...], into: tuple[int, ...]) -> bool:
    try:
        return np.broadcast_shapes(shape, into) == into
    except ValueError:
        return False


def check_out(owner: str, z: Any, out: Any) -> None:
    """Raise ValueError unless ``out`` is an array, or a tensor, as z is, of its shape and dtype."""
    kind = isinstance(out, np.ndarray) if namespace(z) is NUMPY else namespace(out) is not NUMPY
    if not kind or out.shape != z.shape or out.dtype != z.dtype:
        raise ValueError(f"{owner}: out must be like z: {_like(z)}; got {_like(out)}")


def _like(x: Any) -> str:
    return f"{type(x).__name__} of shape {getattr(x, 'shape', None)} and dtype {getattr(x, 'dtype', None)}"
