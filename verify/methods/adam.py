from __future__ import annotations

from typing import Any, NamedTuple

from verify.methods.base import Method


class Moments(NamedTuple):
    """Moving averages m of the gradient and v of its square, both begun at 0, and the weights left1 = beta1^t and
    left2 = beta2^t which that start still has in them: the bias correction divides by 1 - left1 and 1 - left2."""

    m: Any
    v: Any
    left1: Any
    left2: Any


class Adaptive(NamedTuple):
    """Step size alpha > 0, decay rates of the two means in [0, 1), and what keeps the quotient finite."""

    alpha: Any
    beta1: Any = 0.9
    beta2: Any = 0.999
    epsilon: Any = 1e-8


class Adam(Method):
    """Adam (Kingma and Ba 2015, Algorithm 1), a baseline without a penalty.

    m+ = beta1 m + (1 - beta1) g, v+ = beta2 v + (1 - beta2) g^2,
    w+ = w - alpha (m+/(1 - beta1^t)) / (sqrt(v+/(1 - beta2^t)) + epsilon). The penalty is not used.
    """

    State = Moments
    Hyper = Adaptive

    def init(self, w: Any, hyper: Adaptive, penalty: Any, xp: Any) -> Moments:
        return Moments(xp.zeros_like(w), xp.zeros_like(w), xp.constant(1), xp.constant(1))

    def propose(self, state: Moments, w: Any, g: Any, hyper: Adaptive, penalty: Any, xp: Any) -> tuple[Any, Any]:
        state, step, m = self._advance(state, g, hyper, xp)
        return (state, w - step * m), None

    @staticmethod
    def _advance(state: Moments, g: Any, hyper: Adaptive, xp: Any) -> tuple[Moments, Any, Any]:
        """The new means; the step of each coordinate, alpha/(sqrt(v+/(1 - beta2^t)) + epsilon); and m+/(1 - beta1^t)."""
        m = hyper.beta1 * state.m + (1 - hyper.beta1) * g
        v = hyper.beta2 * state.v + (1 - hyper.beta2) * g * g
        left1, left2 = hyper.beta1 * state.left1, hyper.beta2 * state.left2
        step = hyper.alpha / (xp.sqrt(v * (1 / (1 - left2))) + hyper.epsilon)
        return Moments(m, v, left1, left2), step, m * (1 / (1 - left1))
