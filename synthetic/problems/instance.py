"""What is run: R data sets at once, with sampled gradients.

Arrays have R as leading axis. The R runs are ``sets`` data sets, each ``copies`` times in a row (``repeat``): the data are held
once a set, and run r uses set r // copies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from synthetic.problems.pattern import pattern
from verify.penalties import Penalty

Blocks = dict[str, Any]  # block name -> array (R, *shape)


@dataclass(frozen=True, kw_only=True)
class Instance:
    """f + sum of the blocks' penalties, f a mean over ``samples``. A *block* is one parameter array; penalties count axes from
    the end. A subclass writes ``gradient``, ``loss`` and ``lipschitz``. Raises ValueError where a penalty does not fit.

    ``begin`` and ``truth`` (the planted parameters, or None) are held a data set: arrays (sets, *shape). ``convex``: f and the
    penalties are, so that there is one optimal value; otherwise what is certified is the stationary point next to ``truth``.
    """

    blocks: dict[str, Penalty]
    begin: Blocks
    truth: Blocks | None
    samples: int
    convex: bool = True
    copies: int = 1

    def __post_init__(self) -> None:
        for name, penalty in self.blocks.items():
            shape = np.shape(self.begin[name])[1:]
            if np.shape(penalty.value(np.zeros((2, *shape)), axis=tuple(range(1, len(shape) + 1)))) != (2,):
                wrong = "joins the runs, the first axis of all arrays: count its axes from the end, as in axes=-1"
                raise ValueError(f"block {name!r} of shape {shape}: {penalty} {wrong}")

    @property
    def sets(self) -> int:
        return len(next(iter(self.begin.values())))

    @property
    def runs(self) -> int:
        return self.sets * self.copies

    def repeat(self, k: int) -> Self:
        """Each run k times in a row, the data shared."""
        return replace(self, copies=self.copies * k)

    def start(self) -> Blocks:
        return self.spread(self.begin)

    @property
    def planted(self) -> Blocks | None:
        """The pattern of the planted parameters."""
        return None if self.truth is None else self.pattern(self.spread(self.truth))

    def spread(self, a_set: Blocks) -> Blocks:
        """Arrays with one entry a data set, as arrays with one entry a run."""
        return {name: np.repeat(value, self.copies, axis=0) for name, value in a_set.items()}

    def pattern(self, w: Blocks) -> Blocks:
        """The structure that w has, int8 arrays shaped as w (see :func:`synthetic.problems.pattern.pattern`)."""
        return {name: pattern(penalty, w[name]) for name, penalty in self.blocks.items()}

    def gradient(self, w: Blocks, index: Any = None) -> Blocks:
        """The gradient of the mean loss over the samples index (R, b), or over all."""
        raise NotImplementedError

    def loss(self, w: Blocks, index: Any = None) -> Any:
        """The mean loss (R,), without the penalty."""
        raise NotImplementedError

    def drop(self, w: Blocks, y: Blocks, index: Any = None) -> Any:
        """loss(w) - loss(y), (R,). Here it is that difference, which near a solution cancels; subclasses do better."""
        return self.loss(w, index) - self.loss(y, index)

    def penalty(self, w: Blocks) -> Any:
        """The sum of the blocks' penalties (R,)."""
        return sum(self.blocks[name].value(v, axis=tuple(range(1, v.ndim))) for name, v in w.items())

    def objective(self, w: Blocks) -> Any:
        """loss + penalty, (R,)."""
        return self.loss(w) + self.penalty(w)

    @property
    def lipschitz(self) -> Any:
        """A bound of the Lipschitz constant of the gradient of the full loss, (R,); a subclass says whether global or local."""
        raise NotImplementedError

    def product(self, w: Blocks, v: Blocks) -> Blocks:
        """The Hessian of the full loss at w, times v: here by central differences of the gradient, good to ten digits."""
        size = np.sqrt(sum((np.square(a).reshape(self.runs, -1).sum(1) for a in v.values()), np.zeros(self.runs)))
        h = 1e-5 / np.where(size > 0, size, 1)
        above, below = (self.gradient({n: a + column(s * h, a) * v[n] for n, a in w.items()}) for s in (1, -1))
        return {n: (above[n] - below[n]) / column(2 * h, above[n]) for n in above}


def column(scalar: Any, like: Any) -> Any:
    """(R,) with the axes of one array appended."""
    return scalar.reshape(scalar.shape + (1,) * (like.ndim - 1))
