"""Recovery of a vector of signs (ProxGEN, Sect. 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthetic.problems.linear_model import LinearModel
from synthetic.problems.problem import Problem
from synthetic.settings import NonNegative
from verify.losses import Squares
from verify.penalties import BinaryW


@dataclass(frozen=True)
class BinaryVector(Problem):
    """Recovery of a vector of signs from noisy linear measurements, with ProxGEN's lam ||w| - 1|^q (Sect. 4).

    y = X w + noise, X normal, w in {-1, 1}^dimension; the loss is the mean of (<x, w> - y)^2/2, the start 0. The penalty is
    nonconvex and nonsmooth at 0 as well: what is certified is the stationary point next to w.
    """

    samples: int = 200
    dimension: int = 50
    noise: NonNegative = 1.0
    lam: NonNegative = 0.3
    q: float = 1.0

    def instance(self, seeds: Sequence[int]) -> LinearModel:
        w = np.empty((len(seeds), self.dimension))
        X = np.empty((len(seeds), self.samples, self.dimension))
        y = np.empty((len(seeds), self.samples))
        for i, rng in enumerate(self.generators(seeds)):
            w[i] = rng.choice([-1.0, 1.0], size=self.dimension)
            X[i] = rng.normal(size=X.shape[1:])
            y[i] = X[i] @ w[i] + self.noise * rng.normal(size=self.samples)
        return LinearModel(
            blocks={"w": BinaryW(self.lam, self.q)},
            begin={"w": np.zeros_like(w)},
            truth={"w": w},
            samples=self.samples,
            convex=False,
            X=X,
            y=y,
            loss_of=Squares,
        )
