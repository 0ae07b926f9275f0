"""Many data sets, one run each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from synthetic.experiments.base import Experiment
from synthetic.figures.panels import final, groups, identified, in_rows
from synthetic.figures.style import look, sheet
from synthetic.figures.words import joined, percent
from synthetic.job import Job
from synthetic.table import numbers, rows
from verify.colours import BLUE, ORANGE

METHODS = (  # all that have the penalty
    *("RMDA", "RDA", "MRDA", "SqrtT", "ProxSSI", "ProxGen", "ProxGenAdam", "ProxGenAdamPrinted", "ProxGenAdaGrad"),
    *("ProxQuantAdam", "TwoStageProxSGD", "TwoStageProxAdam", "ProxSGD", "SR2", "SR2Sampled", "RVSM", "ADMM"),
)
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

    def figure(self, table: Any, path: Path) -> None:
        shown = _points(table)
        with sheet(path, 1, len(PROBLEMS), size=(2.9, 0.6 + 0.22 * len(shown)), sharey=True) as axes:
            for axis, (problem, title) in zip(axes[0], PROBLEMS.items(), strict=True):
                in_rows(axis, {label: _by_sampling(rows(part, problem=problem)) for label, part in shown.items()}, SAMPLING)
                axis.set_title(title)

    def finding(self, table: Any) -> str:
        said = []
        for problem, sampling in groups(final(table), "problem", "sampling"):
            parts = {label: rows(part, problem=problem, sampling=sampling) for label, part in _points(table).items()}
            shares = {label: identified(part) for label, part in parts.items() if part.num_rows}
            some = joined(f"{label} {percent(share)}" for label, share in shares.items() if share[0])
            said.append(f"{PROBLEMS[problem]}, {sampling}: {some}")
        return "Runs that identify and stay, of the methods of which any does: " + "; ".join(said) + "."


def _points(table: Any) -> dict[str, Any]:
    """The final rows of each method's iterates, and of its prox points where these identify in other runs."""
    prox, found = groups(final(table, "prox"), "method"), {}
    for (method,), part in groups(final(table), "method").items():
        found[look(method).label] = part
        second = prox.get((method,), part)
        if not np.array_equal(numbers(part, "objective_stays"), numbers(second, "objective_stays"), equal_nan=True):
            found[f"{look(method).label}, prox point"] = second
    return found


def _by_sampling(part: Any) -> dict[str, Any]:
    return {sampling: runs for (sampling,), runs in groups(part, "sampling").items()}
