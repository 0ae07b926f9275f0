"""The penalty's weight, swept through values where the optimum is degenerate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from synthetic.experiments.base import Experiment, among
from synthetic.figures.panels import against, final, groups, identified, named, where
from synthetic.figures.style import sheet
from synthetic.figures.words import joined
from synthetic.job import Job
from synthetic.table import numbers
from verify.colours import BLACK

METHODS = ("RMDA", "RDA", "ProxSSI", "ProxSGD")
WEIGHTS = tuple(round(float(lam), 6) for lam in np.linspace(0.02, 0.08, 17))
WIDE = 0.05


class Degeneracy(Experiment):
    """The penalty's weight swept on a noisy data set, through weights at which a group joins and the margin is 0."""

    claims = ("RMDA.T2",)
    tabled = False

    def jobs(self, seeds: int | None, methods: Sequence[str] | None) -> list[Job]:
        return [
            Job("NoisyLogistic", method, 32, 50, {"lam": lam}, run_seeds=tuple(range(seeds or 20)), experiment=self.name)
            for method in among(METHODS, methods)
            for lam in WEIGHTS
        ]

    def figure(self, table: Any, path: Path) -> None:
        shown = _with_weight(final(table))
        with sheet(path, 2, 1, size=(5.5, 1.9), sharex=True) as axes:
            against(axes[0, 0], shown, "lam", named)
            lam, margin, size = _sharpness(shown)
            axes[1, 0].semilogy(lam, margin, color=BLACK, marker=".", label="margin of the inactive groups")
            axes[1, 0].semilogy(lam, size, color=BLACK, linestyle=":", marker="x", label="smallest active group")
            axes[1, 0].set_xlabel("weight of the penalty")
            axes[1, 0].set_ylabel("of the optimum")

    def finding(self, table: Any) -> str:
        shown = _with_weight(final(table))
        margin = np.minimum(numbers(shown, "margin"), numbers(shown, "smallest"))
        said = []
        for title, chosen in ((f"above {WIDE}", margin >= WIDE), (f"below {WIDE}", margin < WIDE)):
            shares = groups(where(shown, chosen), "method").items()
            said.append(f"{title}: {joined(f'{method} {100 * identified(runs)[0]:.0f} %' for (method,), runs in shares)}")
        return "Runs that identify and stay where margin and smallest active group are " + "; where one is ".join(said) + "."


def _with_weight(table: Any) -> Any:
    """The table with the weight as a column."""
    weights = [float(name.partition("lam=")[2].rstrip("]")) for name in table["dataset_name"].to_pylist()]
    return table.append_column("lam", [weights])


def _sharpness(table: Any) -> Any:
    """Weights, margins and smallest active norms, in the order of the weights."""
    one = [(lam, *(numbers(part, name)[0] for name in ("margin", "smallest"))) for (lam,), part in groups(table, "lam").items()]
    return np.array(sorted(one)).reshape(-1, 3).T
