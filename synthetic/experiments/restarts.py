"""RMDA with and without restarts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from synthetic.experiments.cases import Case, _Cases

NAMES = {"SeparatedLogistic": "separated", "NoisyLogistic": "noisy", "ConvRegression": "network"}
LENGTHS = {"SeparatedLogistic": 100, "NoisyLogistic": 100, "ConvRegression": 50}


SCHEDULES: dict[str, dict[str, Any]] = {
    "falling steps, restarts": {},
    "falling steps, none": {"restart": False},
    "constant step, none": {"step": 0.3, "factor": 1.0, "mixing": 1.0, "restart": False},
}


class Restarts(_Cases):
    """RMDA with the restarts of its tables and without, the steps falling or constant."""

    claims = ("RMDA.S5.restart", "RMDA.S5.restart.weights")
    cases: ClassVar[Mapping[str, Case]] = {
        f"{name}, {title}": Case(problem, "RMDA", settings, epochs=LENGTHS[problem])
        for problem, name in NAMES.items()
        for title, settings in SCHEDULES.items()
    }
