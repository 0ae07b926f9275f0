from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.penalties.base import Separable
from verify.penalties.parameters import NonNegative


@dataclass(frozen=True)
class L1(Separable):
    """lam |x|. prox is soft thresholding: |z| shrunk by t lam, with its positive part. Convex."""

    lam: NonNegative

    def _value(self, x: Any, xp: Any) -> Any:
        return self.lam * xp.abs(x)

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        return xp.copysign(xp.maximum(xp.subtract_product(xp.abs(z), t, self.lam), 0), z)

    def _subdifferential(self, x: Any, xp: Any) -> tuple[Any, Any]:
        return xp.where(x > 0, self.lam, -self.lam), xp.where(x < 0, -self.lam, self.lam)
