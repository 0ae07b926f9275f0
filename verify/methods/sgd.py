from __future__ import annotations

from typing import Any, NamedTuple

from verify.methods.base import Method


class Velocity(NamedTuple):
    """The gradients so far, each weighted by momentum to the power of its age."""

    v: Any


class Descent(NamedTuple):
    """Step size alpha_t > 0 of this step (MRDA has alpha_t = 1/(gamma sqrt t)) and momentum in [0, 1); 0 is the plain
    method."""

    alpha: Any
    momentum: Any = 0


class SGD(Method):
    """Stochastic gradient descent, the baseline of MRDA's tables (there with momentum).

    v+ = momentum v + g, w+ = w - alpha_t v+, with v = 0 at the start: heavy ball without dampening, as in PyTorch. The penalty
    is not used.
    """

    State = Velocity
    Hyper = Descent

    def init(self, w: Any, hyper: Descent, penalty: Any, xp: Any) -> Velocity:
        return Velocity(xp.zeros_like(w))

    def propose(self, state: Velocity, w: Any, g: Any, hyper: Descent, penalty: Any, xp: Any) -> tuple[Any, Any]:
        v = hyper.momentum * state.v + g
        return (Velocity(v), w - hyper.alpha * v), None
