from __future__ import annotations

from typing import Any, NamedTuple

from verify.methods.base import Method


class Count(NamedTuple):
    """The number of steps taken."""

    t: Any


class Scale(NamedTuple):
    """gamma > 0. The method is defined for gamma = 1 (MRDA, Eq. 23), and all of the paper's runs of it have that; others divide
    the step on the loss, as Eq. 24 does."""

    gamma: Any = 1


class SqrtT(Method):
    """The paper's "sqrt(t) prox-SGD" (MRDA, Eq. 23): a step that decays, a threshold that grows.

    w+ = prox_{sqrt(t) Psi}(w - g/(gamma sqrt t)), t = 1, 2, ...
    """

    State = Count
    Hyper = Scale

    def init(self, w: Any, hyper: Scale, penalty: Any, xp: Any) -> Count:
        return Count(xp.constant(0))

    def propose(self, state: Count, w: Any, g: Any, hyper: Scale, penalty: Any, xp: Any) -> tuple[Any, Any]:
        t = state.t + 1
        root = xp.sqrt(t)
        return (Count(t), penalty._prox(w - g / (hyper.gamma * root), root, xp)), None
