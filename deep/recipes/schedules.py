"""Numbers that change while a network trains, as plain data: functions of the epochs gone, fractions included.

Each raises ValueError when it is made of something that is no finite number, or of a length that is not > 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any


@dataclass(frozen=True)
class Constant:
    """The same number throughout."""

    value: float

    def __post_init__(self) -> None:
        _finite(self, "value")

    def __call__(self, epochs: float) -> float:
        return self.value


@dataclass(frozen=True)
class Stages:
    """start factor^floor(epochs/every), kept in [floor, ceiling]: RMDA's learning rate max(1e-5, 10^(-1 - floor(e/50))) is
    ``Stages(0.1, 0.1, 50, floor=1e-5)``, its c_t = min(1, 10^(-2 + floor(e/50))) is ``Stages(0.01, 10, 50, ceiling=1)``.

    The factors 10 and 0.1 are taken as powers of ten with one rounding, so that 1 is reached exactly.
    """

    start: float
    factor: float
    every: float
    floor: float = 0.0
    ceiling: float = math.inf

    def __post_init__(self) -> None:
        _finite(self, "start", "factor")
        _positive(self, "every")
        if not all(isinstance(end, Real) for end in (self.floor, self.ceiling)) or not self.floor <= self.ceiling:
            raise ValueError(f"Stages: floor <= ceiling must be numbers; got {self.floor!r} and {self.ceiling!r}")

    def __call__(self, epochs: float) -> float:
        stage = math.floor(epochs / self.every)
        powers = {10.0: stage, 0.1: -stage}
        if self.factor in powers and self.start > 0 and math.log10(self.start).is_integer():
            value = float(f"1e{round(math.log10(self.start)) + powers[self.factor]}")
        else:
            value = self.start * self.factor**stage
        return min(max(value, self.floor), self.ceiling)


@dataclass(frozen=True)
class Milestones:
    """start factor^k after the k-th of the epochs ``at``."""

    start: float
    factor: float
    at: tuple[float, ...]

    def __post_init__(self) -> None:
        _finite(self, "start", "factor")
        if not isinstance(self.at, tuple) or not all(isinstance(epoch, Real) and math.isfinite(epoch) for epoch in self.at):
            raise ValueError(f"Milestones: at must be a tuple of epochs, as in (80, 120); got {self.at!r}")

    def __call__(self, epochs: float) -> float:
        return self.start * self.factor ** sum(epochs >= milestone for milestone in self.at)


@dataclass(frozen=True)
class WarmUp:
    """``then``, times the share of the first ``epochs`` that has gone."""

    epochs: float
    then: Schedule

    def __post_init__(self) -> None:
        _positive(self, "epochs")
        if not callable(self.then):
            raise ValueError(f"WarmUp: then must be a schedule, as Constant(0.1); got {self.then!r}")

    def __call__(self, epochs: float) -> float:
        return self.then(epochs) * min(1.0, epochs / self.epochs)


@dataclass(frozen=True)
class Linear:
    """From ``start`` to ``end`` in ``epochs`` epochs, then ``end``."""

    start: float
    end: float
    epochs: float

    def __post_init__(self) -> None:
        _finite(self, "start", "end")
        _positive(self, "epochs")

    def __call__(self, epochs: float) -> float:
        return self.start + (self.end - self.start) * min(1.0, epochs / self.epochs)


@dataclass(frozen=True)
class InverseRoot:
    """start/sqrt(t) before step t = 1, 2, ..., ``steps`` of them an epoch."""

    start: float
    steps: int

    def __post_init__(self) -> None:
        _finite(self, "start")
        _positive(self, "steps")

    def __call__(self, epochs: float) -> float:
        return self.start / math.sqrt(1 + epochs * self.steps)


Schedule = Constant | Stages | Milestones | WarmUp | Linear | InverseRoot


def in_run(schedule: Any, steps: int | None) -> Any:
    """The schedule in a run of so many steps an epoch, in place of those that it was made with; None leaves it as it is."""
    if steps is None:
        return schedule
    if isinstance(schedule, InverseRoot):
        return replace(schedule, steps=steps)
    if isinstance(schedule, WarmUp):
        return replace(schedule, then=in_run(schedule.then, steps))
    return schedule


def _finite(schedule: Any, *names: str) -> None:
    for name in names:
        value = getattr(schedule, name)
        if not isinstance(value, Real) or not math.isfinite(value):
            raise ValueError(f"{type(schedule).__name__}: {name} must be a finite number; got {value!r}")


def _positive(schedule: Any, *names: str) -> None:
    _finite(schedule, *names)
    for name in names:
        if not getattr(schedule, name) > 0:
            raise ValueError(f"{type(schedule).__name__}: {name} must be > 0; got {getattr(schedule, name)!r}")
