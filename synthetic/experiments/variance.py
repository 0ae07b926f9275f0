"""The gradient estimate against the raw noise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from synthetic.experiments.base import Experiment
from synthetic.figures.panels import along, curve, groups, named
from synthetic.figures.style import sheet
from synthetic.figures.words import joined
from synthetic.job import Job
from synthetic.table import numbers

METHODS: dict[str, dict[str, Any]] = {
    "RMDA": {"step": 0.3, "factor": 1.0, "mixing": 1.0, "restart": False},
    "RDA": {},
    "ProxSSI": {},
    "ProxGen": {},
    "ProxSGD": {"schedule": "sqrt"},
}


class Variance(Experiment):
    """|estimate - gradient| along the runs, against the noise of the samples: RMDA's Lemma 2 and who else reduces variance."""

    claims = ("RMDA.L2.as", "RMDA.L2.ms", "RMDA.L2.ms.rate")

    def jobs(self, seeds: int | None, methods: Sequence[str] | None) -> list[Job]:
        data = tuple(range(seeds or 20))
        return [
            Job("NoisyLogistic", name, 32, 200, settings=METHODS.get(name, {}), data_seeds=data, experiment=self.name)
            for name in methods or METHODS
        ]

    def figure(self, table: Any, path: Path) -> None:
        with sheet(path, size=(4.6, 3.0)) as axes:
            along(axes[0, 0], curve(table), "objective_estimate_error", lambda key: named((key[0], "", key[2])))
            axes[0, 0].set_xscale("log")
            axes[0, 0].set_yscale("log")
            axes[0, 0].set_ylabel("|estimate - gradient|")

    def finding(self, table: Any) -> str:
        said = []
        for (method,), part in groups(curve(table), "method").items():
            t, error, raw = (numbers(part, name) for name in ("stop_val", "objective_estimate_error", "objective_raw_error"))
            late = t >= t.max() / 10
            slope = np.polyfit(np.log(t[late]), np.log(error[late]), 1)[0]
            last = t == t.max()
            said.append(f"{method} {error[last].mean() / raw[last].mean():.2g} (t^{slope:.1f})")
        return f"|estimate - gradient| over the raw noise at the end, and its power of t from a tenth on: {joined(said)}."
