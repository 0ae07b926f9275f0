from __future__ import annotations

from typing import Any, NamedTuple

from verify.methods.base import Method


class Splitting(NamedTuple):
    """The sparse copy u of the weights."""

    u: Any


class Relaxation(NamedTuple):
    """Step size eta > 0 and relaxation beta > 0."""

    eta: Any
    beta: Any


class RVSM(Method):
    """Relaxed variable splitting, in the order that the proofs use (RVSM, Sect. 5.2 and 5.3).

    u+ = prox_{R/beta}(w), then w+ = w - eta grad f(w) - eta beta (w - u+): a gradient step on
    L_beta(w, u) = f(w) + R(u) + (beta/2)|w - u|^2, whose u is exact.
    """

    State = Splitting
    Hyper = Relaxation

    def init(self, w: Any, hyper: Relaxation, penalty: Any, xp: Any) -> Splitting:
        return Splitting(penalty._prox(w, 1 / hyper.beta, xp))

    def propose(self, state: Splitting, w: Any, g: Any, hyper: Relaxation, penalty: Any, xp: Any) -> tuple[Any, Any]:
        u = penalty._prox(w, 1 / hyper.beta, xp)
        return (Splitting(u), w - hyper.eta * (g + hyper.beta * (w - u))), None


class RVSMListing(RVSM):
    """Relaxed variable splitting, in the order of the listing (RVSM, Algorithm 1): the step on w still sees the old u.

    w+ = w - eta grad f(w) - eta beta (w - u), u+ = prox_{R/beta}(w).
    """

    def propose(self, state: Splitting, w: Any, g: Any, hyper: Relaxation, penalty: Any, xp: Any) -> tuple[Any, Any]:
        u = penalty._prox(w, 1 / hyper.beta, xp)
        return (Splitting(u), w - hyper.eta * (g + hyper.beta * (w - state.u))), None


def lagrangian(loss: Any, penalty: Any, beta: Any, w: Any, u: Any, xp: Any) -> Any:
    """L_beta(w, u) = f(w) + R(u) + (beta/2)|w - u|^2 (RVSM, Eq. 8), one number a batch entry; beta has shape (..., 1)."""
    gap = xp.sum(beta * (w - u) * (w - u), axis=-1)
    return loss.value(w, xp) + xp.sum(penalty._value(u, xp), axis=-1) + gap / 2
