from __future__ import annotations

from typing import Any

from verify.methods.prox_gen import ProxGen, ProxGenAdam


class TwoStageProxSGD(ProxGen):
    """Prox-SGD in its two-stage form (ProxGEN, Eq. 5; Yang et al. 2020): a prox without the step, then a step towards it.

    x = argmin <m+, x> + R(x) + (x - w)'(C + delta I)(x - w)/2, w+ = w + alpha_t (x - w), with ProxGEN's m and a diagonal C
    handed in. For alpha_t = 1 it is ProxGEN with that step.
    """

    def _move(self, w: Any, m: Any, metric: Any, alpha: Any, penalty: Any, xp: Any) -> Any:
        target = penalty._prox(w - m / metric, 1 / metric, xp)
        return xp.where(alpha == 1, target, w + alpha * (target - w))


class TwoStageProxAdam(ProxGenAdam):
    """As :class:`TwoStageProxSGD`, with C = sqrt(v) as in :class:`ProxGenAdam`."""

    _move = TwoStageProxSGD._move
