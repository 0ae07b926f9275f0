"""Momentum weights of proximal SGD."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from synthetic.experiments.base import Experiment, among
from synthetic.figures.panels import against, final, groups, identified
from synthetic.figures.style import look, sheet
from synthetic.figures.words import joined
from synthetic.job import Job
from synthetic.table import rows

WEIGHTS = (0.0, 0.5, 0.9, 0.97, 0.99)
SETTING = {"ProxGen": "rho", "ProxSGD": "momentum"}
LABELS = {"ProxGen": "v = m v + (1 - m) g", "ProxSGD": "v = m v + g"}
TITLES = {"SeparatedLogistic": "points well separated", "NoisyLogistic": "one label in ten flipped"}


class Momentum(Experiment):
    """Prox-SGD over momentum weights m, with the normalised momentum of ProxGEN and with the plain one.

    Both move as far a step. Without the factor 1 - m the method solves another problem, whose penalty has weight (1 - m) lam.
    """

    claims = ("RMDA.S1.sgd", "RMDA.S51.only")
    tabled = False

    def jobs(self, seeds: int | None, methods: Sequence[str] | None) -> list[Job]:
        return [
            Job(
                problem,
                method,
                32,
                100,
                settings=_settings(method, m),
                data_seeds=tuple(range(seeds or 20)),
                experiment=self.name,
            )
            for problem in TITLES
            for method in among(tuple(SETTING), methods)
            for m in WEIGHTS
        ]

    def figure(self, table: Any, path: Path) -> None:
        shown = _with_weight(final(table))
        with sheet(path, 1, len(TITLES), sharey=True) as axes:
            for axis, (problem, title) in zip(axes[0], TITLES.items(), strict=True):
                part = rows(shown, problem=problem)
                against(axis, part, "averaged", lambda key: look(key[0])._replace(label=LABELS[key[0]]), ("method",))
                axis.set_xscale("log")
                axis.set_xticks(ticks := [round(1 / (1 - m)) for m in WEIGHTS], [str(tick) for tick in ticks])
                axis.minorticks_off()
                axis.set_xlabel("gradients averaged, 1/(1 - m)")
                axis.set_title(title)
            axes[0, 1].set_ylabel("")

    def finding(self, table: Any) -> str:
        said = []
        for (problem, method), part in groups(_with_weight(final(table)), "problem", "method").items():
            shares = joined(
                f"{100 * identified(at)[0]:.0f} % at {1 - 1 / x:.2g}" for (x,), at in sorted(groups(part, "averaged").items())
            )
            said.append(f"{TITLES[problem]}, {LABELS[method]}: {shares}")
        return "Runs that identify and stay, by momentum: " + "; ".join(said) + "."


def _settings(method: str, m: float) -> dict[str, float]:
    """The same movement a step in both forms: 0.3/L in the long run."""
    return {SETTING[method]: m, "step": 0.3 if method == "ProxGen" else round(0.3 * (1 - m), 6)}


def _with_weight(table: Any) -> Any:
    """The table with 1/(1 - m) as a column."""
    from synthetic.solvers import solver

    m = []
    for method, settings in zip(table["method"].to_pylist(), table["settings"].to_pylist(), strict=True):
        name = SETTING[method]
        given = dict(part.split("=") for part in settings.split(",") if part)
        m.append(float(given.get(name, getattr(solver(method, {}), name))))
    return table.append_column("averaged", [np.round(1 / (1 - np.array(m)), 6)])
