from __future__ import annotations

from typing import Any, NamedTuple

from verify.methods.base import Method


class Real(NamedTuple):
    """The real weights, in [-1, 1] from the first step on, whose signs are what a step returns."""

    real: Any


class Rate(NamedTuple):
    """Step size alpha > 0."""

    alpha: Any


def signs(x: Any, xp: Any) -> Any:
    """-1 for x < 0, else 1."""
    return xp.where(x < 0, -xp.full_like(x, 1), xp.full_like(x, 1))


class BinaryConnect(Method):
    """BinaryConnect (Courbariaux, Bengio and David 2015), deterministic: a baseline of ProxGEN's Table 3, which does not
    define it.

    real+ = clip(real - alpha g, -1, 1), w+ = sign(real+), sign(0) = 1. The gradient is taken at the w that a step returns,
    the first one at the start as it is. The penalty is not used.
    """

    State = Real
    Hyper = Rate

    def init(self, w: Any, hyper: Rate, penalty: Any, xp: Any) -> Real:
        return Real(w)

    def propose(self, state: Real, w: Any, g: Any, hyper: Rate, penalty: Any, xp: Any) -> tuple[Any, Any]:
        real = xp.minimum(xp.maximum(state.real - hyper.alpha * g, -xp.full_like(g, 1)), xp.full_like(g, 1))
        return (Real(real), signs(real, xp)), None
