from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.penalties.base import Separable
from verify.penalties.parameters import NonNegative, UnitOpen, infinite_if_positive


def power_subdifferential(x: Any, lam: Any, q: Any, xp: Any) -> tuple[Any, Any]:
    """The interval (lower, upper) of limiting subgradients of lam |x|^q, 0 < q < 1: (-inf, inf) where x = 0 (0 alone for
    lam = 0), the derivative lam q sign(x) |x|^(q-1) elsewhere."""
    slope = lam * q * xp.power(xp.where(x == 0, 1, xp.abs(x)), q - 1)
    at_zero = xp.where(lam > 0, xp.inf, 0)
    lower = xp.where(x == 0, -at_zero, xp.copysign(slope, x))
    return lower, xp.where(x == 0, at_zero, lower)


@dataclass(frozen=True)
class Lq(Separable):
    """lam |x|^q for any 0 < q < 1. prox by Newton's method on the scaled stationarity equation.

    Above the threshold x = s |z| with s - 1 + kappa s^(q-1) = 0. This function is convex and increasing from the smallest root
    that can occur, s = 2(1-q)/(2-q) at the threshold, with slope >= 1 - q/2; Newton from s = 1 descends to the root, and
    eight steps reach rounding for every q. At the threshold 0 is returned, and 2(1-q)/(2-q) z minimises too.
    """

    lam: NonNegative
    q: UnitOpen

    @property
    def weak_convexity(self) -> float:
        return infinite_if_positive(self.lam)

    def _value(self, x: Any, xp: Any) -> Any:
        return self.lam * xp.where(x == 0, 0, xp.power(xp.where(x == 0, 1, xp.abs(x)), self.q))

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        q, mu, r = self.q, self.lam * t, xp.abs(z)
        smallest = 2 * (1 - q) / (2 - q)
        threshold = xp.power(2 * mu * (1 - q), 1 / (2 - q)) / smallest
        safe = xp.where(r <= threshold, 2 * threshold + 1, r)
        kappa = (1 - smallest) * xp.power(smallest, 1 - q) * xp.power(threshold / safe, 2 - q)
        s = xp.full_like(safe, 1)
        for _ in range(8):
            pull = kappa * xp.power(s, q - 1)
            s = xp.maximum(s - (s - 1 + pull) / (1 - (1 - q) * pull / s), smallest)
        return xp.copysign(xp.where(r <= threshold, 0, r - mu * q / xp.power(s * safe, 1 - q)), z)

    def _subdifferential(self, x: Any, xp: Any) -> tuple[Any, Any]:
        return power_subdifferential(x, self.lam, self.q, xp)
