"""Logistic regression on MNIST with group LASSO (RMDA, Sect. 5.2 and Table 3): convex, so that its pattern can be certified."""

from __future__ import annotations

import gzip
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from synthetic.problems.instance import Blocks, Instance
from synthetic.problems.problem import Problem
from synthetic.problems.rows import mean
from verify.arrays import NUMPY as XP
from verify.losses import Softmax
from verify.penalties import GroupL2, Zero

DATA = "PROXPROOF_DATA"
MEAN, DEVIATION = 0.1307, 0.3081  # of MNIST's pixels, as RMDA normalises them


@dataclass(frozen=True)
class MNISTLogistic(Problem):
    """Multinomial logistic regression on MNIST with group LASSO on the columns of the weight, one a pixel (RMDA, Table 3).

    ``root`` is the folder that holds the training set's two IDX files, packed (.gz) or not, or holds them in ``mnist`` or
    ``MNIST/raw``; empty, it is read from the environment variable PROXPROOF_DATA, which keeps a folder's place out of a job.
    Weights are sqrt(10) a column, ``lam`` is RMDA's 10^-3, the bias is not penalised (a common constant is free), the start
    is 0. Each seed takes the same data: the first ``samples`` images. There is no planted pattern. Raises FileNotFoundError
    without the data.
    """

    costly = True

    root: str = ""
    samples: int = 60000
    lam: float = 1e-3

    def files(self) -> Sequence[Path]:
        return [find_idx(self.root or os.environ.get(DATA, ""), kind) for kind in ("images-idx3", "labels-idx1")]

    def instance(self, seeds: Sequence[int]) -> Instance:
        images, labels = (read_idx(path)[: self.samples] for path in self.files())
        X = (images.reshape(len(images), -1) / 255 - MEAN) / DEVIATION
        return SoftmaxModel(
            blocks={"weight": GroupL2(self.lam, axes=-2), "bias": Zero()},
            begin={"weight": np.zeros((1, 10, X.shape[1])), "bias": np.zeros((1, 10))},
            truth=None,
            samples=len(X),
            copies=len(seeds),
            X=X[None],
            y=np.eye(10)[labels][None],
        )


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


def find_idx(root: str, kind: str) -> Path:
    """The file of the training set's "images-idx3" or "labels-idx1". Raises FileNotFoundError."""
    name = f"train-{kind}-ubyte"
    folders = [Path(root), Path(root) / "mnist", Path(root) / "MNIST" / "raw"] if root else []
    found = [folder / (name + end) for folder in folders for end in (".gz", "") if (folder / (name + end)).is_file()]
    if not found:
        where = f"in {root}, its mnist or its MNIST/raw" if root else f"as no folder was given and {DATA} is not set"
        raise FileNotFoundError(f"MNISTLogistic: {name} (or .gz) was not found {where}; give --data FOLDER (or root=)")
    return found[0]


def read_idx(path: Path) -> Any:
    """Images (n, 28, 28) or labels (n,), uint8. Raises ValueError for what is no such file."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        data = file.read()
    end = 4 + 4 * data[3] if data[:3] == b"\0\0\x08" and len(data) > 3 else 0
    shape = np.frombuffer(data[4:end], ">u4").astype(int)
    if not end or len(data) != end + shape.prod():
        raise ValueError(f"{path}: not an IDX file of bytes")
    return np.frombuffer(data, np.uint8, offset=end).reshape(shape)
