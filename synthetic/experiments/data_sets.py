"""Many data sets, one run each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthetic.experiments.base import Experiment
from synthetic.figures.panels import final, groups, identified, in_rows
from synthetic.figures.style import BLUE, ORANGE, look, sheet
from synthetic.figures.words import joined, percent
from synthetic.job import Job
from synthetic.table import rows

METHODS = ("RMDA", "RDA", "ProxSSI", "ProxGen", "ProxGenAdam", "ProxGenAdaGrad", "ProxSGD", "SR2", "RVSM", "ADMM")
PROBLEMS = {"SeparatedLogistic": "logistic, separated", "NoisyLogistic": "logistic, noisy", "Lasso": "lasso"}
SAMPLING = {"independent": (BLUE, "o"), "reshuffled": (ORANGE, "s")}


class DataSets(Experiment):
    """All methods on 20 data sets of three problems, batch 32, with independent and with reshuffled sampling."""

    claims = ("RMDA.S51.only", "RMDA.T2", "RMDA.S1.sgd", "MRDA.S33.sparser")

    def jobs(self, seeds: int | None, methods: Sequence[str] | None) -> list[Job]:
        return [
            Job(problem, method, 32, 100, sampling=sampling, experiment=self.name, **self.seeds(tuple(range(seeds or 20))))
            for problem in PROBLEMS
            for sampling in SAMPLING
            for method in methods or METHODS
        ]

    def seeds(self, seeds: tuple[int, ...]) -> dict[str, Any]:
        """What the seeds are seeds of."""
        return {"data_seeds": seeds}

    def figure(self, table: Any, path: Path) -> bool:
        with sheet(path, 1, len(PROBLEMS), size=(2.6, 3.3), sharey=True) as axes:
            for axis, (problem, title) in zip(axes[0], PROBLEMS.items(), strict=True):
                shown = rows(final(table), problem=problem)
                parts = {look(m).label: _by_sampling(part) for (m,), part in groups(shown, "method").items()}
                in_rows(axis, parts, SAMPLING)
                axis.set_title(title)
        return True

    def finding(self, table: Any) -> str:
        said = []
        for (problem, sampling), part in groups(final(table), "problem", "sampling").items():
            shares = joined(f"{method} {percent(identified(runs))}" for (method,), runs in groups(part, "method").items())
            said.append(f"{PROBLEMS[problem]}, {sampling}: {shares}")
        return "Runs that identify and stay: " + "; ".join(said) + "."


def _by_sampling(part: Any) -> dict[str, Any]:
    return {sampling: runs for (sampling,), runs in groups(part, "sampling").items()}
