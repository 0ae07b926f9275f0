"""The two-stage form of prox-SGD and of proximal Adam: a prox that does not see the step, then a step towards it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import verify.methods.two_stage_prox_sgd
from synthetic.settings import Decay, Positive, Share
from synthetic.solvers.base import Plan, Solver, Turn
from synthetic.solvers.prox_gen import ProxGenAdam
from synthetic.solvers.schedules import Schedule, rate
from verify.arrays import NUMPY
from verify.methods.prox_gen import Metric


class _TwoStage(Solver):
    """alpha is the part of the way from w to the prox point that is moved."""

    claims: ClassVar[tuple[str, ...]] = ("PG.E5.random", "PG.E5.zero")

    def prox_point(self, turn: Turn) -> Any:
        whole = turn.hyper._replace(alpha=1.0)
        return self.method.step(turn.state, turn.w, turn.g, whole, turn.penalty, NUMPY)[1]

    def estimate(self, turn: Turn) -> Any:
        return turn.next_state.m


@dataclass(frozen=True)
class TwoStageProxSGD(_TwoStage):
    """Prox-SGD that moves a part of the way to the prox point: w + alpha (x - w). ``metric`` is in units of L."""

    method = verify.methods.two_stage_prox_sgd.TwoStageProxSGD()
    tuned = "metric"
    alpha: Share = 0.1
    metric: Positive = 1.0
    rho: Decay = 0.9
    schedule: Schedule = "constant"

    def hyper(self, t: int, plan: Plan) -> Metric:
        return Metric(self.alpha * rate(self.schedule, t, plan), self.rho, self.metric * plan.lipschitz)


@dataclass(frozen=True)
class TwoStageProxAdam(_TwoStage, ProxGenAdam):
    """The two-stage form with Adam's preconditioner: the prox does not see alpha, the part of the way that is moved."""

    method = verify.methods.two_stage_prox_sgd.TwoStageProxAdam()
