from __future__ import annotations

from typing import Any

from verify.methods.adam import Adam, Adaptive, Moments


class ProxSSI(Adam):
    """ProxSSI (Deleu and Bengio 2021), RMDA's baseline: Adam's step, then the prox in Adam's metric.

    w+ = argmin_x psi(x) + sum_i d_i (x_i - y_i)^2/(2 alpha), with Adam's y = w - alpha m/d and d = sqrt(v) + epsilon (m and v
    corrected for their start): the prox with the step alpha/d_i in coordinate i. For group LASSO that is GroupL2's safeguarded
    Newton, which needs no tolerance and no number of iterations to be chosen. ProxGenAdam with ``bias_correction`` is the same
    and keeps one array more, its preconditioner: this is what others compare with, from its own description.
    """

    def propose(self, state: Moments, w: Any, g: Any, hyper: Adaptive, penalty: Any, xp: Any) -> tuple[Any, Any]:
        state, step, m = self._advance(state, g, hyper, xp)
        return (state, penalty._prox(w - step * m, step, xp)), None
