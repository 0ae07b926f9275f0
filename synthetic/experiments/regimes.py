"""The map of regimes: noise against the nondegeneracy margin."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np

from synthetic.experiments.base import Experiment
from synthetic.figures.panels import SERIES, Key, final, groups, identified, named, where
from synthetic.figures.style import sheet
from synthetic.figures.words import joined
from synthetic.job import Job
from synthetic.table import numbers
from verify.colours import BLACK

METHODS = ("RMDA", "RDA", "ProxSSI", "ProxGen", "ProxSGD")
NOISES = tuple(float(f"{noise:.3g}") for noise in np.geomspace(0.02, 20, 7))
MARGINS = (0.02, 0.06, 0.2, 0.6)
EPOCHS = 50
HALF = 0.5


class Regimes(Experiment):
    """The map of regimes: who identifies, by the noise at the optimum and its nondegeneracy margin, on quadratics."""

    claims = ("RMDA.S51.only", "RMDA.T2", "RMDA.S1.sgd")
    default = True
    tabled = False

    def jobs(self, seeds: int | None, methods: Sequence[str] | None) -> list[Job]:
        return [
            Job(
                "SparseQuadratic",
                method,
                32,
                EPOCHS,
                {"noise": noise, "margin": margin},
                data_seeds=tuple(range(seeds or 20)),
                experiment=self.name,
            )
            for method in methods or METHODS
            for margin in MARGINS
            for noise in NOISES
        ]

    def figure(self, table: Any, path: Path) -> None:
        shown = _series(table)
        columns = 3
        with sheet(path, -(-(len(shown) + 1) // columns), columns, size=(2.5, 2.3)) as axes:
            *maps, last = axes.flat[: len(shown) + 1]
            for axis, (key, part) in zip(maps, shown.items(), strict=True):
                _map(axis, part)
                axis.set_title(named(key).label)
                its, ratios = named(key), _by_ratio(part)
                share, low, high = 100 * np.array(list(ratios.values())).T
                last.plot(list(ratios), share, color=its.colour, linestyle=its.line, marker=its.marker, label=its.label)
                last.fill_between(list(ratios), low, high, color=its.colour, alpha=0.08, linewidth=0)
            _predicted(last, final(table))
            last.set_xscale("log")
            last.set_xlabel("noise / margin")
            last.set_ylabel("runs that identify\nand stay (%)")
            for axis in axes.flat[len(shown) + 1 :]:
                axis.set_visible(False)

    def finding(self, table: Any) -> str:
        said = []
        for (method, _, point), part in _series(table).items():
            name = f"{method} (prox point)" if point == "prox" else method
            said.append(f"{name} {_reach(_by_ratio(part))}")
        half = "at least half of the runs identify and stay, a range where 95 % intervals leave it open"
        return f"Noise, in margins, up to which {half}: {joined(said)}."


def _reach(ratios: dict[float, tuple[float, float, float]]) -> str:
    """The largest ratio up to which every interval lies above a half, and to which one none lies below, if that is another."""
    sure = list(takewhile(lambda ratio: ratios[ratio][1] >= HALF, ratios))
    possible = list(takewhile(lambda ratio: ratios[ratio][2] >= HALF, ratios))
    if not possible:
        return "none"
    if not sure:
        return f"at most {possible[-1]:.2g}"
    return f"{sure[-1]:.2g} to {possible[-1]:.2g}" if sure != possible else f"{sure[-1]:.2g}"


def _series(table: Any) -> dict[Key, Any]:
    """The iterates of each method, or its prox points where these identify more than twice as often."""
    prox, found = groups(final(table, "prox"), *SERIES), {}
    for (method, settings, point), part in groups(final(table), *SERIES).items():
        second = (method, settings, "prox")
        if second in prox and identified(prox[second])[0] > 2 * identified(part)[0]:
            found[second] = prox[second]
        else:
            found[method, settings, point] = part
    return found


def _map(axis: Any, part: Any) -> None:
    """Circles filled as far as runs identify: noise across, margin up, both relative to the weight."""
    cells = groups(part, "dataset_name")
    at = np.array([(_mean(cell, "noise_group"), _mean(cell, "margin"), identified(cell)[0]) for cell in cells.values()])
    axis.scatter(
        at[:, 0], at[:, 1], c=1 - at[:, 2], cmap="gray", vmin=0, vmax=1, edgecolors="black", linewidths=0.6, s=70, zorder=3
    )
    ends = np.array([min(MARGINS) / 2, max(MARGINS) * 2])
    axis.plot(
        ends,
        ends,
        color=BLACK,
        linewidth=0.8,
        linestyle="--",
        label="noise = margin; circles: black where all runs identify and stay",
    )
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xlabel("noise / weight")
    axis.set_ylabel("margin")


def _by_ratio(part: Any) -> dict[float, tuple[float, float, float]]:
    """The share that identifies, with its interval, by noise over margin, ascending; cells within a factor of 2 are put
    together."""
    place = _place(part)
    return {float(2.0**p): identified(where(part, place == p)) for p in np.unique(place)}


def _place(part: Any) -> Any:
    """The power of 2 next to noise over margin, the same for all runs of a cell."""
    place = np.empty(part.num_rows)
    names = np.array(part["dataset_name"].to_pylist())
    for (name,), cell in groups(part, "dataset_name").items():
        place[names == name] = np.round(np.log2(_mean(cell, "noise_group") / _mean(cell, "margin")))
    return place


def _predicted(axis: Any, part: Any) -> None:
    """Before any run: the probability that prox-SGD, at the optimum, keeps the structure for a tenth of the steps."""
    kept = (1 - numbers(part, "noise_break")) ** (numbers(part, "stop_val") // 10)
    place = _place(part)
    x = np.unique(place)
    mean = [100 * kept[place == p].mean() for p in x]
    axis.plot(2.0**x, mean, color=BLACK, linewidth=1, linestyle=(0, (1, 1.5)), label="predicted for prox-SGD, before any run")


def _mean(cell: Any, name: str) -> float:
    return float(numbers(cell, name).mean())
