"""RMDA's logistic regression on MNIST."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthetic.experiments.base import Experiment
from synthetic.figures.panels import along, curve, final, groups
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

    def figure(self, table: Any, path: Path) -> bool:
        curves = curve(table)
        with sheet(path, 1, 2) as axes:
            along(axes[0, 0], curves, "objective_correct", share=True)
            axes[0, 0].set_ylabel("groups with the certified state (%)")
            along(axes[0, 1], curves, "objective_gap")
            axes[0, 1].set_ylabel("objective above the optimum")
            axes[0, 1].set_yscale("log")
        return True

    def finding(self, table: Any) -> str:
        said = [
            f"{method} {100 * numbers(part, 'objective_correct').mean():.1f} %"
            for (method,), part in groups(final(table), "method").items()
        ]
        return f"Groups with the certified state at the end: {joined(said)}."
