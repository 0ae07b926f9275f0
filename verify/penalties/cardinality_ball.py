from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from typing import Any, ClassVar

from verify.penalties.base import Penalty


@dataclass(frozen=True)
class CardinalityBall(Penalty):
    """0 where the last axis has at most k nonzeros, inf elsewhere (an array without axes counts as one coordinate).

    prox keeps the k entries of largest magnitude, whatever t is (Blumensath and Davies 2009); of entries equal in magnitude the
    first is kept. Not weakly convex.
    """

    k: int
    trailing_axes: ClassVar[int] = 1

    def __post_init__(self) -> None:
        try:
            k = operator.index(self.k)
        except TypeError:
            k = -1
        if k < 0 or isinstance(self.k, bool):
            raise ValueError(f"CardinalityBall: k must be an integer >= 0; got {self.k!r}")
        object.__setattr__(self, "k", k)

    @property
    def weak_convexity(self) -> float:
        return math.inf

    def _value(self, x: Any, xp: Any) -> Any:
        nonzeros = self._nonzeros(x, xp)
        return xp.where(nonzeros > self.k, math.inf, 0 * nonzeros)

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        if not z.shape:
            return self._prox(z.reshape(1), t, xp)[0]
        kept = xp.either(xp.largest_k(xp.abs(z), self.k), z != z)  # noqa: PLR0124 (NaN stays NaN)
        return xp.where(kept, z, xp.zeros_like(z))

    def _subgradient_gap(self, x: Any, g: Any, xp: Any) -> Any:
        """The limiting normal cone at a feasible x: vectors that vanish on the support and on enough other entries to make k.

        The nearest to -g keeps its n - k largest entries off the support. Where x is infeasible the cone is empty: inf.
        """
        if not x.shape:
            return self._subgradient_gap(x.reshape(1), g.reshape(1), xp)[0]
        free = xp.largest_k(xp.where(x != 0, -1, xp.abs(g)), x.shape[-1] - self.k)
        return xp.where(self._nonzeros(x, xp) > self.k, math.inf, xp.where(free, 0, g))

    @staticmethod
    def _nonzeros(x: Any, xp: Any) -> Any:
        """Their number, of the last axis; NaN where there is NaN."""
        indicator = xp.abs(xp.sign(x)) + 0 * xp.minimum(xp.abs(x), 1)
        return xp.sum(indicator, axis=-1, keepdims=True) if x.shape else indicator
