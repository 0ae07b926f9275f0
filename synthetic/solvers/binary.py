"""Binary weights: BinaryConnect, and proximal Adam for the W-shaped penalty."""

from __future__ import annotations

from dataclasses import dataclass

import verify.methods.binary_connect
import verify.methods.prox_quant
from synthetic.settings import Positive
from synthetic.solvers.base import Plan, Solver
from synthetic.solvers.prox_gen import ProxGenAdam
from verify.methods.binary_connect import Rate


@dataclass(frozen=True)
class BinaryConnect(Solver):
    """BinaryConnect: the signs of real weights that plain SGD moves."""

    method = verify.methods.binary_connect.BinaryConnect()
    claims = ("PG.Tab3.text",)
    step: Positive = 1.0

    def hyper(self, t: int, plan: Plan) -> Rate:
        return Rate(self.step / plan.lipschitz)


@dataclass(frozen=True)
class RevisedProxQuant(ProxGenAdam):
    """Revised ProxQuant: proximal Adam, for the penalty BinaryW."""

    method = verify.methods.prox_quant.RevisedProxQuant()
    claims = ("PG.Tab2",)
