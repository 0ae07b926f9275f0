"""RMDA's Figure 1(a)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthetic.experiments.base import Experiment
from synthetic.figures.panels import along, curve, final, groups, identified
from synthetic.figures.style import sheet
from synthetic.figures.words import joined, percent
from synthetic.job import Job
from synthetic.statistics import mean_interval
from synthetic.table import numbers, rows

METHODS = {"RMDA": {}, "ProxSSI": {}, "ProxSGD": {"schedule": "stages"}}
TITLES = {"SeparatedLogistic": "points well separated", "NoisyLogistic": "one label in ten flipped"}


class Fig1a(Experiment):
    """RMDA's Fig. 1(a) on 20 data sets: group-sparse logistic regression, with points well separated and noisy."""

    claims = ("RMDA.S51.only", "RMDA.T2", "RMDA.S1.sgd")
    default = True

    def jobs(self, seeds: int | None, methods: Sequence[str] | None) -> list[Job]:
        return [
            Job(
                problem,
                method,
                32,
                200,
                settings=METHODS.get(method, {}),
                data_seeds=tuple(range(seeds or 20)),
                experiment=self.name,
            )
            for problem in TITLES
            for method in methods or METHODS
        ]

    def figure(self, table: Any, path: Path) -> None:
        curves = curve(table)
        with sheet(path, 2, len(TITLES), sharex=True, sharey="row") as axes:
            for column, (problem, title) in enumerate(TITLES.items()):
                part = rows(curves, problem=problem)
                along(axes[0, column], part, "objective_correct", share=True)
                along(axes[1, column], part, "objective_error", share=True)
                axes[0, column].set_title(title)
                axes[0, column].set_xlabel("")
            axes[0, 0].set_ylabel("groups with the certified\nstate (%)")
            axes[1, 0].set_ylabel("training error (%)")

    def finding(self, table: Any) -> str:
        said = []
        for (problem,), part in groups(final(table), "problem").items():
            shares = joined(f"{method} {percent(identified(runs))}" for (method,), runs in groups(part, "method").items())
            same = 100 * mean_interval(numbers(part, "planted_agreement"))[0]
            said.append(f"{TITLES[problem]}: {shares} (certified and planted structure agree on {same:.1f} % of the groups)")
        return "Runs that identify and stay: " + "; ".join(said) + "."
