"""RMDA's logistic regression on MNIST."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthetic.experiments.base import Experiment
from synthetic.figures.panels import curve, final, groups, structure_and
from synthetic.figures.style import sheet
from synthetic.figures.words import joined
from synthetic.job import Job
from synthetic.table import numbers

METHODS: dict[str, dict[str, Any]] = {"RMDA": {}, "ProxSSI": {"alpha": 0.001}, "ProxSGD": {"schedule": "stages"}}


class MNIST(Experiment):
    """RMDA's Table 3: logistic regression on MNIST with group LASSO, against its certified optimum (needs --data; long)."""

    claims = ("RMDA.S52.tables", "RMDA.S51.only")

    def jobs(self, seeds: int | None, methods: Sequence[str] | None) -> list[Job]:
        return [
            Job(
                "MNISTLogistic",
                name,
                128,
                100,
                settings=METHODS.get(name, {}),
                run_seeds=tuple(range(seeds or 3)),
                experiment=self.name,
            )
            for name in methods or METHODS
        ]

    def figure(self, table: Any, path: Path) -> None:
        with sheet(path, 1, 2) as axes:
            structure_and(axes[0], curve(table), "objective_gap", "objective above the optimum")

    def finding(self, table: Any) -> str:
        said = [
            f"{method} {100 * numbers(part, 'objective_correct').mean():.1f} %"
            for (method,), part in groups(final(table), "method").items()
        ]
        return f"Groups with the certified state at the end: {joined(said)}."
