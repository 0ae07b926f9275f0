from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from verify.penalties.base import Separable
from verify.penalties.lq import power_subdifferential
from verify.penalties.parameters import NonNegative, infinite_if_positive


def square_root_shrinkage(r: Any, mu: Any, xp: Any) -> tuple[Any, Any]:
    """(threshold, shrinkage): argmin_x (x - r)^2/2 + mu sqrt(|x|) is r - shrinkage above the threshold, 0 up to it.

    y = sqrt(x) is the largest root of y^3 - r y + mu/2. The cosine form of the root loses the shrinkage far above the
    threshold, so x is put once more through x = r - (mu/2)/sqrt(x), a contraction by 1/4 or less.
    """
    m = xp.cbrt(mu)
    threshold = 3 * m * m / 2
    safe = xp.where(r >= threshold, r, 2 * threshold + 1)
    ratio = threshold / safe
    c = xp.cos_third(-ratio * xp.sqrt(ratio / 2))
    x = safe - (mu / 2) / xp.sqrt(4 * c * c / 3 * safe)
    return threshold, (mu / 2) / xp.sqrt(x)


@dataclass(frozen=True)
class L12(Separable):
    """lam |x|^(1/2) (Xu, Chang, Xu and Zhang 2012). prox jumps at |z| = (3/2)(t lam)^(2/3)."""

    ties: ClassVar[str] = "at |z| = (3/2)(t lam)^(2/3) both 0 and 2z/3 are minimisers; 0 is returned"
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
