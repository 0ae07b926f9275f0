"""Regularized dual averaging, from any anchor and from 0, without the penalty, and the sqrt(t) method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import verify.methods.mrda
import verify.methods.rda
import verify.methods.sda
import verify.methods.sqrt_t
from synthetic.settings import Positive
from synthetic.solvers.base import Plan, Solver, Turn
from verify.methods.sda import Weight
from verify.methods.sqrt_t import Scale


@dataclass(frozen=True)
class SDA(Solver):
    """Simple dual averaging without the penalty, beta_t = gamma sqrt t with gamma = L/step."""

    method = verify.methods.sda.SDA()
    step: Positive = 3.0

    def hyper(self, t: int, plan: Plan) -> Weight:
        return Weight(plan.lipschitz * (t**0.5 / self.step))

    def estimate(self, turn: Turn) -> Any:
        return turn.next_state.mean


@dataclass(frozen=True)
class RDA(SDA):
    """Regularized dual averaging about the start, beta_t = gamma sqrt t with gamma = L/step."""

    method = verify.methods.rda.RDA()
    claims = ("RMDA.S51.only", "MRDA.S33.sparser", "RMDA.S3.rda")


@dataclass(frozen=True)
class MRDA(SDA):
    """RDA about 0, begun at the start."""

    method = verify.methods.mrda.MRDA()
    claims = ("MRDA.T3.1", "MRDA.S33.sparser", "RMDA.S51.only")


@dataclass(frozen=True)
class SqrtT(Solver):
    """The sqrt(t) method: a step that decays, a threshold that grows. gamma = L/step."""

    method = verify.methods.sqrt_t.SqrtT()
    claims = ("MRDA.E26",)
    step: Positive = 1.0

    def hyper(self, t: int, plan: Plan) -> Scale:
        return Scale(plan.lipschitz / self.step)
