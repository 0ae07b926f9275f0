from __future__ import annotations

from typing import Any

from verify.methods.sgd import SGD, Descent, Velocity


class ProxSGD(SGD):
    """Proximal stochastic gradient descent, FOBOS (MRDA, Eq. 8 and 9; SR2, Eq. 3, for the full gradient).

    w+ = prox_{alpha_t Psi}(w - alpha_t v+) with SGD's v+ = momentum v + g: the papers' method for momentum 0.
    With momentum the velocity gathers g/(1 - momentum) while the prox does not: fixed points are those of f + (1 - momentum) R.
    """

    def propose(self, state: Velocity, w: Any, g: Any, hyper: Descent, penalty: Any, xp: Any) -> tuple[Any, Any]:
        (state, half), _ = super().propose(state, w, g, hyper, penalty, xp)
        return (state, penalty._prox(half, hyper.alpha, xp)), None
