"""A compiled step on the CPU: one call for all tensors of a bucket."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from deep.optim.bucket import Bucket, misfit, state_dtype
from deep.optim.fast.build import library
from deep.optim.fast.layout import layout, weight_of
from deep.optim.fast.source import Source
from deep.optim.fast.trace import Formulas, groups_of, kind_of, numbers_of, proposal_formulas, step_formulas
from deep.optim.fast.values import LENGTHS, Unsupported, lengths, unsupported
from verify.penalties import GroupL2

REAL = {torch.float32: "float", torch.bfloat16: "float", torch.float64: "double"}
MEMORY = {torch.float32: "float", torch.bfloat16: "uint16_t", torch.float64: "double"}

_programs: WeakKeyDictionary[Any, dict[Any, Any]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Program:
    """A compiled function with the formulas it was made from and the names of the numbers it takes."""

    function: Any
    formulas: Formulas
    settings: list[str]


def step(bucket: Bucket) -> bool:
    """One step of all tensors; True. Unsupported is raised, with nothing changed, where it cannot be compiled."""
    return bool(_run(bucket, step_formulas, None))


def propose(bucket: Bucket, before: list[Tensor]) -> Any:
    """Moves the parameters to the method's trial, and to ``before`` what they were; its sums over all tensors.
    Unsupported is raised, with nothing changed, where it cannot be compiled."""
    return _run(replace(bucket, fields=tuple(bucket.states[0])), proposal_formulas, before)


def _run(bucket: Bucket, formulas: Callable[..., Formulas], before: list[Tensor] | None) -> Any:
    numbers = {**bucket.settings, **numbers_of(bucket.penalty)}
    dtype = bucket.params[0].dtype
    if dtype not in REAL:
        raise Unsupported(f"parameters of {dtype}")
    kinds = tuple([(p.shape, p.stride()) for p in bucket.params])
    shapes, weights = _placed(kinds, *groups_of(bucket.penalty))
    slopes = _dtype_of_gradients(bucket)
    program = _program(bucket, formulas, numbers, slopes)
    pointers = _pointers(bucket, program.formulas, before, slopes)
    values = [float(numbers[n]) for n in program.settings]
    parts = {n: len(summands) for n, summands in program.formulas.sums.items()}
    sums = (ctypes.c_double * (sum(parts.values()) + 1))()  # the last is of gradients that are not finite
    failed = program.function(
        ctypes.c_int64(len(bucket.params)),
        (ctypes.c_void_p * len(pointers))(*pointers),
        shapes,
        (ctypes.c_double * len(values))(*values),
        weights,
        sums,
        torch.get_num_threads(),
    )
    if failed:
        raise MemoryError("the compiled step found no memory for its blocks")
    torch.autograd.graph.increment_version(bucket.params)
    if before is None:
        if bucket.late is not None and sums[-1]:
            bucket.late(now=True)
        return True
    found = iter(sums)
    return program.formulas.made(**{n: sum(next(found) for _ in range(count)) for n, count in parts.items()})


def _program(bucket: Bucket, formulas: Callable[..., Formulas], numbers: dict[str, Any], slopes: torch.dtype) -> Program:
    """Made once for each owner of ``hyper`` and all else that shapes the formulas. Raises Unsupported where there are none."""
    b, dtype = bucket, bucket.params[0].dtype
    known = _programs.setdefault(getattr(b.hyper, "__self__", b.hyper), {})
    method = type(b.method), *vars(b.method).items()
    key = formulas, method, kind_of(b.penalty), tuple(numbers), b.fields, b.maximize, dtype, slopes, b.late is None
    if key not in known:
        try:
            (made, text), (_, other) = (_written(bucket, formulas, list(numbers), slopes, axes) for axes in LENGTHS)
            if text != other:
                raise Unsupported("how long a tensor's axes are, or how many")
            known[key] = Program(library(text).step, made, list(numbers))
        except Unsupported as reason:
            known[key] = str(reason)
    if isinstance(known[key], str):
        raise Unsupported(known[key])
    program: Program = known[key]
    return program


def _written(
    b: Bucket, formulas: Callable[..., Formulas], numbers: list[str], slopes: torch.dtype, axes: tuple[int, ...]
) -> tuple[Formulas, str]:
    """The formulas, and C for them. Unsupported too where functions fail on what is no array, however they do: on arrays they
    may not."""
    dtype = b.params[0].dtype
    memory = {"w": MEMORY[dtype], "before": MEMORY[dtype], "g": MEMORY[slopes]}
    try:
        with lengths(axes):
            made = formulas(b.method, b.penalty, b.hyper, b.settings, b.fields, b.maximize)
        arrays = {n: memory.get(n, REAL[dtype]) for n in made.arrays}
        summed = [v for summands in made.sums.values() for v in summands]
        watched = None if b.late is None else "g"
        return made, Source(REAL[dtype], arrays, made.scalars, numbers, made.outputs, summed, watched).text()
    except Exception as error:
        raise unsupported(error, "arrays") from error


@lru_cache(maxsize=256)
def _placed(kinds: tuple[Any, ...], axes: tuple[int, ...] | None, weights: Any) -> Any:
    """What the C function is told of shapes and weights; Unsupported where a tensor's groups do not fit it."""
    places = [layout(tuple(shape), strides, axes) for shape, strides in kinds]
    if any(place is None for place in places):
        raise Unsupported("a tensor whose memory has gaps, or whose groups are no blocks or bundles of it")
    group = None if axes is None else GroupL2(0.0, axes=axes, weights=weights)
    numbers = [n for place in places if place is not None for n in place]
    values = [float(weight_of(group, tuple(shape))) for shape, _ in kinds]
    return (ctypes.c_int64 * len(numbers))(*numbers), (ctypes.c_double * len(values))(*values)


def _pointers(bucket: Bucket, formulas: Formulas, before: list[Tensor] | None, slopes: torch.dtype) -> list[int]:
    """Where the arrays and then the scalars of each tensor are, in the order of the formulas. What has another
    dtype (gradients: than ``slopes``) or lies otherwise than its parameter is copied."""
    found: list[int] = []
    dtype = state_dtype(bucket.params[0].dtype)
    arrays = [n for n in formulas.arrays if n in bucket.fields]
    for i, (p, g, kept) in enumerate(zip(bucket.params, bucket.grads, bucket.states, strict=True)):
        shape, strides = p.shape, p.stride()
        if g.shape != shape:
            raise misfit(p, "gradient", g)
        if g.stride() != strides or g.dtype != slopes:
            bucket.grads[i] = torch.empty_like(p, dtype=slopes).copy_(g)
        found += (p.data_ptr(), bucket.grads[i].data_ptr())
        for n in arrays:
            v = kept[n]
            if v.shape != shape:
                raise misfit(p, n, v)
            if v.stride() != strides or v.dtype != dtype:
                kept[n] = v = torch.empty_like(p, dtype=dtype).copy_(v)
            found.append(v.data_ptr())
        if before is not None:
            found.append(before[i].data_ptr())
        for n in formulas.scalars:
            if kept[n].numel() != 1:
                raise misfit(p, n, kept[n])
            if kept[n].dtype != torch.float64:
                kept[n] = kept[n].double()
            found.append(kept[n].data_ptr())
    return found


def _dtype_of_gradients(bucket: Bucket) -> torch.dtype:
    """That of the parameters, or, where some gradient has another, that of the state."""
    own = bucket.params[0].dtype
    return own if all(g.dtype == own for g in bucket.grads) else state_dtype(own)
