from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.penalties.base import Separable
from verify.penalties.magnitude import slopes
from verify.penalties.parameters import NonNegative


@dataclass(frozen=True)
class L1(Separable):
    """lam |x|. prox is soft thresholding: z less its projection on [-t lam, t lam]. Convex."""

    lam: NonNegative

    def _value(self, x: Any, xp: Any) -> Any:
        return self.lam * xp.abs(x)

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        return xp.subtract_clipped(z, t, self.lam)

    def _subdifferential(self, x: Any, xp: Any) -> tuple[Any, Any]:
        return slopes(x, self.lam, xp)
