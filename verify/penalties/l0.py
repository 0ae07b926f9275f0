from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.penalties.base import Separable
from verify.penalties.parameters import NonNegative, infinite_if_positive


@dataclass(frozen=True)
class L0(Separable):
    """lam times the number of nonzeros. prox is hard thresholding at sqrt(2 t lam).

    At |z| = sqrt(2 t lam) both 0 and z are minimisers; 0 is returned.
    """

    lam: NonNegative

    @property
    def weak_convexity(self) -> float:
        return infinite_if_positive(self.lam)

    def _value(self, x: Any, xp: Any) -> Any:
        return xp.where(x == 0, 0, self.lam)

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        return xp.where(xp.abs(z) <= xp.sqrt(2 * self.lam * t), 0, z)

    def _subdifferential(self, x: Any, xp: Any) -> tuple[Any, Any]:
        reach = xp.where(xp.both(x == 0, self.lam > 0), xp.inf, 0)
        return -reach, reach
