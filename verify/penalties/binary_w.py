from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from verify.penalties.base import Separable
from verify.penalties.l0 import L0
from verify.penalties.l1 import L1
from verify.penalties.l12 import L12, square_root_shrinkage
from verify.penalties.l23 import L23, cube_root_shrinkage
from verify.penalties.parameters import Choice, NonNegative, infinite_if_positive


@dataclass(frozen=True)
class BinaryW(Separable):
    """The W-shaped lam ||x| - 1|^q that pulls weights to -1 and 1, q in {0, 1/2, 2/3, 1} (ProxGEN, Sect. 4).

    sign(0) is read as 1.

    On each side of 0 it is lam |.|^q moved to +-1, so the prox moves ||z| - 1| by that map's shrinkage. The shrinkage is added
    to |z| itself: subtracting 1 and adding it again would lose small |z|. Ties: at z = 0 the positive side is taken; at a jump
    (q < 1) the point nearer to z is kept inside, +-1 outside.
    """

    lam: NonNegative
    q: Annotated[float, Choice((0.0, 1 / 2, 2 / 3, 1.0))]

    @property
    def weak_convexity(self) -> float:
        return infinite_if_positive(self.lam)

    def _value(self, x: Any, xp: Any) -> Any:
        away = xp.abs(x) - 1
        shapes = {0.0: L0, 1 / 2: L12, 2 / 3: L23, 1.0: L1}
        return shapes[self.q]._unchecked(lam=self.lam)._value(away, xp)

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        r, rest = xp.abs(z), 0
        away = xp.abs(r - 1)
        if self.q == 1.0:
            outside = xp.maximum(xp.subtract_product(r, self.lam, t), 1)
            x = xp.where(r < 1, xp.minimum(xp.subtract_product(r, -self.lam, t), 1), outside)
            return xp.where(z < 0, -x, x)
        if self.q == 0.0:
            threshold, shrinkage = xp.sqrt(2 * self.lam * t), 0
        elif self.q == 1 / 2:
            threshold, shrinkage = square_root_shrinkage(away, self.lam * t, xp)
        else:
            threshold, shrinkage, rest = cube_root_shrinkage(away, self.lam, t, xp)
        x = xp.where(r < 1, (r + shrinkage) + rest, (r - shrinkage) - rest)
        snaps = xp.where(r < 1, away < threshold, away <= threshold)
        x = xp.where(snaps, 1, x)
        return xp.where(z < 0, -x, x)

    def _subgradient_gap(self, x: Any, g: Any, xp: Any) -> Any:
        q, distance = self.q, xp.abs(x) - 1
        slope = 0.0 if q == 0 else self.lam * q * xp.power(xp.where(distance == 0, 1.0, xp.abs(distance)), q - 1)
        smooth = xp.abs(g + xp.sign(x) * xp.sign(distance) * slope)
        at_wells = xp.maximum(xp.abs(g) - self.lam, 0.0) if q == 1 else xp.where(self.lam > 0, 0.0, xp.abs(g))
        return xp.where(distance == 0, at_wells, xp.where(x == 0, xp.abs(xp.abs(g) - slope), smooth))
