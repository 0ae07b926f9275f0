from __future__ import annotations

from typing import Any, NamedTuple

from verify.methods.base import Method, NoState


class StepSize(NamedTuple):
    """The step alpha > 0: a number, or an array that broadcasts against w."""

    alpha: Any


class ProxGradient(Method):
    """Proximal gradient (SR2, Eq. 3): w+ = prox_{alpha R}(w - alpha g), for any g; the sampled gradient makes it stochastic.

    Where prox has several values the one that the penalty documents is taken; where it has none the result is NaN.
    """

    State = NoState
    Hyper = StepSize

    def init(self, w: Any, hyper: StepSize, penalty: Any, xp: Any) -> NoState:
        return NoState()

    def propose(self, state: NoState, w: Any, g: Any, hyper: StepSize, penalty: Any, xp: Any) -> tuple[Any, Any]:
        return (state, penalty._prox(w - hyper.alpha * g, hyper.alpha, xp)), None
