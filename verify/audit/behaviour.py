"""What a map must do besides being right: leave its input alone, give the same answer again, keep dtype, take any array.

Each check calls the map at one step on three inputs, and raises Wrong where it misbehaves.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from verify.audit.functions import Failure, Functions
from verify.audit.inputs import pattern
from verify.audit.libraries import to_numpy
from verify.audit.objective import ACCURACY
from verify.audit.report import KINDS, Finding, show

THREADS, CALLS, SWITCH = 4, 25, 1e-6


class Wrong(Exception):
    """The map misbehaves on input z."""

    def __init__(self, kind: str, z: np.ndarray, returned: Any = None, detail: str = "") -> None:
        super().__init__(KINDS[kind] + (f": {detail}" if detail else ""))
        self.kind, self.z, self.returned = kind, z, returned


def misbehaviour(
    functions: Functions, steps: Sequence[float], dtypes: Sequence[str], rng: np.random.Generator
) -> list[Finding]:
    """The findings of all checks, at the most moderate step at which a minimiser exists; none where plain calls fail."""
    existing = [t for t in steps if functions.grows(t)]
    if not existing:
        return []
    t = min(existing, key=lambda t: abs(np.log(t)))
    shape = (5,) if functions.scalar and not functions.prox_floats else functions.shape
    z = [np.round(pattern(shape, kind, rng) * 3, 2) for kind in (0, 3, 5)]
    checks: list[Any] = [(check, dtypes[0]) for check in (state, threads, integer_step)]
    if not functions.prox_floats:
        more = (in_place, strided, transposed, *([coupled] if functions.scalar else []))
        checks += [(check, dtypes[0]) for check in more] + [(kept_dtype, each) for each in dtypes]
    findings = []
    for check, dtype in checks:
        called = replace(functions, dtype=dtype)
        try:
            for each in z:
                called.call(each, t)
            check(called, t, [each.astype(dtype) for each in z])
        except Failure:  # a plain call fails: the search reports it
            continue
        except Wrong as wrong:
            point = wrong.z[()] if wrong.z.ndim == 0 else wrong.z
            given = dict(functions.parameters)
            findings.append(Finding(wrong.kind, str(wrong), point, t, given, wrong.returned, dtype=dtype))
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
            _same_call("read only", functions, given, t, each, functions.call(each, t))


def state(functions: Functions, t: float, z: list[np.ndarray]) -> None:
    for each, other in zip(z, z[1:] + z[:1], strict=True):
        first = functions.read(functions.apply(functions.given(each), t), each.shape)
        kept = first.copy()
        functions.call(other, 2 * t)
        functions.call(each, t / 2)
        if not np.array_equal(first, kept, equal_nan=True):
            raise Wrong("state", each, kept, f"a later call turned the result into {show(first)}")
        _same("state", each, functions.call(each, t), kept)


def threads(functions: Functions, t: float, z: list[np.ndarray]) -> None:
    expected = [functions.call(each, t) for each in z]
    start, found = threading.Barrier(THREADS), list[Wrong]()

    def work(number: int) -> None:
        start.wait()
        for call in range(CALLS):
            i = (number + call) % len(z)
            try:
                with np.errstate(all="ignore"):
                    _same("threads", z[i], functions.call(z[i], t), expected[i])
            except Failure as failure:
                found.append(Wrong("threads", z[i], detail=str(failure)))
            except Wrong as wrong:
                found.append(wrong)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    try:
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    finally:
        sys.setswitchinterval(interval)
    if found:
        raise found[0]


def integer_step(functions: Functions, t: float, z: list[np.ndarray]) -> None:
    whole = max(1, round(t))
    if functions.grows(whole):
        for each in z:
            expected = functions.call(each, float(whole))
            _same_call("integer step", functions, functions.given(each), whole, each, expected)


def kept_dtype(functions: Functions, t: float, z: list[np.ndarray]) -> None:
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
        _same_call("layout", functions, given, t, each, functions.call(each, t))


def transposed(functions: Functions, t: float, z: list[np.ndarray]) -> None:
    for each in z if z[0].ndim == 2 else []:
        try:
            given = functions.make(np.ascontiguousarray(each.T)).T
        except Exception:
            return
        _same_call("layout", functions, given, t, each, functions.call(each, t))


def coupled(functions: Functions, t: float, z: list[np.ndarray]) -> None:
    for each in z:
        together = functions.call(each, t)
        for i in range(len(each)):
            alone = functions.call(each[i : i + 1], t)
            _same("coupled", each, together[i : i + 1], alone)


def _same_call(kind: str, functions: Functions, given: Any, t: float, z: np.ndarray, expected: np.ndarray) -> None:
    try:
        returned = functions.read(functions.apply(given, t), z.shape)
    except Failure as failure:
        raise Wrong(kind, z, detail=str(failure)) from failure
    _same(kind, z, returned, expected)


def _same(kind: str, z: np.ndarray, returned: np.ndarray, expected: np.ndarray) -> None:
    """Equal but for rounding: sums of another order differ in the last digits."""
    size = float(np.abs(z).max(initial=0)) + np.abs(expected)
    if not np.allclose(returned, expected, rtol=0, atol=ACCURACY[z.dtype.name] * np.max(size, initial=0), equal_nan=True):
        raise Wrong(kind, z, returned, f"not {show(expected)}")
