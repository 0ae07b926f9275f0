"""RMDA's Figure 1(c)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthetic.experiments.base import Experiment
from synthetic.figures.panels import curve, final, groups, identified, structure_and
from synthetic.figures.style import sheet
from synthetic.figures.words import joined, percent
from synthetic.job import Job
from synthetic.statistics import mean_interval
from synthetic.table import numbers

METHODS = ("RMDA", "ProxSSI", "ProxSGD")


class Fig1c(Experiment):
    """RMDA's Fig. 1(c) on 20 data sets: a network of one convolution and one linear layer, started near the truth."""

    claims = ("RMDA.S51.only", "RMDA.T2", "RMDA.S1.sgd")
    default = True

    def jobs(self, seeds: int | None, methods: Sequence[str] | None) -> list[Job]:
        return [
            Job(
                "ConvRegression",
                name,
                32,
                100,
                data_seeds=tuple(range(seeds or 20)),
                experiment=self.name,
            )
            for name in methods or METHODS
        ]

    def figure(self, table: Any, path: Path) -> None:
        with sheet(path, 1, 2) as axes:
            structure_and(axes[0], curve(table), "objective_distance", "distance to the certified point")

    def finding(self, table: Any) -> str:
        part = final(table)
        shares = joined(f"{method} {percent(identified(runs))}" for (method,), runs in groups(part, "method").items())
        same = 100 * mean_interval(numbers(part, "planted_agreement"))[0]
        return f"Runs that identify and stay: {shares}; certified and planted structure agree on {same:.1f} % of the groups."
