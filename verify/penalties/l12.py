from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.penalties.base import Separable
from verify.penalties.lq import power_subdifferential
from verify.penalties.parameters import NonNegative, infinite_if_positive


def square_root_shrinkage(r: Any, mu: Any, xp: Any) -> tuple[Any, Any]:
    """(threshold, shrinkage): argmin_x (x - r)^2/2 + mu sqrt(|x|) is r - shrinkage above the threshold, 0 up to it.

    y = sqrt(x) is the largest root of y^3 - r y + mu/2: c mu^(1/3)/h, h^2 = threshold/(2 r), 4 c^3 - 3 c = -2 h^3. Far above
    the threshold x = y^2 would lose the shrinkage, so x is taken from x = r - (mu/2)/y, and put once more through
    x = r - (mu/2)/sqrt(x), a contraction by 1/4 or less.
    """
    m = xp.cbrt(mu)
    m2 = m * m
    threshold = 1.5 * m2
    safe = xp.where(r >= threshold, r, 2 * threshold + 1)
    ratio = threshold / safe
    h = xp.sqrt(0.5 * ratio)
    c = xp.cos_third(-ratio * h)
    x = safe - (0.5 * m2) * (h / c)
    return threshold, (0.5 * mu) / xp.sqrt(x)


@dataclass(frozen=True)
class L12(Separable):
    """lam |x|^(1/2) (Xu, Chang, Xu and Zhang 2012). prox jumps at |z| = (3/2)(t lam)^(2/3).

    There both 0 and 2z/3 are minimisers; 0 is returned.
    """

    lam: NonNegative

    @property
    def weak_convexity(self) -> float:
        return infinite_if_positive(self.lam)

    def _value(self, x: Any, xp: Any) -> Any:
        return self.lam * xp.sqrt(xp.abs(x))

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        r = xp.abs(z)
        threshold, shrinkage = square_root_shrinkage(r, self.lam * t, xp)
        return xp.copysign(xp.where(r <= threshold, 0, r - shrinkage), z)

    def _subdifferential(self, x: Any, xp: Any) -> tuple[Any, Any]:
        return power_subdifferential(x, self.lam, 0.5, xp)
