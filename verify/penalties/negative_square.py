from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from verify.penalties.base import Separable
from verify.penalties.parameters import NonNegative, as_array, is_symbolic


@dataclass(frozen=True)
class NegativeSquare(Separable):
    """-lam x^2: prox-bounded only for t < 1/(2 lam) (SR2, Sect. 3), where prox is z/(1 - 2 t lam). From there on there is no
    minimiser: ``prox`` raises and ``_prox`` gives NaN."""

    lam: NonNegative

    @property
    def weak_convexity(self) -> float:
        return float(np.max(2 * as_array(self.lam)))

    @property
    def prox_bound(self) -> Any:
        with np.errstate(divide="ignore", over="ignore"):
            return 1 / (2 * (self.lam if is_symbolic(self.lam) else as_array(self.lam)))

    def _value(self, x: Any, xp: Any) -> Any:
        return -self.lam * x * x

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        room = xp.subtract_product(1, 2 * self.lam, t)
        return z / xp.where(room > 0, room, xp.nan)

    def _subdifferential(self, x: Any, xp: Any) -> tuple[Any, Any]:
        return -2 * self.lam * x, -2 * self.lam * x
