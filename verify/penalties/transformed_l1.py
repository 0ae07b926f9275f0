from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from verify.penalties.base import Separable
from verify.penalties.magnitude import slopes
from verify.penalties.parameters import NonNegative, Positive, as_array


@dataclass(frozen=True)
class TransformedL1(Separable):
    """lam (a + 1)|x|/(a + |x|) (Zhang and Xin 2017). Weakly convex, modulus 2 lam (a + 1)/a^2.

    With w = t lam (a + 1)/a, the slope at 0 times t: for 2w <= a prox is continuous and leaves 0 at |z| = w; otherwise it
    jumps at sqrt(2 w a) - a/2, where both 0 and a positive multiple of z are minimisers and 0 is returned. Beyond, x is the
    largest root of x - |z| + w (a/(a + x))^2, by its cosine form and three steps to the root of the tangent parabola (Euler's
    method: where 2w is close to a and |z| to w the slope vanishes and Newton's would be thrown off); near 0 the residual is
    taken from |z| - w, which keeps its digits.
    """

    lam: NonNegative
    a: Positive

    @property
    def weak_convexity(self) -> float:
        a = as_array(self.a)
        return float(np.max(2 * as_array(self.lam) * (a + 1) / (a * a)))

    def _value(self, x: Any, xp: Any) -> Any:
        r = xp.abs(x)
        return self.lam * (self.a + 1) * (r / (self.a + r))

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        a, r, mu = self.a, xp.abs(z), self.lam * t
        w = mu + mu / a
        excess = xp.subtract_product(xp.subtract_product(r, self.lam, t), mu / a, 1)
        jump = xp.sqrt(2 * w * a) - a / 2
        zero = xp.where(2 * w > a, r <= jump, excess <= 0)
        safe = xp.where(zero, 2 * w + a, r)
        start = xp.where(zero, 2 * w + a - w, excess)
        u = a / (a + safe)
        c = xp.cos_third(1 - 27 * (w / a) * u * u * u / 2)
        x = ((1 + 2 * c) * safe + 2 * a * (c - 1)) / 3
        for _ in range(3):
            x = xp.minimum(xp.maximum(x, 0), safe)
            y = a / (a + x)
            cube = (w / a) * y * y * y
            slope = 1 - 2 * cube
            residual = xp.where(w > 2 * a, (x - safe) + w * y * y, x * (1 - (w / a) * y * (1 + y)) - start)
            bend = 6 * cube * y / a
            divisor = slope + xp.sqrt(xp.maximum(slope * slope - 2 * residual * bend, 0))
            x = x - 2 * residual / xp.where(divisor > 0, divisor, 1)
        return xp.copysign(xp.where(zero, 0, xp.minimum(xp.maximum(x, 0), r)), z)

    def _subdifferential(self, x: Any, xp: Any) -> tuple[Any, Any]:
        y = self.a / (self.a + xp.abs(x))
        slope = self.lam * (self.a + 1) / self.a * y * y
        return slopes(x, slope, xp)
