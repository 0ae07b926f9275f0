from __future__ import annotations

from typing import Any

from verify.methods.rda import RDA
from verify.methods.sda import Dual, Weight


class MRDA(RDA):
    """Modified regularized dual averaging (MRDA, Algorithm 2): RDA with w_0 = 0, begun at any w_1.

    h(w) = |w|^2/2 as in Eq. 29, not |w|^2 as in the listing's input. w_1 enters through its gradient only: w_2 forgets it.
    """

    def init(self, w: Any, hyper: Weight, penalty: Any, xp: Any) -> Dual:
        return Dual(xp.constant(0), xp.zeros_like(w), xp.zeros_like(w))
