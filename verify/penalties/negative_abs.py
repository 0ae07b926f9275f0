from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.penalties.base import Separable
from verify.penalties.parameters import NonNegative, infinite_if_positive


@dataclass(frozen=True)
class NegativeAbs(Separable):
    """-lam |x|: unbounded below, yet prox-bounded for every t (SR2, Sect. 3). prox moves z away from 0 by t lam.

    At z = 0 both t lam and -t lam are minimisers; t lam is returned.
    """

    lam: NonNegative

    @property
    def weak_convexity(self) -> float:
        return infinite_if_positive(self.lam)

    def _value(self, x: Any, xp: Any) -> Any:
        return -self.lam * xp.abs(x)

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        outward = xp.subtract_product(xp.abs(z), -self.lam, t)
        return xp.where(z < 0, -outward, outward)

    def _subgradient_gap(self, x: Any, g: Any, xp: Any) -> Any:
        return xp.where(x == 0, xp.abs(xp.abs(g) - self.lam), xp.abs(g - self.lam * xp.sign(x)))
