"""Proximal SGD, plain and with momentum, and plain SGD without the penalty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import verify.methods.prox_sgd
import verify.methods.sgd
import verify.methods.two_stage_prox_sgd
from synthetic.solvers.base import Decay, Plan, Positive, Share, Solver, Turn
from synthetic.solvers.schedules import rate
from verify.arrays import NUMPY
from verify.methods.prox_gen import Metric
from verify.methods.sgd import Descent


@dataclass(frozen=True)
class SGD(Solver):
    """SGD without the penalty: what ignoring it leaves."""

    step: Positive = 0.3
    momentum: Decay = 0.0
    schedule: str = "constant"

    @property
    def method(self) -> Any:
        return verify.methods.sgd.SGD()

    def hyper(self, t: int, plan: Plan) -> Descent:
        return Descent(self.step * rate(self.schedule, t, plan) / plan.lipschitz, self.momentum)

    def estimate(self, turn: Turn) -> Any:
        return (1 - self.momentum) * turn.next_state.v


@dataclass(frozen=True)
class ProxSGD(SGD):
    """Proximal SGD; its momentum is v = momentum v + g (for v = rho v + (1 - rho) g see ProxGen)."""

    claims = ("RMDA.S1.sgd", "RMDA.S51.only", "MRDA.S33.sparser")

    @property
    def method(self) -> Any:
        return verify.methods.prox_sgd.ProxSGD()


@dataclass(frozen=True)
class TwoStageProxSGD(Solver):
    """Prox-SGD that moves a part of the way to the prox point: w + alpha (x - w). ``metric`` is in units of L."""

    claims = ("PG.E5.random", "PG.E5.zero")
    tuned = "metric"
    alpha: Share = 0.1
    metric: Positive = 1.0
    rho: Decay = 0.9
    schedule: str = "constant"

    @property
    def method(self) -> Any:
        return verify.methods.two_stage_prox_sgd.TwoStageProxSGD()

    def hyper(self, t: int, plan: Plan) -> Metric:
        return Metric(self.alpha * rate(self.schedule, t, plan), self.rho, self.metric * plan.lipschitz)

    def prox_point(self, turn: Turn) -> Any:
        whole = turn.hyper._replace(alpha=1.0)
        return self.method.step(turn.state, turn.w, turn.g, whole, turn.penalty, NUMPY)[1]

    def estimate(self, turn: Turn) -> Any:
        return turn.next_state.m
