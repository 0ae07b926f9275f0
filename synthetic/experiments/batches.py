"""Batch sizes from 4 to the whole set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthetic.experiments.base import Experiment, among
from synthetic.figures.panels import against, final, groups, identified
from synthetic.figures.style import sheet
from synthetic.figures.words import joined
from synthetic.job import Job
from synthetic.table import rows

METHODS = ("RMDA", "RDA", "ProxSSI", "ProxGen", "ProxSGD", "SR2", "SR2Sampled")
SIZES = (4, 8, 16, 32, 64, 128, None)
SAMPLES, STEPS = 400, 1000
TITLES = {"SeparatedLogistic": "points well separated", "NoisyLogistic": "one label in ten flipped"}


class Batches(Experiment):
    """Batch sizes from 4 to the whole set of 400, 1000 steps each: how little noise each method needs."""

    claims = ("RMDA.S1.sgd", "RMDA.T2", "SR2.S5.sampled", "SR2.T3")
    tabled = False

    def jobs(self, seeds: int | None, methods: Sequence[str] | None) -> list[Job]:
        data = tuple(range(seeds or 20))
        return [
            Job(problem, method, size, _epochs(size), data_seeds=data, experiment=self.name)
            for problem in TITLES
            for method in among(METHODS, methods)
            for size in SIZES
        ]

    def figure(self, table: Any, path: Path) -> None:
        with sheet(path, 1, len(TITLES), sharey=True) as axes:
            for axis, (problem, title) in zip(axes[0], TITLES.items(), strict=True):
                against(axis, rows(final(table), problem=problem), "batch")
                axis.set_xscale("log")
                axis.set_xticks([size or SAMPLES for size in SIZES], [str(size or "all") for size in SIZES])
                axis.minorticks_off()
                axis.set_xlabel("samples a step")
                axis.set_title(title)
            axes[0, 1].set_ylabel("")

    def finding(self, table: Any) -> str:
        said = []
        for (problem,), part in groups(final(table), "problem").items():
            smallest = []
            for (method,), runs in groups(part, "method").items():
                good = [size for (size,), at in groups(runs, "batch").items() if identified(at)[0] >= 0.9]
                smallest.append(f"{method} {min(good)}" if good else f"{method} never")
            said.append(f"{TITLES[problem]}: {joined(smallest)}")
        return f"Smallest batch with 90 % of runs identified ({SAMPLES} is the whole set): " + "; ".join(said) + "."


def _epochs(size: int | None) -> int:
    """So many that the steps are STEPS, about."""
    return round(STEPS / (SAMPLES // (size or SAMPLES)))
