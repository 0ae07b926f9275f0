"""Logistic regression on MNIST with group LASSO (RMDA, Sect. 5.2 and Table 3): convex, so that its pattern can be certified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from synthetic.problems.instance import Blocks, Instance
from synthetic.problems.problem import Problem
from synthetic.problems.rows import mean
from synthetic.settings import NonNegative
from verify.arrays import NUMPY as XP
from verify.data import mnist
from verify.data.layouts import Layout, data_root, first_right, locate
from verify.losses import Softmax
from verify.penalties import GroupL2, Zero

TRAIN = replace(mnist.LAYOUT, files=mnist.FILES[:2], known=mnist.LAYOUT.known[:2])


@dataclass(frozen=True)
class MNISTLogistic(Problem):
    """Multinomial logistic regression on MNIST with group LASSO on the columns of the weight, one a pixel (RMDA, Table 3).

    ``root`` is the folder that holds the training set's two IDX files, packed (.gz) or not, or holds them in ``mnist`` or
    ``MNIST/raw``; empty, it is that of :func:`verify.data.layouts.data_root`, which keeps a folder's place out of a job.
    Weights are sqrt(10) a column, ``lam`` is RMDA's 10^-3, the bias is not penalised (a common constant is free), the start
    is 0. Each seed takes the same data: the first ``samples`` images. There is no planted pattern. Raises FileNotFoundError
    without the data, and ValueError for files that are not MNIST's.
    """

    costly = True

    root: str = ""
    samples: int = 60000
    lam: NonNegative = 1e-3

    def files(self) -> Sequence[Path]:
        return TRAIN.paths(self._found()[0][1])

    def instance(self, seeds: Sequence[int]) -> Instance:
        images, labels = (part[: self.samples] for part in first_right(self._found()))
        X = (images.reshape(len(images), -1) / 255 - mnist.MEAN) / mnist.DEVIATION
        return SoftmaxModel(
            blocks={"weight": GroupL2(self.lam, axes=-2), "bias": Zero()},
            begin={"weight": np.zeros((1, 10, X.shape[1])), "bias": np.zeros((1, 10))},
            truth=None,
            samples=len(X),
            copies=len(seeds),
            X=X[None],
            y=np.eye(10)[labels][None],
        )

    def _found(self) -> list[tuple[Layout, Path]]:
        return locate("MNIST", data_root(self.root), [TRAIN], mnist.ORIGIN)


@dataclass(frozen=True, kw_only=True)
class SoftmaxModel(Instance):
    """The mean softmax loss of the scores X weight' + bias: X is (sets, n, d), y (sets, n, C) with a 1 at the right class.

    The Lipschitz constant is a global bound.
    """

    X: Any
    y: Any

    def gradient(self, w: Blocks, index: Any = None) -> Blocks:
        def sums(X: Any, y: Any, weight: Any, bias: Any) -> tuple[Any, Any]:
            return _times(Softmax.slope(_scores(X, weight, bias), y[:, None], XP), X)

        return self._mean(sums, index, w)

    def product(self, w: Blocks, v: Blocks) -> Blocks:
        def sums(X: Any, y: Any, weight: Any, bias: Any, dw: Any, db: Any) -> tuple[Any, Any]:
            return _times(Softmax.bend(_scores(X, weight, bias), _scores(X, dw, db), XP), X)

        return self._mean(sums, None, w, v)

    def loss(self, w: Blocks, index: Any = None) -> Any:
        def sums(X: Any, y: Any, weight: Any, bias: Any) -> tuple[Any]:
            return (Softmax.value(_scores(X, weight, bias), y[:, None], XP).sum(-1),)

        return mean(sums, (self.X, self.y), _points(w), self.copies, index)[0]

    def drop(self, w: Blocks, y: Blocks, index: Any = None) -> Any:
        def sums(X: Any, labels: Any, weight: Any, bias: Any, dw: Any, db: Any) -> tuple[Any]:
            return (Softmax.fall(_scores(X, weight, bias), _scores(X, dw, db), labels[:, None], XP).sum(-1),)

        step = {name: y[name] - w[name] for name in w}
        return mean(sums, (self.X, self.y), _points(w, step), self.copies, index)[0]

    def _mean(self, sums: Any, index: Any, *points: Blocks) -> Blocks:
        weight, bias = mean(sums, (self.X, self.y), _points(*points), self.copies, index)
        return {"weight": weight, "bias": bias}

    @property
    def lipschitz(self) -> Any:
        return np.repeat(self._lipschitz, self.copies)

    @cached_property
    def _lipschitz(self) -> Any:
        with_one = np.concatenate([self.X, np.ones((*self.X.shape[:2], 1))], axis=-1)
        return Softmax.curvature_bound * np.linalg.eigvalsh(with_one.mT @ with_one)[:, -1] / self.samples


def _points(*points: Blocks) -> list[Any]:
    return [w[name] for w in points for name in ("weight", "bias")]


def _scores(X: Any, weight: Any, bias: Any) -> Any:
    """(m, k, n, C) for X (m, n, d), weight (m, k, C, d) and bias (m, k, C)."""
    return X[:, None] @ weight.mT + bias[:, :, None]


def _times(slope: Any, X: Any) -> tuple[Any, Any]:
    return slope.mT @ X[:, None], slope.sum(-2)
