"""Losses of linear scores s_i = <x_i, w>: two products of matrices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from synthetic.problems.instance import Blocks, Instance
from synthetic.problems.rows import CHUNK, counts, mean
from verify.arrays import NUMPY as XP

SHARED = 8  # runs of a data set from which a product of matrices is cheaper than gathering most of its rows a run


@dataclass(frozen=True, kw_only=True)
class LinearModel(Instance):
    """f(w) = (1/n) sum_i loss(<x_i, w>, y_i) for the block "w", of any shape with d entries; X is (sets, n, d), y (sets, n).

    ``loss_of`` is a class of :mod:`verify.losses` (Logistic, Squares), or one of your own with these, elementwise in the scores
    s and over the namespace ``xp``:

    =============================  ================================================================================
    ``value(s, y, xp)``            the loss
    ``slope(s, y, xp)``            its derivative in s
    ``curvature(s, y, xp)``        its second derivative in s, 0 or more: the certificate of the optimum needs it
    ``fall(s, step, y, xp)``       value(s) - value(s + step), best in a form in which nothing cancels
    ``curvature_bound``            a number: the largest curvature
    ``margin_slope(m, xp)``        optional: where the loss is l(y s), l'(m) at m = y s, which makes batches faster
    =============================  ================================================================================

    The Lipschitz constant is global, and the smallest for Squares: curvature_bound |X|^2/n.
    """

    X: Any
    y: Any
    loss_of: Any

    def gradient(self, w: Blocks, index: Any = None) -> Blocks:
        def sums(X: Any, y: Any, w: Any) -> tuple[Any]:
            return (self.loss_of.slope(w @ X.mT, y[:, None], XP) @ X,)

        if index is not None and self.copies >= SHARED and 2 * index.shape[1] >= self.samples:
            return self._weighted(w, index)
        if index is not None and hasattr(self.loss_of, "margin_slope"):
            return self._at_margins(w, index)
        return {"w": self._mean(sums, index, w["w"]).reshape(w["w"].shape)}

    def _weighted(self, w: Blocks, index: Any) -> Blocks:
        """The sampled gradient as a weighted sum over all rows: large batches of many runs share one product of matrices."""

        def sums(X: Any, y: Any, drawn: Any, w: Any) -> tuple[Any]:
            return ((self.loss_of.slope(w @ X.mT, y[:, None], XP) * drawn.mT) @ X,)

        data = (self.X, self.y, counts(index, self.samples, self.copies))
        total = mean(sums, data, [w["w"].reshape(self.runs, -1)], self.copies)[0] * (self.samples / index.shape[1])
        return {"w": total.reshape(w["w"].shape)}

    def _at_margins(self, w: Blocks, index: Any) -> Blocks:
        """The sampled gradient of a loss of y_i <x_i, w>, with y_i x_i for rows: nothing but a gather and two products."""
        (_, n, d), (R, b) = self._signed.shape, index.shape
        flat, points, total = self._signed.reshape(-1, d), w["w"].reshape(R, 1, d), np.empty((R, 1, d))
        rows = np.asarray(index, dtype=np.intp) + (np.arange(R) // self.copies * n)[:, None]
        width = max(1, CHUNK // (b * d))
        gathered = np.empty((min(R, width), b, d))
        for first in range(0, R, width):
            here = slice(first, first + width)
            some = gathered[: len(rows[here])]
            flat.take(rows[here], 0, some, "clip")
            np.matmul(self.loss_of.margin_slope(points[here] @ some.mT, XP) * (1 / b), some, total[here])
        return {"w": total.reshape(w["w"].shape)}

    @cached_property
    def _signed(self) -> Any:
        return np.ascontiguousarray(self.X * self.y[..., None])

    def loss(self, w: Blocks, index: Any = None) -> Any:
        def sums(X: Any, y: Any, w: Any) -> tuple[Any]:
            return (self.loss_of.value(w @ X.mT, y[:, None], XP).sum(-1),)

        return self._mean(sums, index, w["w"])

    def drop(self, w: Blocks, y: Blocks, index: Any = None) -> Any:
        def sums(X: Any, labels: Any, w: Any, step: Any) -> tuple[Any]:
            return (self.loss_of.fall(w @ X.mT, step @ X.mT, labels[:, None], XP).sum(-1),)

        return self._mean(sums, index, w["w"], y["w"] - w["w"])

    def product(self, w: Blocks, v: Blocks) -> Blocks:
        def sums(X: Any, y: Any, w: Any, v: Any) -> tuple[Any]:
            return ((self.loss_of.curvature(w @ X.mT, y[:, None], XP) * (v @ X.mT)) @ X,)

        return {"w": self._mean(sums, None, w["w"], v["w"]).reshape(w["w"].shape)}

    def _mean(self, sums: Any, index: Any, *points: Any) -> Any:
        return mean(sums, (self.X, self.y), [p.reshape(self.runs, -1) for p in points], self.copies, index)[0]

    @property
    def lipschitz(self) -> Any:
        return np.repeat(self._lipschitz, self.copies)

    @cached_property
    def _lipschitz(self) -> Any:
        return self.loss_of.curvature_bound * np.linalg.eigvalsh(self.X.mT @ self.X)[:, -1] / self.samples
