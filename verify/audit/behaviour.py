"""What a map must do besides being right: leave its input alone, give the same answer again, keep dtype, take any array.

Each check calls the map on three inputs, at one step unless it says more, and raises Wrong where the map misbehaves.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from verify.audit.calls import Wrong, called, same, same_call
from verify.audit.functions import Failure, Functions
from verify.audit.inputs import pattern, rearranged
from verify.audit.libraries import to_numpy
from verify.audit.memory import state, threads
from verify.audit.report import Finding, show


def misbehaviour(
    functions: Functions, steps: Sequence[float], dtypes: Sequence[str], rng: np.random.Generator
) -> list[Finding]:
    """The findings of all checks, at the most moderate steps at which a minimiser exists; none where plain calls fail."""
    existing = sorted((t for t in steps if functions.grows(t)), key=lambda t: abs(np.log(t)))
    if not existing:
        return []
    t, other = existing[0], existing[1 % len(existing)]
    shape = (5,) if functions.scalar and not functions.prox_floats else functions.shape
    z = [np.round(pattern(shape, kind, rng) * 3, 2) for kind in (0, 3, 5)]
    checks: list[Any] = [(partial(check, other=other), dtypes[0]) for check in (state, threads)] + [(integer_step, dtypes[0])]
    if not functions.prox_floats:
        more = (in_place, strided, transposed, *([coupled] if functions.scalar else []))
        checks += [(check, dtypes[0]) for check in more] + [(kept_dtype, each) for each in dtypes]
    findings = []
    for check, dtype in checks:
        calling = replace(functions, dtype=dtype)
        try:
            for each, step in itertools.product(z, (t, other)):
                calling.call(each, step)
            check(calling, t, [each.astype(dtype) for each in z])
        except Failure:  # a plain call fails: the search reports it
            continue
        except Wrong as wrong:
            point = wrong.z[()] if wrong.z.ndim == 0 else wrong.z
            given = dict(functions.parameters)
            findings.append(Finding(wrong.kind, str(wrong), point, wrong.t or t, given, wrong.returned, dtype=dtype))
    return findings


def in_place(functions: Functions, t: float, z: list[np.ndarray]) -> None:
    """Also an input that may not be written to, where it was left unchanged."""
    for each in z:
        given = functions.given(each)
        functions.apply(given, t)
        if not np.array_equal(to_numpy(given), each):
            raise Wrong("in place", each, detail=f"afterwards it is {show(to_numpy(given))}")
        if isinstance(given, np.ndarray):
            given.flags.writeable = False
            same_call("read only", functions, given, t, each, functions.call(each, t))


def integer_step(functions: Functions, t: float, z: list[np.ndarray]) -> None:
    whole = max(1, round(t))
    if whole <= np.iinfo(np.int64).max and functions.grows(whole):
        for each in z:
            expected = functions.call(each, float(whole))
            same_call("integer step", functions, functions.given(each), whole, each, expected)


def kept_dtype(functions: Functions, t: float, z: list[np.ndarray]) -> None:
    if to_numpy(functions.make(np.zeros(3, np.float32))).dtype != np.float32:  # as of lists: they have none
        return
    for each in (*z, 0 * z[0]):
        found = functions.call(each, t).dtype.name
        if found != functions.dtype:
            raise Wrong("dtype", each, detail=f"{found} for {functions.dtype}")


def strided(functions: Functions, t: float, z: list[np.ndarray]) -> None:
    for each in z if z[0].ndim else []:
        try:
            given = functions.make(np.repeat(each, 2, axis=-1))[..., ::2]
        except Exception:  # an array type without such views has no such inputs
            return
        same_call("layout", functions, given, t, each, functions.call(each, t))


def transposed(functions: Functions, t: float, z: list[np.ndarray]) -> None:
    for each in z if z[0].ndim == 2 else []:
        try:
            given = functions.make(np.ascontiguousarray(each.T)).T
        except Exception:
            return
        same_call("layout", functions, given, t, each, functions.call(each, t))


def coupled(functions: Functions, t: float, z: list[np.ndarray]) -> None:
    for each in (*z, *map(rearranged, z)):
        together = functions.call(each, t)
        for i in range(len(each)):
            part = each[i : i + 1]
            alone = called("coupled", functions, functions.given(part), t, part)
            same("coupled", each, together[i : i + 1], alone)
