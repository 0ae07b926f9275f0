"""RVSM and ADMM: a dense iterate w and a sparse copy u, which is their prox point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import verify.methods.admm
import verify.methods.rvsm
from synthetic.solvers.base import Plan, Positive, Solver, Switch, Turn
from verify.methods.rvsm import Relaxation


@dataclass(frozen=True)
class RVSM(Solver):
    """Relaxed variable splitting. beta = relaxation L and eta = step/(L + beta); ``listing`` has the order of Algorithm 1.

    For finite beta its limit is not the problem's: u minimises with w held near, not at, u.
    """

    tuned = "relaxation"
    claims = ("RVSM.S33.gap", "RVSM.S4.beta", "RVSM.T1.iii.dist")
    step: Positive = 1.0
    relaxation: Positive = 1.0
    listing: Switch = False

    @property
    def method(self) -> Any:
        return verify.methods.rvsm.RVSMListing() if self.listing else verify.methods.rvsm.RVSM()

    def hyper(self, t: int, plan: Plan) -> Relaxation:
        beta = self.relaxation * plan.lipschitz
        return Relaxation(self.step / (plan.lipschitz + beta), beta)

    def prox_point(self, turn: Turn) -> Any:
        return turn.next_state.u


@dataclass(frozen=True)
class ADMM(Solver):
    """ADMM with a gradient step in place of the argmin in w. beta = relaxation L and eta = step/(L + beta)."""

    claims = ("RVSM.S33.admm",)
    tuned = "relaxation"
    step: Positive = 1.0
    relaxation: Positive = 0.1

    @property
    def method(self) -> Any:
        return verify.methods.admm.ADMMGradient()

    def hyper(self, t: int, plan: Plan) -> Relaxation:
        beta = self.relaxation * plan.lipschitz
        return Relaxation(self.step / (plan.lipschitz + beta), beta)

    def prox_point(self, turn: Turn) -> Any:
        return turn.next_state.u
