"""Prox maps alone, compiled from the penalties' own functions, for tensors and NumPy arrays on the CPU."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from deep.optim.bucket import grouped
from deep.optim.fast.build import library
from deep.optim.fast.layout import layout, weight_of
from deep.optim.fast.namespace import FORMULAS
from deep.optim.fast.source import source
from deep.optim.fast.trace import formula_penalty, numbers_of
from deep.optim.fast.values import ENTRY, NUMBER, Value

REAL = {torch.float32: "float", torch.float64: "double"}


def compiled_prox(penalty: Any) -> Callable[..., Any]:
    """``prox(z, t, out=None)``: what ``penalty.prox`` computes, for t a number, in one compiled pass over memory.

    z is a float32 or float64 tensor on the CPU or a NumPy array, neither copied, of any shape whose memory is dense; the
    result is of the same kind, written to ``out`` if given (``out=z`` is allowed). Compiled at the first call. Norms of groups
    are summed in float64. Raises ValueError for a t, a shape or an ``out`` that does not fit, TypeError for what is neither
    such a tensor nor such an array and for a penalty whose map is no pass over groups (sorting, groups by index lists) or
    whose parameters are arrays, and :class:`~deep.optim.fast.build.NoCompiler` where there is no C compiler.
    """
    functions: dict[torch.dtype, Any] = {}
    numbers = numbers_of(penalty)
    if any(np.ndim(v) for v in numbers.values()):
        raise TypeError(f"compiled_prox: the parameters must be numbers; got {penalty!r}")
    group = grouped(penalty)
    axes = getattr(group.grouping, "axes", None) if group is not None else None

    def compiled(dtype: torch.dtype) -> Any:
        if dtype not in REAL:
            raise TypeError(f"compiled_prox: float32 or float64 is needed; got {dtype}")
        if dtype not in functions:
            z, t = Value("load", ("z",), ENTRY), Value("setting", ("t",), NUMBER)
            x = formula_penalty(penalty)._prox(z, t, FORMULAS)
            arrays = {"z": REAL[dtype], "x": REAL[dtype]}
            functions[dtype] = library(source(REAL[dtype], arrays, [], ["t", *numbers], {"x": x}, [])).step
        return functions[dtype]

    compiled(torch.float64)  # so that what cannot be compiled is refused here

    def prox(z: Any, t: float, out: Any = None) -> Any:
        if not isinstance(z, np.ndarray) and not (isinstance(z, torch.Tensor) and z.device.type == "cpu"):
            kind = f"a tensor on {z.device}" if isinstance(z, torch.Tensor) else type(z).__name__
            raise TypeError(f"compiled_prox: z must be a NumPy array or a tensor on the CPU; got {kind}")
        if out is None:
            out = torch.empty_like(z) if isinstance(z, torch.Tensor) else np.empty_like(z)
        if type(out) is not type(z) or out.shape != z.shape or out.dtype != z.dtype:
            raise ValueError(
                f"compiled_prox: out must be like z, of shape {tuple(z.shape)} and {z.dtype}; got {tuple(out.shape)}"
            )
        if not 0 < t < penalty.prox_bound:
            raise ValueError(f"compiled_prox: the step t must be finite, > 0 and below {penalty.prox_bound:g}; got {t}")
        if isinstance(out, np.ndarray) and not out.flags.writeable:
            raise ValueError("compiled_prox: out must be writable; got a read-only array")
        source_, target = (v if isinstance(v, torch.Tensor) else torch.from_numpy(v) for v in (z, out))
        if 0 < abs(source_.data_ptr() - target.data_ptr()) < source_.numel() * source_.element_size():
            raise ValueError("compiled_prox: out must be z itself or apart from it; got memory that overlaps")
        if not source_.numel():
            return out
        place = layout(tuple(source_.shape), source_.stride(), axes)
        weight = weight_of(group, tuple(source_.shape))
        if place is None or source_.stride() != target.stride() or np.ndim(weight):
            raise ValueError(
                f"compiled_prox: z and out must be dense and lie alike, with one weight for all groups; {penalty!r}"
            )
        values = [float(t), *map(float, numbers.values())]
        failed = compiled(source_.dtype)(
            ctypes.c_int64(1),
            (ctypes.c_void_p * 2)(source_.data_ptr(), target.data_ptr()),
            (ctypes.c_int64 * 3)(*place),
            (ctypes.c_double * len(values))(*values),
            (ctypes.c_double * 1)(float(weight)),
            (ctypes.c_double * 1)(),
            torch.get_num_threads(),
        )
        if failed:
            raise MemoryError("compiled_prox found no memory for its blocks")
        return out

    return prox
