"""What these claims share: a few steps with gradients drawn in advance, the rule unrolled beside them, and how both compare.

The unrolled side knows no state: sums of powers and of products, written from the definition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.evidence import Case
from verify.evidence.draw import log_uniform, mostly

STEPS, SIZE = 4, 3
TOLERANCE = "1e-9"
LARGEST_RATE = "0.9999"  # 1 - rate^t keeps twelve digits


def agree(xp: Any, *pairs: tuple[Any, Any]) -> Any:
    """What the tolerance leaves of the largest |found - right|/(1 + |right|) of all pairs, one number a case."""
    worst: Any = 0
    for found, right in pairs:
        error = xp.abs(found - right) / (1 + xp.abs(right))
        worst = xp.maximum(worst, xp.max(error.reshape(len(error), -1), axis=-1))
    return xp.constant(TOLERANCE) - worst


def plain(case: Case) -> Case:
    """The case in float64, for what runs in nothing else."""
    return {name: np.asarray(value, dtype=np.float64) for name, value in case.items()}


def back(margin: Any, xp: Any) -> Any:
    """A float64 margin as a number of the namespace; NaN is a failure, in the replay too."""
    margin = np.where(np.isnan(margin), -np.inf, margin)
    return margin if xp is NUMPY else xp.convert(np.asarray(margin, dtype=np.float64))


def gradients(rng: Any, size: int, steps: int = STEPS, d: int = SIZE) -> Case:
    """The start and the gradients: short decimals with zeros, halves, and numbers of three decades."""
    scale = rng.choice([0.1, 1.0, 10.0], (size, 1))
    w, g = rng.normal(size=(size, d)) * scale, rng.normal(size=(size, steps, d)) * scale[:, None]
    coarse = rng.random(size) < 0.5
    w = np.where(coarse[:, None], np.round(2 * w) / 2, w)
    g = np.where(coarse[:, None, None], np.round(2 * g) / 2, g)
    return {"w": mostly(rng, w, 0.0), "g": mostly(rng, g, 0.0)}


def sizes(rng: Any, *shape: int) -> Any:
    """Positive numbers about 1, many of them halves and quarters."""
    return np.where(rng.random(shape) < 0.4, rng.choice([0.25, 0.5, 1.0, 2.0], shape), log_uniform(rng, 0.05, 4.0, shape))


def rates(rng: Any, *shape: int) -> Any:
    """Decay rates in [0, 1)."""
    usual = rng.choice([0.0, 0.5, 0.75, 0.9, 0.999], shape)
    return np.where(rng.random(shape) < 0.6, usual, rng.uniform(0.0, 0.99, shape))


def total(values: Any) -> Any:
    """The sum of a list that is not empty."""
    first, *rest = values
    for value in rest:
        first = first + value
    return first


def product(values: Any, one: Any) -> Any:
    for value in values:
        one = one * value
    return one


class Steps:
    """A case holds w, the gradients g (second axis: time), ``positive`` numbers and ``decay`` rates, one a step."""

    vectors: tuple[str, ...] = ("w", "g")
    positive: tuple[str, ...] = ()
    decay: tuple[str, ...] = ()

    def cases(self, rng: Any, size: int) -> Case:
        case = gradients(rng, size)
        case |= {name: sizes(rng, size, STEPS) for name in self.positive}
        return case | {name: rates(rng, size, STEPS) for name in self.decay}

    def domain(self, case: Case, xp: Any) -> Any:
        met = xp.all(xp.abs(case["w"]) < 1000, axis=-1)
        met = xp.both(met, xp.all(xp.all(xp.abs(case["g"]) < 1000, axis=-1), axis=-1))
        for name in self.positive:
            low, high = case[name] > xp.constant("0.001"), case[name] < 1000
            met = xp.both(met, xp.all(xp.both(low, high), axis=-1))
        for name in self.decay:
            low, high = case[name] >= 0, case[name] <= xp.constant(LARGEST_RATE)
            met = xp.both(met, xp.all(xp.both(low, high), axis=-1))
        return met


def at(case: Case, name: str, t: int) -> Any:
    """The number of step t, as a column."""
    return case[name][:, t : t + 1]


def slopes(case: Case) -> list[Any]:
    return [case["g"][:, t] for t in range(case["g"].shape[1])]


def iterates(method: Any, hyper: Callable[[int], Any], penalty: Any, case: Case, xp: Any) -> Iterator[tuple[Any, Any]]:
    """(state, w) after every step."""
    w, state = case["w"], method.init(case["w"], hyper(0), penalty, xp)
    for t, g in enumerate(slopes(case)):
        state, w = method.step(state, w, g, hyper(t), penalty, xp)
        yield state, w


def decayed(case: Case, name: str, values: list[Any], t: int) -> Any:
    """The mean with the rates of ``name``: sum over s <= t of (1 - r_s) r_{s+1} ... r_t values_s."""
    rate = [at(case, name, s) for s in range(t + 1)]
    return total([product(rate[s + 1 :], 1 - rate[s]) * values[s] for s in range(t + 1)])


def start_left(case: Case, name: str, t: int) -> Any:
    """r_1 ... r_t: how much of a mean from 0 is still its start."""
    return product([at(case, name, s) for s in range(t + 1)], 1)
