from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from verify.methods.base import Method
from verify.methods.rvsm import Relaxation


class Multiplied(NamedTuple):
    """The sparse copy u of the weights and the multiplier z of w = u."""

    u: Any
    z: Any


class ADMMGradient(Method):
    """ADMM for f(w) + R(u), w = u, as it is used in practice: the argmin in w replaced by a gradient step (RVSM, Sect. 3.3
    and 6).

    w+ = w - eta (grad f(w) + z + beta (w - u)), u+ = prox_{R/beta}(w+ + z/beta), z+ = z + beta (w+ - u+).
    """

    State = Multiplied
    Hyper = Relaxation

    def init(self, w: Any, hyper: Relaxation, penalty: Any, xp: Any) -> Multiplied:
        return Multiplied(penalty._prox(w, 1 / hyper.beta, xp), xp.zeros_like(w))

    def propose(self, state: Multiplied, w: Any, g: Any, hyper: Relaxation, penalty: Any, xp: Any) -> tuple[Any, Any]:
        w = w - hyper.eta * (g + state.z + hyper.beta * (w - state.u))
        return self._rest(state, w, hyper, penalty, xp), None

    @staticmethod
    def _rest(state: Multiplied, w: Any, hyper: Relaxation, penalty: Any, xp: Any) -> tuple[Multiplied, Any]:
        u = penalty._prox(w + state.z / hyper.beta, 1 / hyper.beta, xp)
        return Multiplied(u, state.z + hyper.beta * (w - u)), w


class ADMM(ADMMGradient):
    """ADMM for f(w) + R(u), w = u, with the exact argmin in w (RVSM, Eq. 10).

    w+ = argmin_w f(w) + <z, w> + (beta/2)|w - u|^2, then u and z as in :class:`ADMMGradient`. ``nearest(v, beta, xp)`` is
    f's own proximal map argmin_w f(w) + (beta/2)|w - v|^2, asked for at v = u - z/beta; neither the gradient nor eta is used.
    """

    def __init__(self, nearest: Callable[[Any, Any, Any], Any] | None = None) -> None:
        self.nearest = nearest

    def propose(self, state: Multiplied, w: Any, g: Any, hyper: Relaxation, penalty: Any, xp: Any) -> tuple[Any, Any]:
        if self.nearest is None:
            raise ValueError("ADMM needs the argmin in w: ADMM(nearest) with nearest(v, beta, xp); ADMMGradient needs none")
        w = self.nearest(state.u - state.z / hyper.beta, hyper.beta, xp)
        return self._rest(state, w, hyper, penalty, xp), None
