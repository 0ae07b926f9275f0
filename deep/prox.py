"""Prox maps alone, compiled from the penalties' own functions, for tensors and NumPy arrays on the CPU."""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from deep.optim.bucket import grouped
from deep.optim.fast.build import library
from deep.optim.fast.layout import layout, weight_of
from deep.optim.fast.namespace import FORMULAS
from deep.optim.fast.source import Source
from deep.optim.fast.trace import formula_penalty, numbers_of
from deep.optim.fast.values import ENTRY, NUMBER, Value
from verify.penalties import Penalty
from verify.penalties.base import check_out
from verify.penalties.parameters import as_numbers

REAL = {torch.float32: "float", torch.float64: "double"}


def compiled_prox(penalty: Penalty) -> Callable[..., Any]:
    """``prox(z, t, out=None)``: what ``penalty.prox`` computes, for t a number, in one compiled pass over memory.

    z is a float32 or float64 tensor on the CPU or a NumPy array, neither copied, of any shape whose memory is dense; the
    result is of the same kind, written to ``out`` if given (``out=z`` is allowed), and carries no gradient. Compiled at the
    first call. Norms of groups are summed in float64. Raises ValueError for a t, a shape or an ``out`` that does not fit,
    TypeError for a t that is no number, for what is neither such a tensor nor such an array, for what is no penalty, and for
    a penalty whose map is no pass over groups (sorting, groups by index lists) or whose parameters are arrays, and
    :class:`~deep.optim.fast.build.NoCompiler` where there is no C compiler.
    """
    if not isinstance(penalty, Penalty):
        raise TypeError(f"compiled_prox: the penalty must be one of verify.penalties; got {penalty!r}")
    return _CompiledProx(penalty)


class _CompiledProx:
    """The compiled maps of a penalty, one for each type of numbers."""

    def __init__(self, penalty: Penalty) -> None:
        self.penalty, self.numbers, self.group = penalty, numbers_of(penalty), grouped(penalty)
        if any(np.ndim(v) for v in self.numbers.values()):
            raise TypeError(f"compiled_prox: the parameters must be numbers; got {penalty!r}")
        self.axes = getattr(self.group.grouping, "axes", None) if self.group is not None else None
        self._functions: dict[torch.dtype, Any] = {}
        self._function(torch.float64)  # so that what cannot be compiled is refused here

    def __call__(self, z: Any, t: Any, out: Any = None) -> Any:
        origin = _tensor(z)
        step = self._checked_step(t)
        if out is None:
            out = torch.empty_like(z) if isinstance(z, Tensor) else np.empty_like(z)
        target = _target(z, out)
        if 0 < abs(origin.data_ptr() - target.data_ptr()) < origin.numel() * origin.element_size():
            raise ValueError("compiled_prox: out must be z itself or apart from it; got memory that overlaps")
        if origin.numel():
            self._run(origin, target, step)
            torch.autograd.graph.increment_version(target)  # a backward pass that needs what was there says so
        return out

    def _checked_step(self, t: Any) -> float:
        t, bound = as_numbers(t, "compiled_prox: the step t must be a number > 0"), self.penalty.prox_bound
        if np.ndim(t):
            raise ValueError(f"compiled_prox: the step t must be one number; got an array of shape {np.shape(t)}")
        if not 0 < t < bound:
            raise ValueError(f"compiled_prox: the step t must be finite, > 0 and below {bound:g}; got {t}")
        return float(t)

    def _run(self, origin: Tensor, target: Tensor, t: float) -> None:
        place = layout(tuple(origin.shape), origin.stride(), self.axes)
        weight = weight_of(self.group, tuple(origin.shape))
        if place is None or origin.stride() != target.stride() or np.ndim(weight):
            raise ValueError(
                f"compiled_prox: z and out must be dense and lie alike, with one weight for all groups; {self.penalty!r}"
            )
        values = [t, *map(float, self.numbers.values())]
        failed = self._function(origin.dtype)(
            ctypes.c_int64(1),
            (ctypes.c_void_p * 2)(origin.data_ptr(), target.data_ptr()),
            (ctypes.c_int64 * 3)(*place),
            (ctypes.c_double * len(values))(*values),
            (ctypes.c_double * 1)(float(weight)),
            (ctypes.c_double * 1)(),
            torch.get_num_threads(),
        )
        if failed:
            raise MemoryError("compiled_prox found no memory for its blocks")

    def _function(self, dtype: torch.dtype) -> Any:
        if dtype not in REAL:
            raise TypeError(f"compiled_prox: float32 or float64 is needed; got {dtype}")
        if dtype not in self._functions:
            z, t = Value("load", ("z",), ENTRY), Value("setting", ("t",), NUMBER)
            x = formula_penalty(self.penalty)._prox(z, t, FORMULAS)
            arrays = {"z": REAL[dtype], "x": REAL[dtype]}
            self._functions[dtype] = library(Source(REAL[dtype], arrays, [], ["t", *self.numbers], {"x": x}, []).text()).step
        return self._functions[dtype]


def _tensor(z: Any) -> Tensor:
    """z as a tensor on the same memory."""
    if isinstance(z, np.ndarray):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="The given NumPy array is not writable")  # nor is it written
            return torch.from_numpy(z)
    if isinstance(z, Tensor) and z.device.type == "cpu":
        return z
    kind = f"a tensor on {z.device}" if isinstance(z, Tensor) else type(z).__name__
    raise TypeError(f"compiled_prox: z must be a NumPy array or a tensor on the CPU; got {kind}")


def _target(z: Any, out: Any) -> Tensor:
    """out as a tensor on the same memory."""
    check_out("compiled_prox", z, out)
    if isinstance(out, np.ndarray) and not out.flags.writeable:
        raise ValueError("compiled_prox: out must be writable; got a read-only array")
    return _tensor(out)
