"""SR2 in its three modes, and as the paper ran it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import verify.methods.sr2
from synthetic.settings import Positive
from synthetic.solvers.base import Plan, Solver, Turn
from verify.arrays import NUMPY
from verify.methods.sr2 import Adaptive, Sums

MODES = {"exact": ("full", "full"), "theory": ("sampled", "full"), "experiments": ("sampled", "sampled")}


@dataclass(frozen=True)
class SR2(Solver):
    """Stochastic quadratic regularisation. sigma_0 = L/step, and sigma_min = sigma_0/1000, which the paper does not give.

    ``mode``: "exact" (full gradient and loss), "theory" (sampled gradient, full loss) or "experiments" (both sampled). The
    constants are those of Table 1, with the two gammas the right way round. The prox point is the trial, taken or not.
    """

    claims = ("SR2.T3", "SR2.S5.sampled", "SR2.T1.sigmamax.fix")
    decides: ClassVar[bool] = True
    step: Positive = 10.0
    mode: Literal["exact", "theory", "experiments"] = "theory"

    @property
    def method(self) -> Any:
        gradient, objective = MODES[self.mode]
        return verify.methods.sr2.SR2(gradient=gradient, objective=objective)  # type: ignore[arg-type]

    @property
    def full_gradient(self) -> bool:
        return self.mode == "exact"

    def hyper(self, t: int, plan: Plan) -> Adaptive:
        sigma = plan.lipschitz / self.step
        return Adaptive(0.00075, 0.99, 2.95, 5.56, 0.8, sigma / 1000, sigma, rounding=2.0**-53)

    def decide(self, states: list[Any], sums: list[Any], hyper: Any, fall: Callable[[str], Any]) -> Any:
        parts = zip(*(part._replace(loss=0.0) for part in sums), strict=True)
        total = Sums(*(sum(part) for part in parts))._replace(loss=fall(self.method.objective))
        return self.method.decide(states[0].sigma, total, hyper, NUMPY)

    def prox_point(self, turn: Turn) -> Any:
        return turn.trial


@dataclass(frozen=True)
class SR2Sampled(SR2):
    """SR2 as its experiments run it: the loss, too, is that of the batch alone."""

    mode: Literal["exact", "theory", "experiments"] = "experiments"
