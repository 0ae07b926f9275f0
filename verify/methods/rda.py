from __future__ import annotations

from typing import Any, ClassVar

from verify.arrays import namespace
from verify.methods.sda import SDA, Dual, Weight


class RDA(SDA):
    """Regularized dual averaging (MRDA, Algorithm 1, Eq. 13 and 14; Xiao 2010), for h(w) = |w - w_0|^2/2.

    w+ = prox_{(t/beta_t) Psi}(w_0 - (t/beta_t) mean+), with SDA's mean. The first w is w_0, which Algorithm 1 wants to minimise
    Psi: 0 for l1. (The regret bound does not need that: claim MRDA.E31.anchor.)
    """

    quantities: ClassVar[dict[str, str]] = {"largest_mean": "MRDA.S34.stuck"}

    def propose(self, state: Dual, w: Any, g: Any, hyper: Weight, penalty: Any, xp: Any) -> tuple[Any, Any]:
        (state, half), _ = super().propose(state, w, g, hyper, penalty, xp)
        return (state, penalty._prox(half, state.t / hyper.beta, xp)), None

    @staticmethod
    def largest_mean(state: Dual, w: Any, hyper: Weight) -> Any:
        """max_i |mean_i|. With l1 and w_0 = 0 the next w is 0 where it is at most lambda."""
        xp = namespace(state.mean)
        return xp.max(xp.abs(state.mean))
