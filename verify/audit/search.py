"""The search for wrong results over all steps, for one combination of parameters and one dtype."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from verify.audit.alone import alone
from verify.audit.functions import Failure, Functions
from verify.audit.inputs import PATTERNS, scalar_inputs, shaped_inputs
from verify.audit.judge import Judge
from verify.audit.oracle import Candidates, calls_a_search, grid
from verify.audit.report import Finding

LARGE = 200  # elements of an array
FEW = 32  # distinct results of all inputs and steps


@dataclass
class Found:
    """``unbounded``: the steps at which no minimiser exists. ``judge``: for further inputs."""

    judge: Judge
    findings: list[Finding]
    cases: int
    unbounded: list[float]


def search(functions: Functions, steps: tuple[float, ...], rng: np.random.Generator, effort: int) -> Found:
    """Draw inputs for each step, then judge the results, each against candidates from all the steps. ``effort`` is about how
    often value is to be called a step; value of a batch counts as one call."""
    drawn = int(np.clip(effort // 40, PATTERNS, 4 * PATTERNS))
    searches = int(np.clip(effort // calls_a_search(functions.shape), 2, 40))
    tried, findings = {}, []
    existing = [t for t in steps if functions.grows(t)]
    for t in existing:
        z = _inputs(functions, t, drawn, rng)
        x = _outputs(functions, z, t)
        if x is None:
            findings.append(_failing(functions, z, t))
        else:
            tried[t] = (z, x)
    points = np.concatenate([_start(functions), *_some(functions, tried)])
    candidates = Candidates.of(points, functions.values(points))
    if tried and not len(candidates.points):
        raise ValueError(f"value is finite nowhere: neither at zero nor at {len(points) - 1} inputs and results")
    judge = Judge(functions, candidates, strict=len(candidates.points) < len(np.unique(points, axis=0)))
    for t, (z, x) in tried.items():
        found = judge.judged(z, x, t, len(z) if functions.elementwise else searches)
        findings += [alone(finding, functions, z) for finding in found]
    return Found(judge, findings, sum(len(z) for z, _ in tried.values()), [t for t in steps if t not in existing])


def _some(functions: Functions, tried: dict[float, tuple[np.ndarray, np.ndarray]]) -> list[np.ndarray]:
    """Inputs and results that serve as candidates at every step: all of them for small arrays; a few for large ones, which take
    long to compare, and for a scalar map, whose grid is dense; for float32 the results in float64 too, as those may be exact
    where their rounding is just infeasible. The distinct results of a set of few points, negated and in reverse order too: what
    such a map never returns nothing else would find."""
    some = slice(None, None, 20 if functions.scalar else 1 + int(np.prod(functions.shape, dtype=int)) // LARGE)
    points = [part[some] for pair in tried.values() for part in pair]
    if functions.dtype != "float64":
        wide = replace(functions, dtype="float64")
        points += [x for t, (z, _) in tried.items() if (x := _outputs(wide, z, t)) is not None]
    results = np.unique(np.concatenate([x for _, x in tried.values()]), axis=0) if tried else np.empty((0, *functions.shape))
    if 0 < len(results) <= FEW:
        points += [-results, results.reshape(len(results), -1)[:, ::-1].reshape(results.shape)]
    return [part[np.isfinite(part).reshape(len(part), -1).all(axis=1)] for part in points]


def _inputs(functions: Functions, t: float, drawn: int, rng: np.random.Generator) -> np.ndarray:
    def line(z: np.ndarray) -> np.ndarray:
        x = _outputs(functions, z, t)
        return np.zeros(z.shape) if x is None else x

    if functions.scalar:
        return scalar_inputs(line, t, functions.parameters, functions.dtype, rng)
    return shaped_inputs(line, functions.shape, t, functions.parameters, drawn, functions.dtype, rng)


def _outputs(functions: Functions, z: np.ndarray, t: float) -> np.ndarray | None:
    try:
        return functions.outputs(z, t)
    except Failure:
        return None


def _failing(functions: Functions, z: np.ndarray, t: float) -> Finding:
    """The first input at which the map fails by itself, or all of them where it fails only together."""
    for each in z:
        try:
            functions.outputs(each[None], t)
        except Failure as failure:
            point = float(each) if each.ndim == 0 else each
            return Finding(failure.kind, str(failure), point, t, dict(functions.parameters), dtype=functions.dtype)
    try:
        functions.outputs(z, t)
    except Failure as failure:
        return Finding(failure.kind, str(failure), z, t, dict(functions.parameters), dtype=functions.dtype)
    return Finding("state", "the map raised, and did not when called again", z, t, dict(functions.parameters))


def _start(functions: Functions) -> np.ndarray:
    return grid() if functions.scalar else np.zeros((1, *functions.shape))
