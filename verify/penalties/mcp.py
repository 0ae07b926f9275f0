from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.penalties.base import Separable
from verify.penalties.magnitude import slopes
from verify.penalties.parameters import NonNegative, Positive, as_array, largest_curvature


@dataclass(frozen=True)
class MCP(Separable):
    """lam|x| - x^2/(2 gamma) up to |x| = gamma lam, constant beyond (Zhang 2010). Weakly convex, modulus 1/gamma.

    prox is firm thresholding for t < gamma: 0 up to t lam, then (|z| - t lam) gamma/(gamma - t), then z. From t = gamma on it
    is hard thresholding at |z| = lam sqrt(gamma t), where 0 is returned and z minimises too.
    """

    lam: NonNegative
    gamma: Positive

    @property
    def weak_convexity(self) -> float:
        return largest_curvature(self.gamma, as_array(self.lam) > 0)

    def _value(self, x: Any, xp: Any) -> Any:
        r = xp.minimum(xp.abs(x), self.gamma * self.lam)
        return self.lam * r - r * r / (2 * self.gamma)

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        r, firm = xp.abs(z), t < self.gamma
        excess = xp.subtract_product(r, self.lam, xp.where(firm, t, 0))
        cut = xp.where(firm, 0, self.lam * xp.sqrt(self.gamma * t))
        slope = xp.where(firm, t / xp.where(firm, self.gamma - t, 1), 0)
        return xp.copysign(xp.where(excess <= cut, 0, xp.minimum(excess + excess * slope, r)), z)

    def _subdifferential(self, x: Any, xp: Any) -> tuple[Any, Any]:
        slope = xp.maximum(self.lam - xp.abs(x) / self.gamma, 0)
        return slopes(x, slope, xp)
