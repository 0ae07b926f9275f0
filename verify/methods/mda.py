from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from verify.arrays import namespace
from verify.methods.base import Method


class Averages(NamedTuple):
    """After t steps: alpha_t = sum of s_k, V_t = sum of s_k g_k, and the anchor W_0."""

    t: Any
    alpha: Any
    V: Any
    anchor: Any


class Mixing(NamedTuple):
    """Learning rate eta_t >= 0 of this step, above 0 in the first (or nothing has weight), and c_t in [0, 1]."""

    eta: Any
    c: Any


class MDA(Method):
    """Modernized dual averaging (RMDA, Algorithm 1 with psi = 0; Jelassi and Defazio 2020).

    With beta_t = sqrt t, s_t = eta_t beta_t, alpha_t = alpha_{t-1} + s_t, V_t = V_{t-1} + s_t g:
    W~_t = W_0 - V_t/beta_t, W_t = (1 - c_t) W_{t-1} + c_t W~_t, t = 1, 2, ... The penalty is not used.

    W is what a step returns and where gradients are taken; :meth:`tentative` gives W~ from the state, which need not hold it.
    For c_t = 1 both are the same numbers, zeros included.
    """

    State = Averages
    Hyper = Mixing
    quantities: ClassVar[dict[str, str]] = {"newest": "RMDA.L2.as", "anchoring": "RMDA.T1.path"}

    def init(self, w: Any, hyper: Mixing, penalty: Any, xp: Any) -> Averages:
        return self.restart(w, xp)

    def restart(self, w: Any, xp: Any) -> Averages:
        """The state with which the next round starts from w. The paper does not say whether t is reset: here it is, since
        Algorithm 1 starts at beta_1 = 1. The schedules of eta and c go on, as the paper says; they are the caller's."""
        return Averages(xp.constant(0), xp.constant(0), xp.zeros_like(w), w)

    def propose(self, state: Averages, w: Any, g: Any, hyper: Mixing, penalty: Any, xp: Any) -> tuple[Any, Any]:
        t = state.t + 1
        s = hyper.eta * xp.sqrt(t)
        state = Averages(t, state.alpha + s, state.V + s * g, state.anchor)
        tentative = self.tentative(state, penalty, xp)
        return (state, xp.where(hyper.c == 1, tentative, (1 - hyper.c) * w + hyper.c * tentative)), None

    def tentative(self, state: Averages, penalty: Any, xp: Any) -> Any:
        """W~_t, t >= 1."""
        beta = xp.sqrt(state.t)
        return self._nearest(state.anchor - state.V / beta, state.alpha / beta, penalty, xp)

    def _nearest(self, z: Any, step: Any, penalty: Any, xp: Any) -> Any:
        return z

    @staticmethod
    def newest(state: Averages, w: Any, hyper: Mixing) -> Any:
        """tau_t = s_t/alpha_t: the weight of the newest gradient in the average V_t/alpha_t."""
        return hyper.eta * namespace(w).sqrt(state.t) / state.alpha

    @staticmethod
    def anchoring(state: Averages, w: Any, hyper: Mixing) -> Any:
        """beta_t/alpha_t: how strongly W~ is still drawn to W_0."""
        return namespace(w).sqrt(state.t) / state.alpha
