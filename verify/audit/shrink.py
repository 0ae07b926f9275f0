"""Make a counterexample small: simpler parameters and step, few coordinates, short decimals, as long as the map stays wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from verify.audit.judge import Judge
from verify.audit.report import Finding

STEPS = (1.0, 2.0, 0.5, 3.0, 4.0, 5.0, 10.0, 0.1)
NUMBERS = (1.0, 0.5, 2.0, 3.0, 0.1, 5.0, 10.0)
FACTORS = (1.0, 1.1, 0.9, 1.02, 0.98, 1.004, 0.996)
TRIALS, FEWEST = 200, 20  # fewer for arrays of more than 100 elements, where each takes longer
LARGE = 1e4  # no input is made larger than this by another step
Trial = tuple[Judge, np.ndarray, float]


def complexity(finding: Finding) -> int:
    """How much there is to read: the digits of the input's coordinates (zeros free), of the step and of the parameters."""
    z = np.asarray(finding.z, dtype=finding.dtype).ravel()
    numbers = [*z[z != 0], finding.t, *(p for p in finding.parameters.values() if isinstance(p, int | float))]
    return sum(map(_length, numbers)) + (finding.t != 1)


def _length(v: float) -> int:
    digits = np.format_float_scientific(abs(v), trim="-").partition("e")[0].replace(".", "")
    return 2 + len(digits) + (abs(int(np.log10(abs(v)))) if 0 < abs(v) < np.inf else 0) + (v < 0)


def shrink(finding: Finding, judges: Sequence[Judge], steps: Sequence[float]) -> Finding:
    """The simplest finding of the same kind that is reached from ``finding`` with these judges (one a combination of
    parameters) and steps. Effort is limited by a number of trials, not by time, so that every machine gives the same result."""
    best = finding
    judge = next(judge for judge in judges if _same(judge.functions.parameters, finding.parameters))
    if np.shape(finding.z) != judge.functions.shape:
        return finding
    left, seen = int(np.clip(TRIALS * 100 // max(np.size(finding.z), 1), FEWEST, TRIALS)), set[tuple[int, bytes, float]]()
    simpler = True
    while simpler and left:
        simpler = False
        for by, simpler_z, t in _trials(best, judge, judges, steps):
            z = simpler_z.astype(judge.functions.dtype).astype(np.float64)
            trial = replace(best, z=z, t=t, parameters=by.functions.parameters)
            key = (id(by), z.tobytes(), t)
            if not left or key in seen or complexity(trial) >= complexity(best):
                continue
            seen.add(key)
            left -= 1
            if found := by.finding(z, t, finding.kind):
                best, judge, simpler = found, by, True
                break
    return best if best.better is None else _shorter_witness(best, judge)


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """The same objects: parameters may be arrays."""
    return all(one[name] is other[name] for name in one)


def _trials(finding: Finding, judge: Judge, judges: Sequence[Judge], steps: Sequence[float]) -> Iterator[Trial]:
    """Simpler cases, the greatest simplifications first."""
    z, t = np.asarray(finding.z, dtype=np.float64), finding.t
    yield from ((other, z, t) for other in judges)
    for half in np.array_split(np.flatnonzero(z), 2) if z.size > 1 else []:
        kept = np.zeros(z.size)
        kept[half] = z.reshape(-1)[half]
        yield judge, kept.reshape(z.shape), t
    for step in steps:
        scaled = (z * (step / t) ** power for power in (0, 1, 0.5))
        yield from ((judge, trial, step) for trial in scaled if np.abs(trial).max() < LARGE)
    yield judge, np.zeros(z.shape), t
    for number in NUMBERS:
        for sign in (1, -1):
            yield judge, sign * number * np.eye(1, z.size).reshape(z.shape), t
            yield judge, np.full(z.shape, sign * number), t
    yield judge, np.abs(z), t
    for i in range(z.size if z.size > 1 else 0):
        fewer = z.copy()
        fewer.reshape(-1)[i] = 0
        yield judge, fewer, t
    for digits in (1, 2, 3, 4, 6):
        yield from ((judge, _rounded(z * factor, digits), t) for factor in FACTORS)
    for i in range(z.size if z.size > 1 else 0):
        fewer = z.copy()
        fewer.reshape(-1)[i] = _rounded(fewer.reshape(-1)[i], 1)
        yield judge, fewer, t


def _shorter_witness(finding: Finding, judge: Judge) -> Finding:
    """A better point that is as good as can be found, then in few digits, at the price of at most a twentieth of the gain."""
    finding = judge.improved(finding)
    best = np.asarray(finding.better)
    large = np.abs(best) > 1e-2 * np.abs(best).max(initial=0)
    for y in (np.zeros(best.shape), *(_rounded(part, digits) for digits in (1, 2, 3, 4, 6) for part in (best * large, best))):
        found = judge.witness(finding, y)
        if found and _gain(found) >= 0.95 * _gain(finding):
            return found
    return finding


def _gain(finding: Finding) -> float:
    """By how much the better point is better, over what value at any point costs where that of the returned one is infinite."""
    start, better = finding.objective, finding.better_objective
    assert start is not None and better is not None
    return start - better if np.isfinite(start) else 1 / max(better, 1e-300)


def _rounded(z: np.ndarray, digits: int) -> np.ndarray:
    return 0.0 + np.array([float(f"{v:.{digits - 1}e}") for v in np.ravel(z)]).reshape(np.shape(z))
