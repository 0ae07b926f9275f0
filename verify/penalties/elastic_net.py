from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.penalties.base import Separable
from verify.penalties.parameters import NonNegative


@dataclass(frozen=True)
class ElasticNet(Separable):
    """lam |x| + (mu/2) x^2 (Zou and Hastie 2005). prox is soft thresholding by t lam, then division by 1 + t mu. Convex."""

    lam: NonNegative
    mu: NonNegative

    def _value(self, x: Any, xp: Any) -> Any:
        return self.lam * xp.abs(x) + self.mu * x * x / 2

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        return xp.subtract_clipped(z, t, self.lam) / xp.subtract_product(1, -self.mu, t)

    def _subdifferential(self, x: Any, xp: Any) -> tuple[Any, Any]:
        ridge = self.mu * x
        return xp.where(x > 0, self.lam, -self.lam) + ridge, xp.where(x < 0, -self.lam, self.lam) + ridge
