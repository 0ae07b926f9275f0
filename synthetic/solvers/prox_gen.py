"""ProxGEN: vanilla with momentum, Adam, AdaGrad; ProxSSI; the two-stage Adam. Adaptive steps alpha are absolute, not in 1/L."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import verify.methods.adam
import verify.methods.prox_gen
import verify.methods.prox_quant
import verify.methods.prox_ssi
import verify.methods.two_stage_prox_sgd
from synthetic.solvers.base import Decay, Plan, Positive, Solver, Turn
from synthetic.solvers.schedules import rate
from verify.arrays import NUMPY
from verify.methods.adam import Adaptive
from verify.methods.prox_gen import Memory, Metric


@dataclass(frozen=True)
class ProxGen(Solver):
    """ProxGEN without a preconditioner: prox-SGD with the momentum v = rho v + (1 - rho) g."""

    claims = ("PG.E5.random", "RMDA.S51.only")
    step: Positive = 0.1
    rho: Decay = 0.9
    schedule: str = "constant"

    @property
    def method(self) -> Any:
        return verify.methods.prox_gen.ProxGen()

    def hyper(self, t: int, plan: Plan) -> Metric:
        return Metric(self.step * rate(self.schedule, t, plan) / plan.lipschitz, self.rho)

    def estimate(self, turn: Turn) -> Any:
        return turn.next_state.m


@dataclass(frozen=True)
class ProxGenAdaGrad(Solver):
    """ProxGEN with AdaGrad's diagonal preconditioner."""

    claims = ("PG.C4.adagrad", "PG.E5.random")
    tuned = "alpha"
    alpha: Positive = 0.1
    rho: Decay = 0.0

    @property
    def method(self) -> Any:
        return verify.methods.prox_gen.ProxGenAdaGrad()

    def hyper(self, t: int, plan: Plan) -> Metric:
        return Metric(self.alpha, self.rho, 1e-8)

    def estimate(self, turn: Turn) -> Any:
        return turn.next_state.m


@dataclass(frozen=True)
class ProxGenAdam(Solver):
    """ProxGEN with Adam's preconditioner, in whose metric the prox is."""

    claims: ClassVar[tuple[str, ...]] = ("PG.adam", "PG.C4.adam", "PG.E5.random")
    tuned = "alpha"
    alpha: Positive = 0.01
    rho: Decay = 0.9
    beta: Decay = 0.999
    schedule: str = "constant"

    @property
    def method(self) -> Any:
        return verify.methods.prox_gen.ProxGenAdam()

    def hyper(self, t: int, plan: Plan) -> Memory:
        return Memory(self.alpha * rate(self.schedule, t, plan), self.rho, beta=self.beta)

    def estimate(self, turn: Turn) -> Any:
        return turn.next_state.m


@dataclass(frozen=True)
class ProxGenAdamPrinted(ProxGenAdam):
    """ProxGEN with the preconditioner as it is printed, C = sqrt(beta C + (1 - beta) g^2)."""

    @property
    def method(self) -> Any:
        return verify.methods.prox_gen.ProxGenAdamPrinted()


@dataclass(frozen=True)
class ProxQuantAdam(ProxGenAdam):
    """Adam's step, then the prox in the identity metric: what leaving the preconditioner out of the prox solves."""

    claims = ("PG.Tab2",)

    @property
    def method(self) -> Any:
        return verify.methods.prox_quant.ProxQuantAdam()


@dataclass(frozen=True)
class TwoStageProxAdam(ProxGenAdam):
    """The two-stage form with Adam's preconditioner: the prox does not see alpha, the part of the way that is moved."""

    claims = ("PG.E5.random", "PG.E5.zero")

    @property
    def method(self) -> Any:
        return verify.methods.two_stage_prox_sgd.TwoStageProxAdam()

    def prox_point(self, turn: Turn) -> Any:
        whole = turn.hyper._replace(alpha=1.0)
        return self.method.step(turn.state, turn.w, turn.g, whole, turn.penalty, NUMPY)[1]


@dataclass(frozen=True)
class Adam(Solver):
    """Adam without the penalty: what ignoring it leaves."""

    tuned = "alpha"
    alpha: Positive = 0.01
    schedule: str = "constant"

    @property
    def method(self) -> Any:
        return verify.methods.adam.Adam()

    def hyper(self, t: int, plan: Plan) -> Adaptive:
        return Adaptive(self.alpha * rate(self.schedule, t, plan))

    def estimate(self, turn: Turn) -> Any:
        return turn.next_state.m / (1 - turn.next_state.left1)


@dataclass(frozen=True)
class ProxSSI(Adam):
    """ProxSSI, RMDA's baseline, with an exact prox in Adam's metric."""

    claims = ("RMDA.S51.only", "RMDA.S52.tables")

    @property
    def method(self) -> Any:
        return verify.methods.prox_ssi.ProxSSI()
