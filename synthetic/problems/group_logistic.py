"""Logistic regression with planted groups (RMDA, Sect. 5.1): more points than dimensions, labels by the ground truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from synthetic.problems.instance import Blocks
from synthetic.problems.linear_model import LinearModel
from synthetic.problems.problem import Problem
from synthetic.settings import Fraction, NonNegative
from verify.losses import Logistic
from verify.penalties import GroupL2


@dataclass(frozen=True)
class SeparatedLogistic(Problem):
    """Group-sparse logistic regression, the points well separated by the ground truth (RMDA, Fig. 1a).

    w is (groups, size), |w| = 1, and ``active`` groups of it are not 0, the largest at most twice the smallest. x is normal,
    moved away from the plane <x, w> = 0 by ``gap`` on its own side, with label sign <x, w>, which is flipped with probability
    ``flips``. Penalty: group LASSO with weights sqrt(size), times ``lam``.
    """

    sizes: ClassVar = ("samples", "groups", "size", "active")
    among: ClassVar = {"active": "groups"}

    samples: int = 400
    groups: int = 20
    size: int = 4
    active: int = 5
    gap: NonNegative = 1.0
    flips: Fraction = 0.0
    lam: NonNegative = 0.03

    def instance(self, seeds: Sequence[int]) -> Classification:
        drawn = [self._draw(rng) for rng in self.generators(seeds)]
        truth, X, y = (np.stack(part) for part in zip(*drawn, strict=True))
        return Classification(
            blocks={"w": GroupL2(self.lam, axes=-1)},
            begin={"w": np.zeros_like(truth)},
            truth={"w": truth},
            samples=self.samples,
            X=X,
            y=y,
            loss_of=Logistic,
        )

    def _draw(self, rng: np.random.Generator) -> tuple[Any, Any, Any]:
        w = rng.normal(size=(self.groups, self.size))
        w *= rng.uniform(1, 2, size=(self.groups, 1)) / np.linalg.norm(w, axis=1, keepdims=True)
        w *= (rng.permutation(self.groups) < self.active)[:, None]
        w /= np.linalg.norm(w)
        X = rng.normal(size=(self.samples, w.size))
        side = np.sign(X @ w.ravel())
        X += self.gap * side[:, None] * w.ravel()
        return w, X, np.where(rng.random(self.samples) < self.flips, -side, side)


@dataclass(frozen=True)
class NoisyLogistic(SeparatedLogistic):
    """Group-sparse logistic regression without a gap, one label in ten flipped."""

    gap: NonNegative = 0.0
    flips: Fraction = 0.1
    lam: NonNegative = 0.04


@dataclass(frozen=True, kw_only=True)
class Classification(LinearModel):
    """A linear model whose y are labels -1 and 1."""

    def error(self, w: Blocks) -> Any:
        """The share (R,) of samples whose label is not the sign of their score; a score of 0 counts half."""
        scores = w["w"].reshape(self.sets, self.copies, -1) @ self.X.mT
        return np.mean((1 - np.sign(scores) * self.y[:, None]) / 2, axis=-1).ravel()
