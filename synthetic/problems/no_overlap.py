"""RVSM's one-layer no-overlap ReLU network: its population loss, and the mean over sampled Gaussian patches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from synthetic.problems.instance import Blocks, Instance
from synthetic.problems.problem import Problem
from synthetic.problems.rows import mean
from synthetic.settings import NonNegative
from verify.arrays import NUMPY as XP
from verify.losses import NoOverlapReLU, patch_relu
from verify.penalties import L0, L1, Penalty, TransformedL1


@dataclass(frozen=True)
class NoOverlap(Problem):
    """The no-overlap ReLU regression of RVSM, population loss: no noise, batches and samples play no part.

    f(w) = E[(L(x; w) - L(x; w*))^2] with L the average of relu(<w, x_i>) over ``patches`` standard normal x_i; w* has unit
    length and ``active`` nonzeros. The start is w* turned by 60 degrees and RVSM's penalties are L1, L0 and TransformedL1
    (with a = 1). What is certified is the stationary point next to w*.
    """

    dimension: int = 20
    active: int = 5
    patches: int = 4
    penalty: Literal["L1", "L0", "TransformedL1"] = "L1"
    lam: NonNegative = 0.01

    sizes: ClassVar = ("dimension", "active", "patches", "samples")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.dimension < 2:
            raise ValueError(f"{self.name}: dimension must be at least 2, for a start at an angle; got {self.dimension}")

    def instance(self, seeds: Sequence[int]) -> Instance:
        drawn = [self._draw(rng) for rng in self.generators(seeds)]
        truth, begin = (np.stack(part) for part in zip(*drawn, strict=True))
        return Population(
            blocks={"w": self._penalty()},
            begin={"w": begin},
            truth={"w": truth},
            samples=1,
            convex=False,
            network=NoOverlapReLU(self.patches, truth),
        )

    def _draw(self, rng: np.random.Generator) -> tuple[Any, Any]:
        """(w*, start)."""
        w = rng.uniform(1, 2, size=self.dimension) * rng.choice([-1, 1], size=self.dimension)
        w *= rng.permutation(self.dimension) < self.active
        w /= np.linalg.norm(w)
        turn = rng.normal(size=self.dimension)
        turn -= (turn @ w) * w
        return w, np.cos(np.pi / 3) * w + np.sin(np.pi / 3) * turn / np.linalg.norm(turn)

    def _penalty(self) -> Penalty:
        return {"L1": L1(self.lam), "L0": L0(self.lam), "TransformedL1": TransformedL1(self.lam, 1.0)}[self.penalty]


@dataclass(frozen=True)
class SampledNoOverlap(NoOverlap):
    """The no-overlap ReLU regression of RVSM on sampled Gaussian patches: outside the theorems, its gradient jumps."""

    covered: ClassVar[bool] = False
    samples: int = 1000

    def instance(self, seeds: Sequence[int]) -> Instance:
        generators = self.generators(seeds)
        drawn = [self._draw(rng) for rng in generators]
        truth, begin = (np.stack(part) for part in zip(*drawn, strict=True))
        X = np.stack([rng.normal(size=(self.samples, self.patches, self.dimension)) for rng in generators])
        return Sampled(
            blocks={"w": self._penalty()},
            begin={"w": begin},
            truth={"w": truth},
            samples=self.samples,
            convex=False,
            X=X,
            y=patch_relu.output(X, truth, XP),
        )


@dataclass(frozen=True, kw_only=True)
class Population(Instance):
    """The loss of :class:`verify.losses.NoOverlapReLU`, held a data set. The Lipschitz constant holds for |w| >= |w*|/2."""

    network: NoOverlapReLU

    def gradient(self, w: Blocks, index: Any = None) -> Blocks:
        return {"w": self._here().gradient(w["w"], XP)}

    def loss(self, w: Blocks, index: Any = None) -> Any:
        return self._here().value(w["w"], XP)

    @property
    def lipschitz(self) -> Any:
        network = self._here()
        return network.lipschitz(XP.norm(network.w_star, axis=-1) / 2, XP)

    def _here(self) -> NoOverlapReLU:
        return NoOverlapReLU(self.network.k, np.repeat(self.network.w_star, self.copies, axis=0))


@dataclass(frozen=True, kw_only=True)
class Sampled(Instance):
    """The mean of (L(x; w) - y)^2 over samples, X (sets, n, k, d) and y (sets, n).

    Between its kinks the Hessian is at most 2 sum_i x_i x_i'/k in the mean, which gives the Lipschitz constant.
    """

    X: Any
    y: Any

    def gradient(self, w: Blocks, index: Any = None) -> Blocks:
        def sums(X: Any, y: Any, w: Any) -> tuple[Any]:
            return (patch_relu.gradient(X[:, None], y[:, None], w, XP),)

        return {"w": mean(sums, (self.X, self.y), (w["w"],), self.copies, index)[0]}

    def loss(self, w: Blocks, index: Any = None) -> Any:
        def sums(X: Any, y: Any, w: Any) -> tuple[Any]:
            return (patch_relu.value(X[:, None], y[:, None], w, XP).sum(-1),)

        return mean(sums, (self.X, self.y), (w["w"],), self.copies, index)[0]

    @property
    def lipschitz(self) -> Any:
        rows = self.X.reshape(self.sets, -1, self.X.shape[-1])
        return np.repeat(2 * np.linalg.eigvalsh(rows.mT @ rows)[:, -1] / rows.shape[1], self.copies)
