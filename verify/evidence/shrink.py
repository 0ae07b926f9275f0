"""Make a counterexample small: fewer dimensions, smaller integers, zeros, ones and short decimals where they still refute."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby, islice
from math import isfinite
from typing import Any

import numpy as np

from verify.evidence.claim import Case, Claim
from verify.evidence.replay import replay
from verify.evidence.search import CLEAR, meets, relative_margin, take


def complexity(case: Case) -> float:
    """How long the numbers of a batch of one are, zeros free."""
    values = [value for array in case.values() for value in np.asarray(array).reshape(-1)]
    return sum(_digits(v) if isinstance(v, np.floating) else abs(float(v)) / 100 for v in values if isfinite(v))


def shrink(claim: Claim, case: Case, dropped: str | None = None) -> Case:
    """The smallest case found that the replay still confirms, starting from ``case`` (a batch of one).

    Effort is limited by a number of trials, not by time, so that the result is the same on every machine.
    """

    def clearly(trials: list[Case]) -> int | None:
        with np.errstate(all="ignore"):
            try:
                together = {name: np.concatenate([trial[name] for trial in trials]) for name in case}
                met = np.flatnonzero(meets(claim, together, dropped))
                fails = met[relative_margin(claim, take(together, met)) < CLEAR] if met.size else met
                return int(fails[0]) if fails.size else None
            except (ArithmeticError, ValueError, IndexError):  # one of them, perhaps: each on its own
                alone = ([trial] for trial in trials if len(trials) > 1)
                return next((i for i, trial in enumerate(alone) if clearly(trial) is not None), None)

    def surely(trials: list[Case]) -> int | None:
        return next((i for i, trial in enumerate(trials) if _refutes(claim, trial, dropped)), None)

    quick, slow = (600, 40) if claim.slow else (2000, 100)
    if clearly([case]) is not None:
        small = _descend(claim, case, clearly, quick)
        if _refutes(claim, small, dropped):
            return small
    return _descend(claim, case, surely, slow)


def _refutes(claim: Claim, trial: Case, dropped: str | None) -> bool:
    try:
        return replay(claim, trial, dropped).refutes
    except (ArithmeticError, ValueError, IndexError):  # a trial at which the claim has no meaning: x / 0
        return False


def _descend(claim: Claim, case: Case, first: Callable[[list[Case]], int | None], trials: int) -> Case:
    """From trial to simpler trial, ``trials`` of them in all; ``first`` says which is the first of some that still fails."""
    changed = True
    while changed and trials > 0:
        changed = False
        for some in _together(islice(_smaller(claim, case), trials)):
            index = first(some)
            trials -= len(some) if index is None else index + 1
            if index is not None:
                case, changed = some[index], True
                break
    return case


def _together(trials: Iterator[Case]) -> Iterator[list[Case]]:
    """Trials of the same shapes, up to 32 of them, which one call looks at."""
    for _, alike in groupby(trials, key=lambda trial: [value.shape for value in trial.values()]):
        while some := list(islice(alike, 32)):
            yield some


def _smaller(claim: Claim, case: Case) -> Iterator[Case]:
    """Trials in order of how much simpler they are."""
    vectors = [n for n in claim.vectors if n in case]
    dimension = min((case[n].shape[-1] for n in vectors), default=0)
    for i in range(dimension if dimension > 1 else 0):
        yield case | {n: np.delete(case[n], i, axis=-1) for n in vectors}
    for name, value in case.items():
        for index in np.ndindex(value.shape):
            for simple in _simpler(value[index]):
                trial = value.copy()
                trial[index] = simple
                yield case | {name: trial}


def _simpler(value: Any) -> Iterator[Any]:
    if isinstance(value, np.bool_):
        return
    if isinstance(value, np.integer):
        yield from (v for v in sorted({0, 1, 2, 3, int(value) // 2, int(value) - 1}) if 0 <= v < abs(int(value)))
        return
    if not isinstance(value, np.floating) or not np.isfinite(value):
        return
    complexity = _digits(value)
    tried = [0.0, 1.0, -1.0, *_nearer_to_1(value)]
    tried += [float(f"{v:.{p}e}") for p in (0, 1, 2, 4, 7, 10) for v in (value, value - _half(value, p))]
    yield from (v for v in dict.fromkeys(tried) if _digits(v) < complexity)


def _nearer_to_1(value: Any) -> Iterator[float]:
    """The leading digit times smaller powers of ten, from two on: for 5000 the numbers 5 and 50."""
    digit, exponent = f"{value:.0e}".split("e")
    for power in (0, int(int(exponent) / 2)) if abs(int(exponent)) > 1 else ():
        yield float(f"{digit}e{power}")


def _half(value: Any, places: int) -> float:
    """Half a unit of the last place kept, with the sign of the value: less it, rounding is towards zero."""
    return float(np.copysign(0.4999 * 10.0 ** (np.floor(np.log10(abs(value))) - places), value)) if value else 0.0


def _digits(value: Any) -> float:
    """How long a number is: 0 for 0, less for 1 than for -1, then digits and the distance of the exponent from 0."""
    value = float(value)
    if value == 0:
        return 0.0
    mantissa, _, exponent = np.format_float_scientific(abs(value), trim="-").partition("e")
    digits = len(mantissa.replace(".", "").rstrip("0"))
    plain = 0.0 if abs(value) == 1 else 1.0
    return plain + digits + (0.5 if value < 0 else 0.1) + 0.1 * abs(int(exponent))
