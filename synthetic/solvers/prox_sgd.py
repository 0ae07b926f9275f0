"""Proximal SGD, plain and with momentum, and plain SGD without the penalty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import verify.methods.prox_sgd
import verify.methods.sgd
from synthetic.settings import Decay, Positive
from synthetic.solvers.base import Plan, Solver, Turn
from synthetic.solvers.schedules import Schedule, rate
from verify.methods.sgd import Descent


@dataclass(frozen=True)
class SGD(Solver):
    """SGD without the penalty: what ignoring it leaves."""

    method = verify.methods.sgd.SGD()
    step: Positive = 0.3
    momentum: Decay = 0.0
    schedule: Schedule = "constant"

    def hyper(self, t: int, plan: Plan) -> Descent:
        return Descent(self.step * rate(self.schedule, t, plan) / plan.lipschitz, self.momentum)

    def estimate(self, turn: Turn) -> Any:
        return (1 - self.momentum) * turn.next_state.v


@dataclass(frozen=True)
class ProxSGD(SGD):
    """Proximal SGD; its momentum is v = momentum v + g (for v = rho v + (1 - rho) g see ProxGen)."""

    method = verify.methods.prox_sgd.ProxSGD()
    claims = ("RMDA.S1.sgd", "RMDA.S51.only", "MRDA.S33.sparser")
