"""``check_prox``: is this function the prox map of that one?"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from verify.audit.audit import Audit, held
from verify.audit.functions import Functions, conventions
from verify.audit.libraries import maker
from verify.audit.report import KINDS, ProxError, Report
from verify.audit.shrink import complexity

DEFAULT_STEPS = (1e-8, 1e-3, 0.1, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 100.0, 1e4, 1e8)
MOST = 1_000_000  # elements of an array: hundreds of such arrays are kept


def check_prox(
    prox: Callable[..., Any],
    value: Callable[..., Any],
    *,
    scalar: bool = False,
    shape: Any = None,
    t: Any = DEFAULT_STEPS,
    parameters: Mapping[str, Sequence[Any]] | None = None,
    arrays: str | Callable[[np.ndarray], Any] = "numpy",
    dtype: str | Sequence[str] = ("float64", "float32"),
    seed: int = 0,
    raise_on_error: bool = True,
) -> Report:
    """Check that prox(z, t) minimises |x - z|^2/(2t) + value(x) over x, and that it is a well-behaved function.

    ``scalar=True``: value is a sum over coordinates. prox is called on vectors and works elementwise (one that understands only
    Python floats is called on those); value may give one number a coordinate or their sum.
    ``shape``: prox works on whole arrays of this shape, or of each of several, and value gives one number. Small ones are
    checked in seconds and thoroughly; of more than 40 entries a search moves 40, drawn for each input, and the time grows with
    the number of entries (20,000: half a minute).
    ``t``: the steps to try; those too large or small for float32 in float64 alone. Left at the default, steps near the
    parameters, and drawn ones, are tried as well.
    ``parameters``: lists of values; every combination is passed to both functions by keyword.
    ``arrays``: "numpy", "torch", or a function that makes an array of yours from a NumPy array.
    ``dtype``: the precisions of the input, "float64", "float32" or both; value is also called in float64 for float32 inputs.

    An indicator in value may have a tolerance, of at most 1e-5 (float32: 1e-4) relative to 1 + max |x| in each coordinate.
    Points where value raises an arithmetic, value or assertion error, or gives NaN, are outside its domain.

    Steps at which the objective is not bounded below are left out, whatever the map does there. A point that is returned is
    wrong only if another has an objective that is lower beyond what rounding explains. Returns a :class:`Report`; raises
    :class:`ProxError` with the smallest counterexample if the map is wrong and ``raise_on_error``; ValueError or TypeError for
    arguments that make no sense, and where value is nowhere finite or no step has a minimiser.
    """
    start = time.perf_counter()
    for name, function in (("prox", prox), ("value", value)):
        if not callable(function):
            raise TypeError(f"{name} must be a function; got {function!r}")
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed must be an integer >= 0; got {seed!r}")
    shapes, combinations = _shapes(scalar, shape), _combinations(parameters)
    dtypes, share = _dtypes(dtype), len(shapes) * len(combinations)
    audit = Audit(_steps(t, dtypes[0]), t is DEFAULT_STEPS, dtypes, np.random.default_rng(seed), share)
    make = maker(arrays)
    with np.errstate(all="ignore"):  # floating-point warnings are the two functions' own affair
        for each in shapes:
            functions = []
            for combination in combinations:
                called = conventions(prox, value, make, combination, min(audit.steps)) if scalar else {}
                functions.append(Functions(prox, value, make, each, scalar, combination, **called))
            audit.run(functions)
    if not audit.cases and not audit.findings:
        raise ValueError(
            f"no minimiser exists at any step, nothing can be checked: {'; '.join(dict.fromkeys(audit.unbounded))}"
        )
    order = list(KINDS)
    findings = sorted(audit.findings, key=lambda finding: (order.index(finding.kind), complexity(finding)))
    report = Report(tuple(findings), audit.cases, time.perf_counter() - start, tuple(dict.fromkeys(audit.unbounded)))
    if raise_on_error and not report.ok:
        raise ProxError(report)
    return report


def _shapes(scalar: bool, shape: Any) -> list[tuple[int, ...]]:
    if not isinstance(scalar, bool):
        raise TypeError(f"scalar is True or False; got {scalar!r} (shape={scalar!r} for a map of whole arrays)")
    if scalar == (shape is not None):
        raise ValueError("give either scalar=True (the map acts on each coordinate) or shape= (it acts on the whole array)")
    if scalar:
        return [()]
    several = isinstance(shape, list | tuple) and any(isinstance(part, list | tuple) for part in shape)
    found = [tuple(each) if isinstance(each, list | tuple) else (each,) for each in (shape if several else [shape])]
    whole = all(isinstance(n, int | np.integer) and not isinstance(n, bool) and n > 0 for sizes in found for n in sizes)
    if not whole or () in found:
        raise ValueError(f"shape must be positive integers, one or more, or several such shapes; got {shape!r}")
    if max(math.prod(map(int, sizes)) for sizes in found) > MOST:
        raise ValueError(f"shape must have at most {MOST:,} elements; got {shape!r}: try a smaller array")
    return found


def _steps(t: Any, dtype: str) -> tuple[float, ...]:
    try:
        steps = tuple(np.asarray(t, dtype=np.float64).ravel().tolist())
    except (TypeError, ValueError, OverflowError):
        steps = ()
    if isinstance(t, str) or not steps or held(steps, dtype) != steps:
        limits = np.finfo(dtype)
        raise ValueError(f"t must be one or more finite steps > 0, {limits.tiny:.2g} to {limits.max:.2g} in {dtype}; got {t!r}")
    return steps


def _combinations(parameters: Mapping[str, Sequence[Any]] | None) -> list[dict[str, Any]]:
    if parameters is None:
        return [{}]
    if not isinstance(parameters, Mapping):
        raise TypeError(f'parameters must be a dict of lists of values, like {{"lam": [0.1, 1.0]}}; got {parameters!r}')
    bad = [name for name, values in parameters.items() if isinstance(values, str) or not hasattr(values, "__len__")]
    if bad:
        raise TypeError(f"parameters: a list of values is needed for {', '.join(bad)}")
    empty = [name for name, values in parameters.items() if not len(values)]
    if empty:
        raise ValueError(f"parameters: no values are given for {', '.join(empty)}")
    values = ([v.item() if isinstance(v, np.generic) else v for v in each] for each in parameters.values())
    return [dict(zip(parameters, combination, strict=True)) for combination in itertools.product(*values)]


def _dtypes(dtype: str | Sequence[str]) -> tuple[str, ...]:
    """The most precise first."""
    dtypes = (dtype,) if isinstance(dtype, str) else tuple(dtype) if isinstance(dtype, Collection) else ()
    if not dtypes or not all(isinstance(each, str) and each in ("float64", "float32") for each in dtypes):
        raise ValueError(f"dtype must be 'float64', 'float32' or both; got {dtype!r}")
    return tuple(sorted(dtypes, reverse=True))
