"""The kinds of panel: a quantity along the runs, the share of runs that identify against a number, that share in rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from synthetic.figures.style import Look, look
from synthetic.statistics import mean_interval, wilson
from synthetic.table import numbers, rows

Key = tuple[Any, ...]
SERIES = ("method", "settings", "point")
SAID = {"schedule=stages": "falling steps", "restart=False": "no restarts"}


def groups(table: Any, *names: str) -> dict[Key, Any]:
    """The rows with equal values in these columns, as tables, in the order in which the values first stand."""
    found: dict[Key, list[int]] = {}
    for i, key in enumerate(zip(*(table[name].to_pylist() for name in names), strict=True)):
        found.setdefault(key, []).append(i)
    return {key: table.take(indices) for key, indices in found.items()}


def final(table: Any, point: str = "iterate") -> Any:
    """The last rows of the runs whose certified structure is clear."""
    return rows(table, kind="final", bin="clear", point=point)


def curve(table: Any) -> Any:
    """The rows of the iterates along the runs whose certified structure is clear."""
    clear = set(zip(*_runs(final(table)), strict=True))
    part = rows(table, kind="curve", point="iterate")
    return where(part, [run in clear for run in zip(*_runs(part), strict=True)])


def where(table: Any, chosen: Iterable[Any]) -> Any:
    """The rows that are chosen."""
    return table.take(np.flatnonzero(list(chosen)))


def _runs(table: Any) -> list[list[Any]]:
    return [table[name].to_pylist() for name in ("dataset_name", "solver_name", "idx_rep")]


def identified(table: Any) -> tuple[float, float, float]:
    """(share, low, high) of runs that identify the certified structure and stay: Wilson's 95 % interval."""
    stays = numbers(table, "objective_stays")
    return wilson(float(np.nansum(stays)), len(stays))


def best_of(table: Any) -> dict[str, tuple[str, tuple[float, float, float]]]:
    """For each method its settings of largest share, and :func:`identified` there. The best of several is above what it would
    reach on data of its own: read it as the most that can be said for the method."""
    best: dict[str, tuple[str, tuple[float, float, float]]] = {}
    for (method, settings), part in groups(table, "method", "settings").items():
        share = identified(part)
        if method not in best or share[0] > best[method][1][0]:
            best[method] = (settings, share)
    return best


def named(key: Key) -> Look:
    """The look of a series (method, settings, point), its settings put into the label."""
    method, settings, point = key
    base = look(method)
    said = [SAID.get(part, part.replace("=", " ")) for part in settings.split(",") if part] + ["prox point"] * (point == "prox")
    return base._replace(label=f"{base.label} ({', '.join(said)})" if said else base.label)


def along(axis: Any, curves: Any, quantity: str, looks: Callable[[Key], Look] = named, share: bool = False) -> None:
    """The mean over the runs of a column of :func:`curve`'s rows, against epochs, with 95 % bands; a share in percent."""
    for key, part in groups(curves, *SERIES).items():
        its, at = looks(key), sorted(groups(part, "stop_val").items())
        epoch = part["epochs"][0].as_py() / at[-1][0][0]
        x = [t * epoch for (t,), _ in at]
        middle, low, high = np.array([mean_interval(numbers(there, quantity)) for _, there in at]).T
        if share:
            middle, low, high = 100 * middle, 100 * low, np.minimum(100 * high, 100)
        marks = max(1, len(x) // 6)
        axis.plot(x, middle, color=its.colour, linestyle=its.line, marker=its.marker, markevery=marks, label=its.label)
        axis.fill_between(x, low, high, color=its.colour, alpha=0.18, linewidth=0)
    axis.set_xlabel("epochs")


def structure_and(pair: Any, curves: Any, quantity: str, label: str) -> None:
    """Two panels: the groups with the certified state, and beside it a column of :func:`curve`'s rows on a log scale."""
    along(pair[0], curves, "objective_correct", share=True)
    pair[0].set_ylabel("groups with the certified state (%)")
    along(pair[1], curves, quantity)
    pair[1].set_ylabel(label)
    pair[1].set_yscale("log")


def against(axis: Any, table: Any, column: str, looks: Callable[[Key], Look] = named, by: Key = SERIES) -> None:
    """The share of runs that identify and stay against the numbers in ``column``, a line a series."""
    for key, part in groups(table, *by).items():
        its = looks(key)
        points = sorted((x, *identified(there)) for (x,), there in groups(part, column).items())
        x, share, low, high = np.array(points).T
        axis.plot(x, 100 * share, color=its.colour, linestyle=its.line, marker=its.marker, label=its.label)
        axis.fill_between(x, 100 * low, 100 * high, color=its.colour, alpha=0.15, linewidth=0)
    axis.set_ylim(-4, 104)
    axis.set_ylabel("runs that identify\nand stay (%)")


def in_rows(axis: Any, parts: Mapping[str, Mapping[str, Any]], colours: Mapping[str, tuple[str, str]]) -> None:
    """A row a label of ``parts``; in it, for each kind, the share of the runs of a table that identify and stay.

    ``colours`` gives each kind its colour and marker. Bars are Wilson's 95 % intervals.
    """
    spread = np.linspace(-0.16, 0.16, len(colours)) if len(colours) > 1 else [0.0]
    for y, kinds in enumerate(parts.values()):
        for (kind, (colour, marker)), shift in zip(colours.items(), spread, strict=True):
            if kind in kinds:
                share, low, high = (100 * v for v in identified(kinds[kind]))
                bars = [[max(0.0, share - low)], [max(0.0, high - share)]]
                axis.errorbar(share, y + shift, xerr=bars, color=colour, marker=marker, linestyle="", label=kind, capsize=2)
    axis.set_yticks(range(len(parts)), list(parts))
    axis.set_ylim(max(1, len(parts)) - 0.5, -0.5)
    axis.set_xlim(-4, 104)
    axis.set_xlabel("runs that identify and stay (%)")
    axis.grid(axis="y", visible=False)
