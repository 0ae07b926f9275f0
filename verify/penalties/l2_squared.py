from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.penalties.base import Separable
from verify.penalties.parameters import NonNegative


@dataclass(frozen=True)
class L2Squared(Separable):
    """(lam/2) x^2, the ridge. prox is z/(1 + t lam). Convex."""

    lam: NonNegative

    def _value(self, x: Any, xp: Any) -> Any:
        return self.lam * x * x / 2

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        return z / xp.subtract_product(1, -self.lam, t)

    def _subdifferential(self, x: Any, xp: Any) -> tuple[Any, Any]:
        return self.lam * x, self.lam * x
