"""RVSM and ADMM: a dense iterate w and a sparse copy u, which is their prox point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import verify.methods.admm
import verify.methods.rvsm
from synthetic.settings import Positive, Switch
from synthetic.solvers.base import Plan, Solver, Turn
from verify.methods.rvsm import Relaxation


@dataclass(frozen=True)
class _Splitting(Solver):
    """Steps of ``step``/(L + beta) with beta = ``relaxation`` L; the prox point is u."""

    tuned = "relaxation"
    step: Positive = 1.0
    relaxation: Positive = 1.0

    def hyper(self, t: int, plan: Plan) -> Relaxation:
        beta = self.relaxation * plan.lipschitz
        return Relaxation(self.step / (plan.lipschitz + beta), beta)

    def prox_point(self, turn: Turn) -> Any:
        return turn.next_state.u


@dataclass(frozen=True)
class RVSM(_Splitting):
    """Relaxed variable splitting. beta = relaxation L and eta = step/(L + beta); ``listing`` has the order of Algorithm 1.

    For finite beta its limit is not the problem's: u minimises with w held near, not at, u.
    """

    claims = ("RVSM.S33.gap", "RVSM.S4.beta", "RVSM.T1.iii.dist")
    listing: Switch = False

    @property
    def method(self) -> Any:
        return verify.methods.rvsm.RVSMListing() if self.listing else verify.methods.rvsm.RVSM()


@dataclass(frozen=True)
class ADMM(_Splitting):
    """ADMM with a gradient step in place of the argmin in w. beta = relaxation L and eta = step/(L + beta)."""

    method = verify.methods.admm.ADMMGradient()
    claims = ("RVSM.S33.admm",)
    relaxation: Positive = 0.003
