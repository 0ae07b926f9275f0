from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.penalties.base import Separable
from verify.penalties.magnitude import slopes
from verify.penalties.parameters import AboveOne, NonNegative, as_array, largest_curvature


@dataclass(frozen=True)
class SCAD(Separable):
    """Smoothly clipped absolute deviation (Fan and Li 2001): slope lam up to lam, then (a lam - |x|)/(a - 1), 0 from a lam on.

    Weakly convex, modulus 1/(a - 1), for any a > 1. prox has three regimes: for t < a - 1 it is continuous and piecewise
    linear; for a - 1 <= t <= a + 1 it soft-thresholds up to lam(a + 1 + t)/2 and keeps z beyond; for t > a + 1 it
    hard-thresholds at lam sqrt((a + 1) t). Where it jumps, the smaller of the two minimisers in magnitude is returned.
    """

    lam: NonNegative
    a: AboveOne

    @property
    def weak_convexity(self) -> float:
        return largest_curvature(as_array(self.a) - 1, as_array(self.lam) > 0)

    def _value(self, x: Any, xp: Any) -> Any:
        r = xp.minimum(xp.abs(x), self.a * self.lam)
        over = xp.maximum(r - self.lam, 0)
        return self.lam * r - over * over / (2 * (self.a - 1))

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        lam, a, r = self.lam, self.a, xp.abs(z)
        firm = t < a - 1
        soft = xp.maximum(xp.subtract_product(r, lam, t), 0)
        slope = xp.where(firm, t / xp.where(firm, (a - 1) - t, 1), 0)
        jump = xp.where(t <= a + 1, lam * (a + 1 + t) / 2, lam * xp.sqrt((a + 1) * t))
        inner = soft + xp.maximum(soft - lam, 0) * slope
        return xp.copysign(xp.where(r > xp.where(firm, a * lam, jump), r, xp.minimum(inner, r)), z)

    def _subdifferential(self, x: Any, xp: Any) -> tuple[Any, Any]:
        slope = xp.minimum(self.lam, xp.maximum(self.a * self.lam - xp.abs(x), 0) / (self.a - 1))
        return slopes(x, slope, xp)
