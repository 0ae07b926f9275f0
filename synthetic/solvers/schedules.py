"""How steps change over a run, each relative to the first."""

from __future__ import annotations

from typing import Literal

from synthetic.solvers.base import Plan

STAGES = 10  # of a run, in Tables 3 to 10 of RMDA (all but one)
Schedule = Literal["constant", "sqrt", "stages"]


def stage(t: int, plan: Plan) -> int:
    """0, 1, ..., STAGES - 1: the tenth of the run that the epoch of step t is in."""
    return (t - 1) // plan.epoch_steps * STAGES // plan.epochs


def rate(schedule: Schedule, t: int, plan: Plan) -> float:
    """1 ("constant"), 1/sqrt t ("sqrt"), or 10^-stage ("stages": RMDA, Table 3, for prox-SGD and ProxSSI)."""
    if schedule == "constant":
        return 1.0
    return float(t**-0.5) if schedule == "sqrt" else 10.0 ** -stage(t, plan)
