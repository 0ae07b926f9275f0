"""``check_prox``: is this function the prox map of that one?"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from verify.audit.audit import Audit
from verify.audit.functions import Functions, conventions
from verify.audit.libraries import maker
from verify.audit.report import KINDS, ProxError, Report
from verify.audit.shrink import complexity

DEFAULT_STEPS = (1e-8, 1e-3, 0.1, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 100.0, 1e4, 1e8)


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
    ``shape``: prox works on whole arrays of this shape, or of each of several, and value gives one number.
    ``t``: the steps to try. Left at the default, steps near the parameters, and drawn ones, are tried as well.
    ``parameters``: lists of values; every combination is passed to both functions by keyword.
    ``arrays``: "numpy", "torch", or a function that makes an array of yours from a NumPy array.
    ``dtype``: the precisions of the input, "float64", "float32" or both; value is also called in float64 for float32 inputs.

    An indicator in value may have a tolerance, of at most 1e-5 (float32: 1e-4) relative to 1 + |x|. Points where value raises
    an arithmetic, value or assertion error, or gives NaN, are outside its domain.

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
    audit = Audit(_steps(t), t is DEFAULT_STEPS, _dtypes(dtype), np.random.default_rng(seed), len(shapes) * len(combinations))
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
    if scalar == (shape is not None):
        raise ValueError("give either scalar=True (the map acts on each coordinate) or shape= (it acts on the whole array)")
    if scalar:
        return [()]
    several = isinstance(shape, list | tuple) and any(isinstance(part, list | tuple) for part in shape)
    found = [tuple(each) if isinstance(each, list | tuple) else (each,) for each in (shape if several else [shape])]
    if not all(isinstance(n, int | np.integer) and not isinstance(n, bool) and n > 0 for sizes in found for n in sizes):
        raise ValueError(f"shape must be positive integers, or several such shapes; got {shape!r}")
    return found


def _steps(t: Any) -> tuple[float, ...]:
    try:
        steps = np.asarray(t, dtype=np.float64).ravel()
    except (TypeError, ValueError):
        steps = np.array([np.nan])
    if isinstance(t, str) or not len(steps) or not np.all((steps > 0) & (steps < np.inf)):
        raise ValueError(f"t must be one or more finite steps > 0; got {t!r}")
    return tuple(steps.tolist())


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
    dtypes = (dtype,) if isinstance(dtype, str) else tuple(dtype)
    if not dtypes or not set(dtypes) <= {"float64", "float32"}:
        raise ValueError(f"dtype must be 'float64', 'float32' or both; got {dtype!r}")
    return tuple(sorted(dtypes, reverse=True))
