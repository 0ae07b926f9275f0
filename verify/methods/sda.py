from __future__ import annotations

from typing import Any, NamedTuple

from verify.methods.base import Method


class Dual(NamedTuple):
    """The number t of gradients so far, their mean, and w_0, the minimiser of h(w) = |w - w_0|^2/2, from which steps are
    made."""

    t: Any
    mean: Any
    anchor: Any


class Weight(NamedTuple):
    """beta_t > 0 of this step, nondecreasing in t. The paper uses gamma sqrt t; it also allows 0, where no minimiser exists."""

    beta: Any


class SDA(Method):
    """Nesterov's simple dual averaging (MRDA, Eq. 5 and 6) for h(w) = |w - w_0|^2/2.

    mean+ = ((t-1) mean + g)/t, w+ = w_0 - (t/beta_t) mean+, t = 1, 2, ... The first w is w_0. The penalty is not used.
    """

    State = Dual
    Hyper = Weight

    def init(self, w: Any, hyper: Weight, penalty: Any, xp: Any) -> Dual:
        return Dual(xp.constant(0), xp.zeros_like(w), w)

    def propose(self, state: Dual, w: Any, g: Any, hyper: Weight, penalty: Any, xp: Any) -> tuple[Any, Any]:
        t = state.t + 1
        mean = ((t - 1) * state.mean + g) / t
        return (Dual(t, mean, state.anchor), state.anchor - t / hyper.beta * mean), None
