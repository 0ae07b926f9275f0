"""ProxGEN: vanilla with momentum, Adam, AdaGrad; Adam; ProxSSI. Adaptive steps alpha are absolute, not in 1/L."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import verify.methods.adam
import verify.methods.prox_gen
import verify.methods.prox_quant
import verify.methods.prox_ssi
from synthetic.settings import Decay, Positive
from synthetic.solvers.base import Plan, Solver, Turn
from synthetic.solvers.schedules import Schedule, rate
from verify.methods.adam import Adaptive
from verify.methods.prox_gen import Memory, Metric


@dataclass(frozen=True)
class ProxGen(Solver):
    """ProxGEN without a preconditioner: prox-SGD with the momentum v = rho v + (1 - rho) g."""

    method = verify.methods.prox_gen.ProxGen()
    claims = ("PG.E5.random", "RMDA.S51.only")
    step: Positive = 0.1
    rho: Decay = 0.9
    schedule: Schedule = "constant"

    def hyper(self, t: int, plan: Plan) -> Metric:
        return Metric(self.step * rate(self.schedule, t, plan) / plan.lipschitz, self.rho)

    def estimate(self, turn: Turn) -> Any:
        return turn.next_state.m


@dataclass(frozen=True)
class ProxGenAdaGrad(Solver):
    """ProxGEN with AdaGrad's diagonal preconditioner."""

    method = verify.methods.prox_gen.ProxGenAdaGrad()
    claims = ("PG.C4.adagrad", "PG.E5.random")
    tuned = "alpha"
    alpha: Positive = 0.1
    rho: Decay = 0.0

    def hyper(self, t: int, plan: Plan) -> Metric:
        return Metric(self.alpha, self.rho, 1e-8)

    def estimate(self, turn: Turn) -> Any:
        return turn.next_state.m


@dataclass(frozen=True)
class ProxGenAdam(Solver):
    """ProxGEN with Adam's preconditioner, in whose metric the prox is."""

    method: ClassVar[Any] = verify.methods.prox_gen.ProxGenAdam()
    claims: ClassVar[tuple[str, ...]] = ("PG.adam", "PG.C4.adam", "PG.E5.random")
    tuned = "alpha"
    alpha: Positive = 0.01
    rho: Decay = 0.9
    beta: Decay = 0.999
    schedule: Schedule = "constant"

    def hyper(self, t: int, plan: Plan) -> Memory:
        return Memory(self.alpha * rate(self.schedule, t, plan), self.rho, beta=self.beta)

    def estimate(self, turn: Turn) -> Any:
        return turn.next_state.m


@dataclass(frozen=True)
class ProxGenAdamPrinted(ProxGenAdam):
    """ProxGEN with the preconditioner as it is printed, C = sqrt(beta C + (1 - beta) g^2)."""

    method = verify.methods.prox_gen.ProxGenAdamPrinted()


@dataclass(frozen=True)
class ProxQuantAdam(ProxGenAdam):
    """Adam's step, then the prox in the identity metric: what leaving the preconditioner out of the prox solves."""

    method = verify.methods.prox_quant.ProxQuantAdam()
    claims = ("PG.Tab2",)


@dataclass(frozen=True)
class Adam(Solver):
    """Adam without the penalty: what ignoring it leaves."""

    method = verify.methods.adam.Adam()
    tuned = "alpha"
    alpha: Positive = 0.01
    schedule: Schedule = "constant"

    def hyper(self, t: int, plan: Plan) -> Adaptive:
        return Adaptive(self.alpha * rate(self.schedule, t, plan))

    def estimate(self, turn: Turn) -> Any:
        return turn.next_state.m / (1 - turn.next_state.left1)


@dataclass(frozen=True)
class ProxSSI(Adam):
    """ProxSSI, RMDA's baseline, with an exact prox in Adam's metric."""

    method = verify.methods.prox_ssi.ProxSSI()
    claims = ("RMDA.S51.only", "RMDA.S52.tables")
