"""RMDA with the stages of its tables, and modernized dual averaging without the penalty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import verify.methods.mda
import verify.methods.rmda
from synthetic.settings import AtLeastOne, Positive, Share, Switch
from synthetic.solvers.base import Plan, Solver, Turn
from synthetic.solvers.schedules import stage
from verify.arrays import NUMPY
from verify.methods.mda import Mixing

DROPS = 4  # how often eta falls, in Tables 3 to 6, 9 and 10; the rest of the ten stages keeps it


@dataclass(frozen=True)
class MDA(Solver):
    """Modernized dual averaging without the penalty.

    In stage s = 0, ..., 9: eta = step/L factor^-min(s, 4) and c = min(1, mixing factor^s). Tables 3 to 10 have factor 10,
    mixing 0.01, and a restart whenever eta changes. Factor 1 and mixing 1 are constant, and want a step near 0.1.
    """

    method = verify.methods.mda.MDA()
    step: Positive = 30.0
    factor: AtLeastOne = 10.0
    mixing: Share = 0.01
    restart: Switch = True

    def hyper(self, t: int, plan: Plan) -> Mixing:
        s = stage(t, plan)
        return Mixing(self.step * self.factor ** -min(s, DROPS) / plan.lipschitz, min(1.0, self.mixing * self.factor**s))

    def restarts(self, t: int, plan: Plan) -> bool:
        return self.restart and t > 1 and stage(t - 1, plan) < stage(t, plan) <= DROPS

    def prox_point(self, turn: Turn) -> Any:
        return turn.next_w if turn.hyper.c == 1 else self.method.tentative(turn.next_state, turn.penalty, NUMPY)

    def estimate(self, turn: Turn) -> Any:
        return turn.next_state.V / turn.next_state.alpha


@dataclass(frozen=True)
class RMDA(MDA):
    """RMDA, by default with the schedules and restarts of its tables; the prox point is the tentative iterate.

    Settings as those of MDA: eta = step/L factor^-min(s, 4) and c = min(1, mixing factor^s) in stage s.
    """

    method = verify.methods.rmda.RMDA()
    claims = ("RMDA.T2", "RMDA.L2.as", "RMDA.S5.restart", "RMDA.S51.only", "RMDA.T2.schedules")
