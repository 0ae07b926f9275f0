from __future__ import annotations

from typing import Any

from verify.methods.mda import MDA


class RMDA(MDA):
    """Regularized modernized dual averaging (RMDA, Algorithm 1).

    With MDA's V_t and alpha_t, W~_t = argmin_W <V_t, W> + (beta_t/2)|W - W_0|^2 + alpha_t psi(W)
    = prox_{(alpha_t/beta_t) psi}(W_0 - V_t/beta_t) and W_t = (1 - c_t) W_{t-1} + c_t W~_t.

    The half is missing in line 5 as extracted; Eq. 2 and 21 have it. "The number of epochs T" there counts mini-batches. The
    paper returns W_T; its theory is about W~_T (claim RMDA.T2), which :meth:`tentative` gives.
    """

    def _nearest(self, z: Any, step: Any, penalty: Any, xp: Any) -> Any:
        return penalty._prox(z, step, xp)
