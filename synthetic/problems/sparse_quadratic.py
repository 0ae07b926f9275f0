"""A quadratic whose optimum, nondegeneracy margin and gradient noise are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from synthetic.problems.instance import Blocks, Instance
from synthetic.problems.problem import Problem
from synthetic.problems.rows import mean
from synthetic.settings import AtLeastOne, Fraction, NonNegative, Positive
from verify.penalties import GroupL2


@dataclass(frozen=True)
class SparseQuadratic(Problem):
    """A strongly convex quadratic with group LASSO whose optimum, margin and noise are set: the regimes of identification.

    f(w) = mean over i of w'Aw/2 - <c, w> + <e_i, w>, A of eigenvalues from 1/condition to 1, the e_i normal with standard
    deviation ``noise`` a coordinate and mean exactly 0. c = A w* + lam s with s a subgradient of the penalty at w* whose
    largest inactive group has norm (1 - margin) of its weight: w* is the optimum and ``margin`` its nondegeneracy margin. The
    active groups of w* have norms from ``least`` to 2 least. With size 1 the penalty is l1.
    """

    sizes: ClassVar = ("samples", "groups", "size", "active")
    among: ClassVar = {"active": "groups"}

    samples: int = 400
    groups: int = 20
    size: int = 4
    active: int = 5
    condition: AtLeastOne = 10.0
    noise: NonNegative = 1.0
    margin: Fraction = 0.5
    least: Positive = 1.0
    lam: Positive = 0.1

    def instance(self, seeds: Sequence[int]) -> Instance:
        drawn = [self._draw(rng) for rng in self.generators(seeds)]
        truth, A, c, e = (np.stack(part) for part in zip(*drawn, strict=True))
        return NoisyQuadratic(
            blocks={"w": GroupL2(self.lam, axes=-1)},
            begin={"w": np.zeros_like(truth)},
            truth={"w": truth},
            samples=self.samples,
            A=A,
            c=c,
            noise=e,
        )

    def _draw(self, rng: np.random.Generator) -> tuple[Any, Any, Any, Any]:
        d = self.groups * self.size
        direction = rng.normal(size=(self.groups, self.size))
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        rank = rng.permutation(self.groups)[:, None]
        active = rank < self.active
        w = np.where(active, self.least * rng.uniform(1, 2, size=rank.shape) * direction, 0)
        share = np.where(rank == self.active, 1, rng.uniform(size=rank.shape))
        s = np.sqrt(self.size) * np.where(active, 1, (1 - self.margin) * share) * direction
        Q = np.linalg.qr(rng.normal(size=(d, d)))[0]
        A = (Q * np.geomspace(1 / self.condition, 1, d)) @ Q.T
        A = (A + A.T) / 2
        e = rng.normal(size=(self.samples, d)) * self.noise
        return w, A, A @ w.ravel() + self.lam * s.ravel(), e - e.mean(axis=0)


@dataclass(frozen=True, kw_only=True)
class NoisyQuadratic(Instance):
    """f(w) = mean of w'Aw/2 - <c, w> + <e_i, w> for the block "w" of d entries; A (sets, d, d), c (sets, d), e (sets, n, d).

    The Lipschitz constant is exact.
    """

    A: Any
    c: Any
    noise: Any

    def gradient(self, w: Blocks, index: Any = None) -> Blocks:
        slope = self._times(w["w"]) - self._linear(index)
        return {"w": slope.reshape(w["w"].shape)}

    def loss(self, w: Blocks, index: Any = None) -> Any:
        v = w["w"].reshape(self.runs, -1)
        return _dot(v, self._times(v) / 2 - self._linear(index))

    def drop(self, w: Blocks, y: Blocks, index: Any = None) -> Any:
        v, end = w["w"].reshape(self.runs, -1), y["w"].reshape(self.runs, -1)
        return _dot(v - end, self._times((v + end) / 2) - self._linear(index))

    def product(self, w: Blocks, v: Blocks) -> Blocks:
        return {"w": self._times(v["w"]).reshape(v["w"].shape)}

    def _times(self, w: Any) -> Any:
        """A w, (R, d)."""
        return (w.reshape(self.sets, self.copies, -1) @ self.A).reshape(self.runs, -1)

    def _linear(self, index: Any) -> Any:
        """c less the mean of e over the samples, (R, d)."""
        c = np.repeat(self.c, self.copies, axis=0)
        return c if index is None else c - mean(lambda e: (e.sum(1, keepdims=True),), (self.noise,), (), self.copies, index)[0]

    @property
    def lipschitz(self) -> Any:
        return np.repeat(np.linalg.eigvalsh(self.A)[:, -1], self.copies)


def _dot(a: Any, b: Any) -> Any:
    return np.einsum("ri,ri->r", a, b)
