from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np

from verify.arrays import NUMPY, namespace
from verify.methods.base import Method
from verify.penalties.l1 import L1
from verify.penalties.metric_l1 import MetricL1


class Preconditioned(NamedTuple):
    """The momentum m; ``total``, the moving average or the sum of squared gradients that C is computed from; the
    preconditioner C (a diagonal shaped as w, or a matrix); and the weights that the start at 0 still has in m and in
    ``total``: ``left_m``, the product of all rho so far, and ``left``, that of all beta."""

    m: Any
    total: Any
    C: Any
    left_m: Any
    left: Any


class Metric(NamedTuple):
    """Step alpha_t > 0 of this step, momentum rho_t in [0, 1), delta > 0, and C where it is handed in: a diagonal like w, or 0.

    The paper wants rho_t = rho_0 mu^(t-1) in its theory and has rho_t = 0.9 in its runs. Vanilla means C + delta I = I: delta
    1 and C = 0.
    """

    alpha: Any
    rho: Any = 0
    delta: Any = 1
    C: Any = 0


class Memory(NamedTuple):
    """As :class:`Metric`, with Adam's beta in [0, 1) in the place of C."""

    alpha: Any
    rho: Any = 0.9
    delta: Any = 1e-8
    beta: Any = 0.999


class ProxGen(Method):
    """ProxGEN (Algorithm 1, Eq. 2) with a diagonal C_t handed in, none by default.

    m+ = rho_t m + (1 - rho_t) g with m = 0 at the start, H = (C_t + delta)/alpha_t and
    w+ = argmin_x <m+, x> + R(x) + (x - w)'H(x - w)/2 = prox in the metric H of w - m+/H: the penalty's map with the step 1/H_i
    in coordinate i. (Line 6 is lost in the listing; Sect. 4 has it. lambda is in R, once.)
    """

    State = Preconditioned
    Hyper: ClassVar[type] = Metric
    quantities: ClassVar[dict[str, str]] = {"largest": "PG.C4.adam", "least": "PG.T1.alpha"}

    def init(self, w: Any, hyper: Any, penalty: Any, xp: Any) -> Preconditioned:
        zero, one = xp.zeros_like(w), xp.constant(1)
        return Preconditioned(zero, zero, zero, one, one)

    def propose(self, state: Preconditioned, w: Any, g: Any, hyper: Any, penalty: Any, xp: Any) -> tuple[Any, Any]:
        m = hyper.rho * state.m + (1 - hyper.rho) * g
        state = self._precondition(state._replace(m=m, left_m=hyper.rho * state.left_m), g, hyper, xp)
        return (state, self._move(w, self._direction(state), self._metric(state, hyper), hyper.alpha, penalty, xp)), None

    def _metric(self, state: Preconditioned, hyper: Any) -> Any:
        """C + delta, with a C that is handed in as it is: a number stays one, and groups then take their map with one step."""
        return hyper.C + hyper.delta

    def _precondition(self, state: Preconditioned, g: Any, hyper: Any, xp: Any) -> Preconditioned:
        return state._replace(C=hyper.C + xp.zeros_like(g))

    def _direction(self, state: Preconditioned) -> Any:
        return state.m

    def _move(self, w: Any, m: Any, metric: Any, alpha: Any, penalty: Any, xp: Any) -> Any:
        step = alpha / metric
        return penalty._prox(w - step * m, step, xp)

    @staticmethod
    def largest(state: Preconditioned, w: Any, hyper: Any) -> Any:
        """max_i (C_i + delta)/alpha: (C-4) asks it to be at most 1/gamma, at all times."""
        return namespace(w).max((state.C + hyper.delta) / hyper.alpha)

    @staticmethod
    def least(state: Preconditioned, w: Any, hyper: Any) -> Any:
        """min_i (C_i + delta)/alpha: Theorem 1, repaired, asks it to exceed L."""
        return -namespace(w).max(-(state.C + hyper.delta) / hyper.alpha)


class _Computed:
    """C_t comes from the gradients and is in the state."""

    def _metric(self, state: Preconditioned, hyper: Any) -> Any:
        return state.C + hyper.delta


class ProxGenAdam(_Computed, ProxGen):
    """Proximal Adam (ProxGEN, Sect. 2): C_t = sqrt(v_t), v+ = beta v + (1 - beta) g^2.

    (Printed C_t = sqrt(beta C_{t-1} + (1 - beta) g_t^2), without the square inside.) ``bias_correction`` divides m and v by
    what they have gathered, as Adam does; the paper does not say so. It is then Algorithm 1 with another momentum and C
    (claim PG.adam.bias) and the same as ProxSSI.
    """

    Hyper = Memory

    def __init__(self, bias_correction: bool = False) -> None:
        self.bias_correction = bias_correction

    def _precondition(self, state: Preconditioned, g: Any, hyper: Any, xp: Any) -> Preconditioned:
        v, left = hyper.beta * state.total + (1 - hyper.beta) * g * g, hyper.beta * state.left
        return state._replace(total=v, left=left, C=xp.sqrt(v * (1 / (1 - left)) if self.bias_correction else v))

    def _direction(self, state: Preconditioned) -> Any:
        return state.m * (1 / (1 - state.left_m)) if self.bias_correction else state.m


class ProxGenAdamPrinted(_Computed, ProxGen):
    """The preconditioner as it is printed, C+ = sqrt(beta C + (1 - beta) g^2). Not Adam's: claim PG.adam."""

    Hyper = Memory

    def _precondition(self, state: Preconditioned, g: Any, hyper: Any, xp: Any) -> Preconditioned:
        return state._replace(C=xp.sqrt(hyper.beta * state.C + (1 - hyper.beta) * g * g))


class ProxGenAdaGrad(_Computed, ProxGen):
    """Proximal AdaGrad with the diagonal of the paper's matrix: C_t = sqrt(sum of g^2). The Hyper's C is not used."""

    def _precondition(self, state: Preconditioned, g: Any, hyper: Any, xp: Any) -> Preconditioned:
        total = state.total + g * g
        return state._replace(total=total, C=xp.sqrt(total))


class ProxGenFull(ProxGen):
    """ProxGEN with a full symmetric C_t handed in, for l1: one vector w, NumPy alone. TypeError for other penalties."""

    def init(self, w: Any, hyper: Any, penalty: Any, xp: Any) -> Preconditioned:
        zero = np.zeros((len(w), len(w)))
        return ProxGen.init(self, w, hyper, penalty, xp)._replace(total=zero, C=zero)

    def _precondition(self, state: Preconditioned, g: Any, hyper: Any, xp: Any) -> Preconditioned:
        return state._replace(C=np.zeros((len(g), len(g))) + hyper.C)

    def propose(self, state: Preconditioned, w: Any, g: Any, hyper: Any, penalty: Any, xp: Any) -> tuple[Any, Any]:
        if not isinstance(penalty, L1) or xp is not NUMPY:
            raise TypeError(f"{type(self).__name__}: the prox in a full metric is known for L1 with NumPy; got {penalty!r}")
        m = hyper.rho * state.m + (1 - hyper.rho) * g
        state = self._precondition(state._replace(m=m), g, hyper, xp)
        H = (state.C + hyper.delta * np.eye(len(w))) / hyper.alpha
        return (state, MetricL1(penalty.lam, H)._prox(w - np.linalg.solve(H, m), 1.0, xp)), None

    @staticmethod
    def largest(state: Preconditioned, w: Any, hyper: Any) -> Any:
        return (np.linalg.eigvalsh(state.C)[-1] + hyper.delta) / hyper.alpha

    @staticmethod
    def least(state: Preconditioned, w: Any, hyper: Any) -> Any:
        return (np.linalg.eigvalsh(state.C)[0] + hyper.delta) / hyper.alpha


class ProxGenAdaGradFull(ProxGenFull):
    """AdaGrad as the paper has it: C_t = (sum of g g')^(1/2), by the eigenvectors of the sum."""

    def _precondition(self, state: Preconditioned, g: Any, hyper: Any, xp: Any) -> Preconditioned:
        total = state.total + np.outer(g, g)
        values, axes = np.linalg.eigh(total)
        sure = values > len(g) * np.finfo(float).eps * values[-1]  # the root of a rounding is 1e-8 of the largest root
        root = (axes * np.sqrt(np.where(sure, values, 0.0))) @ axes.T
        return state._replace(total=total, C=(root + root.T) / 2)
