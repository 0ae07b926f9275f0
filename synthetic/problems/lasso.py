"""Least squares with an l1 penalty and planted zeros, and without a penalty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthetic.problems.linear_model import LinearModel
from synthetic.problems.problem import Problem
from synthetic.settings import NonNegative
from verify.losses import Squares
from verify.penalties import L1, Zero


@dataclass(frozen=True)
class Lasso(Problem):
    """Least squares with an l1 penalty and a sparse ground truth (support recovery; ProxGEN, Study 1).

    y = X w + noise, X normal; w has ``active`` entries of +-1 among ``dimension``. The loss is the mean of (<x, w> - y)^2/2.
    The start is normal of standard deviation ``start``. The paper names no sizes in its main part; these are ours.
    """

    samples: int = 200
    dimension: int = 50
    active: int = 10
    noise: NonNegative = 0.5
    lam: NonNegative = 0.15
    start: NonNegative = 0.0

    def instance(self, seeds: Sequence[int]) -> LinearModel:
        w = np.zeros((len(seeds), self.dimension))
        X = np.empty((len(seeds), self.samples, self.dimension))
        y = np.empty((len(seeds), self.samples))
        begin = np.empty_like(w)
        for i, rng in enumerate(self.generators(seeds)):
            chosen = rng.permutation(self.dimension)[: self.active]
            w[i, chosen] = rng.choice([-1.0, 1.0], size=self.active)
            X[i] = rng.normal(size=X.shape[1:])
            y[i] = X[i] @ w[i] + self.noise * rng.normal(size=self.samples)
            begin[i] = self.start * rng.normal(size=self.dimension)
        return LinearModel(
            blocks={"w": L1(self.lam) if self.lam else Zero()},
            begin={"w": begin},
            truth={"w": w},
            samples=self.samples,
            X=X,
            y=y,
            loss_of=Squares,
        )


@dataclass(frozen=True)
class LeastSquares(Lasso):
    """Least squares without a penalty: the control, whose optimum has no structure."""

    lam: NonNegative = 0.0
