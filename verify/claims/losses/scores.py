"""Losses of scores: logistic, softmax and squares, each with its slope, its curvature and its fall over a step."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.losses.setting import both, exp, expm1, log1p, within
from verify.evidence import Case, claim
from verify.evidence.draw import log_uniform
from verify.losses import Logistic, Softmax, Squares

TOLERANCE = "1e-12"
CLASSES = 3


def signed(rng: Any, low: float, high: float, *shape: int) -> Any:
    return log_uniform(rng, low, high, shape) * rng.choice([-1.0, 1.0], shape)


@claim(
    "LOSS.Logistic",
    place="verify/losses/logistic.py",
    expected="unrefuted",
    form="own",
    kind="costly",
    why="a slope without y, a curvature without its square, or a fall by subtraction for small steps disagrees at once",
)
class LogisticDigits:
    r"""In float64 $\log(1 + e^{-ys})$, its slope, its curvature and its fall over a step are within a relative $10^{-12}$ of
    their definitions in 340 digits, for scores up to 500 either way and steps from $10^{-12}$ to 100."""

    def cases(self, rng: Any, size: int) -> Case:
        return {"s": signed(rng, 1e-6, 500, size), "step": signed(rng, 1e-12, 100, size), "y": rng.choice([-1.0, 1.0], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        met = xp.both(xp.abs(case["s"]) <= 500, xp.abs(case["step"]) <= 100)
        return xp.both(xp.both(met, xp.abs(case["y"]) == 1), case["step"] != 0)

    def margin(self, case: Case, xp: Any) -> Any:
        (s, step, y), (S, D, Y) = ([part[name] for name in ("s", "step", "y")] for part in both(case))
        value, slope = log1p(exp(-Y * S)), -Y / (1 + exp(Y * S))
        curvature = exp(S) / (1 + exp(S)) ** 2
        fall = value - log1p(exp(-Y * (S + D)))
        return within(
            *(TOLERANCE, xp),
            (Logistic.value(s, y, NUMPY), value, value),
            (Logistic.slope(s, y, NUMPY), slope, np.abs(slope)),
            (Logistic.curvature(s, y, NUMPY), curvature, curvature),
            (Logistic.fall(s, step, y, NUMPY), fall, np.abs(fall)),
        )


@claim(
    "LOSS.Softmax",
    place="verify/losses/softmax.py",
    expected="unrefuted",
    form="own",
    kind="costly",
    why="p where p - y is meant, a bend without its second term, or a fall by subtraction for small steps disagrees at once",
)
class SoftmaxDigits:
    r"""In float64 $-\log p_y$ with $p$ the softmax of three scores up to 1300 either way and 600 apart, and its slope
    $p - y$, are within a relative $10^{-12}$ of their definitions in 340 digits; its second derivative times $v$ and its fall
    over a step are so relative to the terms they sum, $p_c (|v_c| + \sum p|v|)$ and $p_c |e^{d_c} - 1|$ (where steps differ by
    more than 1, to the two values)."""

    def cases(self, rng: Any, size: int) -> Case:
        right = rng.integers(0, CLASSES, size)
        return {
            "s": signed(rng, 1e-6, 300, size, CLASSES) + signed(rng, 1, 1000, size, 1) * rng.integers(0, 2, (size, 1)),
            "step": signed(rng, 1, 2, size, CLASSES) * log_uniform(rng, 1e-12, 20, (size, 1)),
            "v": rng.normal(size=(size, CLASSES)),
            "y": (np.arange(CLASSES) == right[:, None]).astype(np.float64),
        }

    def domain(self, case: Case, xp: Any) -> Any:
        y = case["y"]
        met = xp.max(case["s"], axis=-1) + xp.max(-case["s"], axis=-1) <= 600
        met = xp.both(met, xp.all(xp.both(xp.abs(case["s"]) <= 1300, xp.abs(case["step"]) <= 50), axis=-1))
        met = xp.both(met, xp.all(xp.either(y == 0, y == 1), axis=-1))
        met = xp.both(met, xp.all(xp.abs(case["v"]) <= 10, axis=-1))
        return xp.both(met, xp.sum(y, axis=-1) == 1)

    def margin(self, case: Case, xp: Any) -> Any:
        (s, step, v, y), (S, D, V, Y) = ([part[name] for name in ("s", "step", "v", "y")] for part in both(case))
        p = exp(S) / np.sum(exp(S), axis=-1, keepdims=True)
        others = np.sum(p * (1 - Y), axis=-1)
        value, slope = self.loss(S, Y), np.where(Y == 1, -others[:, None], p)
        mean, size = (np.sum(p * each, axis=-1, keepdims=True) for each in (V, np.abs(V)))
        moved, ahead = self.loss(S + D, Y), D - np.sum(D * Y, axis=-1, keepdims=True)
        terms = np.where(np.max(np.abs(ahead), axis=-1) > 1, value + moved, np.sum(p * np.abs(expm1(ahead)), axis=-1))
        return within(
            *(TOLERANCE, xp),
            (Softmax.value(s, y, NUMPY), value, value),
            (Softmax.slope(s, y, NUMPY), slope, np.abs(slope)),
            (Softmax.bend(s, v, NUMPY), p * (V - mean), p * (np.abs(V) + size)),
            (Softmax.fall(s, step, y, NUMPY), value - moved, terms),
        )

    @staticmethod
    def loss(S: Any, Y: Any) -> Any:
        """log(1 + sum over the other classes of exp(s_c - s_right))."""
        d = S - np.sum(S * Y, axis=-1, keepdims=True)
        return log1p(np.sum((1 - Y) * exp(d), axis=-1))


@claim(
    "LOSS.Squares",
    place="verify/losses/squares.py",
    expected="unrefuted",
    form="own",
    why="a missing half, or a fall without half the step, disagrees at once",
)
class SquaresDigits:
    r"""In float64 $(s - y)^2/2$, its slope, its curvature 1 and its fall over a step are within $10^{-12}$ of their definitions
    in 340 digits: of $s^2 + y^2$, $|s| + |y|$, 1 and $|\mathrm{step}|(|s| + |y| + |\mathrm{step}|)$."""

    def cases(self, rng: Any, size: int) -> Case:
        return {name: signed(rng, 1e-6, 1e6, size) for name in ("s", "step", "y")}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["s"] != 0, case["step"] != 0)

    def margin(self, case: Case, xp: Any) -> Any:
        (s, step, y), (S, D, Y) = ([part[name] for name in ("s", "step", "y")] for part in both(case))
        size, value = np.abs(S) + np.abs(Y), (S - Y) ** 2 / 2
        return within(
            *(TOLERANCE, xp),
            (Squares.value(s, y, NUMPY), value, size**2),
            (Squares.slope(s, y, NUMPY), S - Y, size),
            (Squares.curvature(s, y, NUMPY), 0 * S + 1, 1),
            (Squares.fall(s, step, y, NUMPY), value - (S + D - Y) ** 2 / 2, np.abs(D) * (size + np.abs(D))),
        )
