"""Methods with a sparse copy u of the weights: relaxed variable splitting, and ADMM as it is used in practice."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, ClassVar

from torch import Tensor

from deep.optim.base import ProximalOptimizer
from deep.optim.numbers import LR, POSITIVE
from verify.methods.admm import ADMMGradient
from verify.methods.rvsm import RVSM as RVSMMethod
from verify.methods.rvsm import Relaxation, RVSMListing
from verify.penalties import Penalty


class _Splitting(ProximalOptimizer):
    """What the two share: their numbers, and u."""

    ranges: ClassVar = {"lr": LR, "beta": POSITIVE}

    def __init__(self, params: Any, lr: float = 1e-2, beta: float = 1.0, penalty: Penalty | None = None, **options: Any):
        super().__init__(params, penalty, {"lr": lr, "beta": beta}, **options)

    def hyper(self, settings: dict[str, Any], state: Any, xp: Any) -> Relaxation:
        return Relaxation(settings["lr"], settings["beta"])

    def prox_point(self, p: Tensor) -> Tensor:
        """The sparse copy u; p before the first step."""
        return self.state.get(p, {}).get("u", p).detach()

    def sparse_copy(self) -> AbstractContextManager[None]:
        """Within, the parameters hold u, with its exact zeros: the network that is meant to be used."""
        return self.at_prox_points()


class RVSM(_Splitting):
    """Relaxed variable splitting (RVSM, Sect. 5.2): u <- prox_{R/beta}(p), p <- p - lr gradient - lr beta (p - u).

    ``listing=True`` steps with the u of before, as Algorithm 1 lists it. p and u converge to a stationary point of
    f(p) + R(u) + (beta/2)|p - u|^2, not of f + R. Memory: u, one number a coordinate.
    """

    fields = ("u",)
    converges_to = "lagrangian"

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        beta: float = 1.0,
        penalty: Penalty | None = None,
        *,
        listing: bool = False,
        **options: Any,
    ):
        self.method = RVSMListing() if listing else RVSMMethod()
        super().__init__(params, lr, beta, penalty, **options)


class ADMM(_Splitting):
    """ADMM for f(p) + R(u), p = u, with a gradient step in p (RVSM, Sect. 3.3): p <- p - lr (gradient + z + beta (p - u)),
    u <- prox_{R/beta}(p + z/beta), z <- z + beta (p - u), from u = prox_{R/beta}(p), z = 0. Memory: u and z, two numbers a
    coordinate."""

    method = ADMMGradient()
    fields = ("u", "z")
