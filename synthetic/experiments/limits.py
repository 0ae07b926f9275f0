"""Controls: where RMDA fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from synthetic.experiments.cases import Case, _Cases

CLEAR = {"noise": 1.0, "margin": 0.2}


class Limits(_Cases):
    """Where RMDA fails: a short run, a momentum below 1, stale gradients, a strong anchor, a degenerate optimum."""

    claims = ("RMDA.T2", "RMDA.T2.average", "RMDA.T2.schedules", "RMDA.S51.only", "RMDA.S5.restart.weights")
    default = True
    cases: ClassVar[Mapping[str, Case]] = {
        "the tables' schedule": Case("SparseQuadratic", "RMDA", parameters=CLEAR),
        "the same, 10 epochs": Case("SparseQuadratic", "RMDA", parameters=CLEAR, epochs=10),
        "c = 0.1 to the end": Case(
            "SparseQuadratic", "RMDA", {"step": 0.3, "factor": 1.0, "mixing": 0.1, "restart": False}, CLEAR
        ),
        "c = 1 from the start": Case(
            "SparseQuadratic", "RMDA", {"step": 0.3, "factor": 1.0, "mixing": 1.0, "restart": False}, CLEAR
        ),
        "no restarts": Case("SparseQuadratic", "RMDA", {"restart": False}, CLEAR),
        "anchor too strong (step 0.3)": Case("SparseQuadratic", "RMDA", {"step": 0.3}, CLEAR),
        "noise 10": Case("SparseQuadratic", "RMDA", parameters={"noise": 10.0, "margin": 0.2}),
        "margin 0.001": Case("SparseQuadratic", "RMDA", parameters={"noise": 1.0, "margin": 0.001}),
    }
