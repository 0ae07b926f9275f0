"""The objective |x - z|^2/(2t) + value(x), and when one point beats another beyond rounding.

What is forgiven is the error of a map that is exact for inputs, steps and parameters changed by a relative ``accuracy``, and
whose result is then rounded: nothing that a careful implementation in that precision can avoid makes a finding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

ACCURACY = {"float64": 1e-9, "float32": 32 * float(np.finfo(np.float32).eps)}
OFFSET = 4e-15  # objectives whose terms are of size 1 and cancel, as in sqrt(1 + x^2) - 1, are not known better
SLACK = {"float64": 1e-5, "float32": 1e-4}  # how far outside, relative to 1 + |x|, an indicator may still find a point feasible


def alike(one: np.ndarray, other: np.ndarray, z: np.ndarray, dtype: str) -> bool:
    """Whether two results for z are equal but for rounding: sums of another order differ in the last digits."""
    size = np.max(float(np.abs(z).max(initial=0)) + np.abs(other), initial=0)
    return np.allclose(one, other, rtol=0, atol=ACCURACY[dtype] * size, equal_nan=True)


def quadratic(x: Any, z: Any, t: float) -> Any:
    """|x - z|^2/(2t) over all but the first axis."""
    square = np.square(np.subtract(x, z)) / (2 * t)
    return square.reshape(len(square), -1).sum(axis=1) if square.ndim > 1 else square


@dataclass(frozen=True)
class Objective:
    """The objective at one step ``t``. ``value`` takes a batch of points in float64; ``own_value`` one point in the dtype that
    is audited, for numbers that only that dtype meets exactly."""

    value: Callable[[np.ndarray], np.ndarray]
    own_value: Callable[[np.ndarray], float]
    t: float
    dtype: str

    @property
    def accuracy(self) -> float:
        return ACCURACY[self.dtype]

    def at(self, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        return quadratic(x, z, self.t) + self.value(x)

    def forgiven(self, x: Any, y: Any, z: Any, of_x: Any, of_y: Any) -> Any:
        """The difference of the objectives at x and y that rounding explains; of_x and of_y are the values there."""
        moved = np.abs(np.subtract(x, y)) * (1 + np.abs(z)) / self.t
        backward = moved.reshape(len(moved), -1).sum(axis=1) if moved.ndim > 1 else moved
        terms = quadratic(x, z, self.t) + quadratic(y, z, self.t) + np.abs(of_x) + np.abs(of_y)
        return self.accuracy * (backward + terms) + OFFSET

    def excess(self, x: np.ndarray, y: np.ndarray, z: np.ndarray, of_x: np.ndarray, of_y: np.ndarray) -> np.ndarray:
        """How much better each y is than each x, in units of what is forgiven."""
        gap = quadratic(x, z, self.t) + of_x - quadratic(y, z, self.t) - of_y
        ratio = gap / self.forgiven(x, y, z, of_x, of_y)
        return np.where(np.isposinf(gap), np.inf, np.nan_to_num(ratio, nan=0.0, posinf=np.inf))

    def beaten(self, x: np.ndarray, y: np.ndarray, z: np.ndarray, strict: bool) -> bool:
        """Whether y is better than x, and than all that rounding might have made of x. With ``strict`` (value has infinities) y
        must also gain more than a feasible set with a tolerance offers: nothing that is within it in every coordinate is."""
        of_y = self.value(y[None])
        if not np.isfinite(of_y[0]):
            return False
        size = max(1e-300, float(np.abs(x).max(initial=0)), float(np.abs(z).max(initial=0)))
        reach = 1 + max(float(np.abs(x).max(initial=0)), float(np.abs(y).max(initial=0)))
        apart = float(np.abs(x - y).max(initial=0))
        rounded, of_x = self._rounded(x, z, size)
        if not np.isfinite(of_x) or apart <= self.accuracy * size:
            return apart > max(self.accuracy * size, SLACK[self.dtype] * reach)
        gap = quadratic(rounded[None], z[None], self.t) + of_x - quadratic(y[None], z[None], self.t) - of_y
        slack = self._tolerated(x, y, z, of_x, SLACK[self.dtype] * reach) if strict else 0.0
        forgiven = self.forgiven(x[None], y[None], z[None], of_x, of_y)[0] + slack
        return bool(gap[0] > forgiven) and bool(gap[0] > forgiven + self._last_digits(x))

    def _tolerated(self, x: np.ndarray, y: np.ndarray, z: np.ndarray, of_x: float, tolerance: float) -> float:
        """What the objective at x may change where each coordinate moves by ``tolerance`` at most: by how much value falls on
        the way to y, or changes on the way from it, whichever is less and finite. A rise towards y is nothing that a tolerance
        gains, however sudden: that of l0 at 0."""
        moved = np.clip(y - x, -tolerance, tolerance)
        towards, away = self.value(np.stack([x + moved, x - moved])) - of_x
        fall = max(0.0, -towards) if np.isfinite(towards) else np.inf
        changes = [change for change in (fall, abs(away)) if np.isfinite(change)]
        return tolerance * float(np.abs(x - z).sum()) / self.t + min(changes, default=0.0)

    def _last_digits(self, x: np.ndarray) -> float:
        """How much value changes with the last digit of each coordinate of x: |sum x| vanishes at no rounded point. Of three
        digits the middle one counts: neither a jump, which is once, nor the kink itself, where a change is less."""
        if x.size > 64:
            return 0.0
        last = np.spacing(np.abs(x).astype(self.dtype)).astype(np.float64).reshape(-1)
        moves = np.where(x.reshape(-1) != 0, last, 0.0) * np.eye(x.size)
        points = np.concatenate([x.reshape(1, -1) + k * moves for k in range(4)]).reshape(-1, *x.shape)
        with np.errstate(invalid="ignore"):
            change = np.median(np.abs(np.diff(self.value(points).reshape(4, -1), axis=0)), axis=0)
        return float(np.nansum(np.where(np.isfinite(change), change, 0.0)))

    def _rounded(self, x: np.ndarray, z: np.ndarray, size: float) -> tuple[np.ndarray, float]:
        """The best point, with its value, that x may stand for: coordinates moved by rounding one after the other."""
        ulp = float(np.finfo(self.dtype).eps)
        best, of_best = x, min(float(self.value(x[None])[0]), self.own_value(x))
        least = quadratic(x[None], z[None], self.t)[0] + of_best
        reach = np.array([4 * ulp, 64 * ulp, self.accuracy]) * size
        moves = [x * (1 - 8 * ulp), x * (1 - self.accuracy), x + (z - x) * self.accuracy, x - (z - x) * self.accuracy]
        for i in range(x.size if x.size <= 64 else 0):
            for step in (*reach, *-reach):
                moved = np.array(x)
                moved.reshape(-1)[i] += step
                moves.append(moved)
        for moved in moves:
            trial = best + (moved - x)
            of_trial = float(self.value(trial[None])[0])
            objective = quadratic(trial[None], z[None], self.t)[0] + of_trial
            if objective < least or (np.isfinite(objective) and not np.isfinite(least)):
                best, of_best, least = trial, of_trial, objective
        return best, of_best
