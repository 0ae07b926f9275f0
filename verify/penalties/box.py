from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.penalties.base import Separable
from verify.penalties.parameters import LowerBound, UpperBound


@dataclass(frozen=True)
class Box(Separable):
    """The indicator of lower <= x <= upper: 0 inside, inf outside. prox is the projection, whatever t. Convex.

    lower may be -inf and upper inf, not the other way round: the box would hold no number.
    """

    lower: LowerBound
    upper: UpperBound

    @staticmethod
    def consistent(xp: Any, **parameters: Any) -> Any:
        """lower must be <= upper in every entry"""
        return parameters["lower"] <= parameters["upper"]

    def _value(self, x: Any, xp: Any) -> Any:
        return xp.where(xp.either(x < self.lower, x > self.upper), xp.inf, 0)

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        return xp.minimum(xp.maximum(z, self.lower), self.upper)

    def _subgradient_gap(self, x: Any, g: Any, xp: Any) -> Any:
        down = xp.where(x == self.lower, xp.minimum(-g, 0), 0)
        up = xp.where(x == self.upper, xp.maximum(-g, 0), 0)
        outside = xp.either(x < self.lower, x > self.upper)
        return xp.where(outside, xp.inf, xp.abs(-g - down - up))
