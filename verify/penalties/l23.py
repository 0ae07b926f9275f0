from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.penalties.base import Separable
from verify.penalties.lq import power_subdifferential
from verify.penalties.parameters import NonNegative, infinite_if_positive


def cube_root_shrinkage(r: Any, lam: Any, t: Any, xp: Any) -> tuple[Any, Any, Any]:
    """(threshold, shrinkage, rest): argmin_x (x - r)^2/2 + lam t |x|^(2/3) is (r - shrinkage) - rest above the threshold.

    y = cbrt(x) is the largest root of y^4 - r y + k with k = (2/3) lam t; with k = b^4 the threshold is 2 b^3. The closed form
    is polished by one Newton step whose residual, and the quotient k/y, are carried in two pieces: at the threshold the
    shrinkage is as large as x, and every rounding in it would show. All pieces named ``..._low`` are 0 in the reals. For r so
    large that the residual overflows nothing is left of the shrinkage, and its rest is dropped.
    """
    twice = 2 * lam * t
    k = twice / 3
    k_low = (xp.subtract_product(twice, k, 3) - xp.subtract_product(twice, 2 * lam, t)) / 3
    b = xp.sqrt(xp.sqrt(k))
    b_cubed = b * b * b
    safe = xp.where(r >= 2 * b_cubed, r, 4 * b_cubed + 1)
    p = safe / b_cubed
    root3 = xp.sqrt(3)
    alpha = xp.sqrt(4 * xp.cos_third(3 * root3 * p * p / 16) / root3)
    eta = (alpha + xp.sqrt(2 * p / alpha - alpha * alpha)) / 2
    y = b * xp.where(eta > 1, eta, 1)
    y = xp.cbrt(safe - k / xp.where(y > 0, y, 1))
    y2 = y * y
    y3 = y2 * y
    y3_low = -xp.subtract_product(y3, y2, y) - y * xp.subtract_product(y2, y, y)
    gap = y3 - safe
    residual = xp.subtract_product(k, -y, gap) + ((y3 - (gap + safe)) + y3_low) * y + k_low
    shrinkage = k / y
    rest = (xp.subtract_product(k, shrinkage, y) + k_low + shrinkage * residual / (4 * y3 - safe)) / y
    rest = xp.where(xp.both(-shrinkage <= rest, rest <= shrinkage), rest, 0)
    return 2 * b_cubed, shrinkage, rest


@dataclass(frozen=True)
class L23(Separable):
    """lam |x|^(2/3) (Cao, Sun and Xu 2013). prox jumps at |z| = 2 (2 t lam/3)^(3/4).

    There both 0 and z/2 are minimisers; 0 is returned.
    """

    lam: NonNegative

    @property
    def weak_convexity(self) -> float:
        return infinite_if_positive(self.lam)

    def _value(self, x: Any, xp: Any) -> Any:
        y = xp.cbrt(xp.abs(x))
        return self.lam * y * y

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        r = xp.abs(z)
        threshold, shrinkage, rest = cube_root_shrinkage(r, self.lam, t, xp)
        return xp.copysign(xp.where(r <= threshold, 0, (r - shrinkage) - rest), z)

    def _subdifferential(self, x: Any, xp: Any) -> tuple[Any, Any]:
        return power_subdifferential(x, self.lam, 2 / 3, xp)
