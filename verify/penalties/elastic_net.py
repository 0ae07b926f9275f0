from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.penalties.base import Separable
from verify.penalties.magnitude import slopes
from verify.penalties.parameters import NonNegative


@dataclass(frozen=True)
class ElasticNet(Separable):
    """lam |x| + (mu/2) x^2 (Zou and Hastie 2005). prox is soft thresholding by t lam, then division by 1 + t mu. Convex.

    The quotient is corrected once by its residual, which is 0 in the reals: three roundings would be more than 2 ulp.
    """

    lam: NonNegative
    mu: NonNegative

    def _value(self, x: Any, xp: Any) -> Any:
        return self.lam * xp.abs(x) + self.mu * x * x / 2

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        soft, c = xp.subtract_clipped(z, t, self.lam), self.mu * t
        d = 1 + c
        lost = (xp.minimum(c, 1) - (d - xp.maximum(c, 1))) - xp.subtract_product(c, self.mu, t)  # of 1 + t mu, in d
        x = soft / d
        return x + (xp.subtract_product(soft, x, d) - x * lost) / d

    def _subdifferential(self, x: Any, xp: Any) -> tuple[Any, Any]:
        lower, upper = slopes(x, self.lam, xp)
        return lower + self.mu * x, upper + self.mu * x
