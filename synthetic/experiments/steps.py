"""Every method at five sizes of its step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthetic.experiments.base import Experiment
from synthetic.figures.panels import against, best_of, final, named
from synthetic.figures.style import sheet
from synthetic.figures.words import joined, percent
from synthetic.job import Job
from synthetic.table import rows

METHODS: dict[str, dict[str, Any]] = {"RMDA": {}, "RDA": {}, "ProxSSI": {}, "ProxGen": {}, "ProxSGD": {}}
TITLES = {"SeparatedLogistic": "points well separated", "NoisyLogistic": "one label in ten flipped"}


class Steps(Experiment):
    """Each method at five sizes of its step, a tenth to ten times the default: whether tuning decides who identifies."""

    claims = ("RMDA.S51.only", "RMDA.S1.sgd")
    default = True
    tabled = False

    def jobs(self, seeds: int | None, methods: Sequence[str] | None) -> list[Job]:
        from synthetic.solvers.base import grid

        return [
            Job(problem, name, 32, 50, settings=settings, data_seeds=tuple(range(seeds or 20)), experiment=self.name)
            for problem in TITLES
            for name in methods or METHODS
            for settings in grid(name, METHODS.get(name, {}))
        ]

    def figure(self, table: Any, path: Path) -> None:
        shown = with_multiple(final(table))
        with sheet(path, 1, len(TITLES), sharey=True) as axes:
            for axis, (problem, title) in zip(axes[0], TITLES.items(), strict=True):
                against(axis, rows(shown, problem=problem), "multiple", lambda key: named((key[0], "", "iterate")), ("method",))
                axis.set_xscale("log")
                axis.set_xlabel("step, relative to the default")
                axis.set_title(title)
            axes[0, 1].set_ylabel("")

    def finding(self, table: Any) -> str:
        said = []
        for problem, title in TITLES.items():
            best = best_of(rows(final(table), problem=problem))
            said.append(f"{title}: {joined(f'{method} {percent(share)}' for method, (_, share) in best.items())}")
        return "Runs that identify and stay, at each method's best of five steps: " + "; ".join(said) + "."


def with_multiple(table: Any) -> Any:
    """The table with a column of the step over the default one."""
    from synthetic.solvers import REGISTRY, solver

    found = []
    for method, settings in zip(table["method"].to_pylist(), table["settings"].to_pylist(), strict=True):
        tuned = REGISTRY[method].tuned
        default = getattr(solver(method, {}), tuned)
        given = dict(part.split("=") for part in settings.split(",") if part)
        found.append(round(float(given.get(tuned, default)) / default, 6))
    return table.append_column("multiple", [found])
