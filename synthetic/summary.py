"""The tables at the end: who identified the structure of the certified point, and stayed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from rich.box import SIMPLE
from rich.console import Group
from rich.table import Table
from rich.text import Text

from synthetic.statistics import mean_interval, wilson
from synthetic.table import numbers, rows

NOTE = (
    "identified: the pattern is that of the certified point at every step of the last tenth; exact: the share of these steps "
    "at which it is; first: the epoch from which it stays so, of the runs where it does; gap: objective above the certified "
    "point's. 95 % intervals: Wilson's for the share of runs, else those of the mean over runs; (k of n): over the k runs that "
    "have a finite value. (+n): runs on data sets that cannot be decided (degenerate or unsolved), not counted. as planted: "
    "the groups whose state at the certified point is the planted one."
)


def summary(tables: Sequence[Any]) -> Group:
    """Of each experiment's pyarrow table a table for each problem: a row for each method and point, from the final rows."""
    finals = [rows(table, kind="final") for table in tables]
    shown = (_problem(name, rows(final, dataset_name=name)) for final in finals for name in _distinct(final, "dataset_name"))
    return Group(*shown, NOTE)


def _problem(name: str, final: Any) -> Table:
    solvers = _distinct(final, "solver_name")
    labels, common = shorten(solvers)
    planted = mean_interval(100 * numbers(rows(final, bin="clear"), "planted_agreement"))[0]
    said = "; ".join(filter(None, [common, f"{planted:.1f} % as planted" if np.isfinite(planted) else ""]))
    title = Text(f"{final['experiment'][0]}, {name}{f': {said}' if said else ''}")  # a Text, in which brackets are brackets
    shown = Table("method", "runs", "identified %", "exact %", "first", "gap", box=SIMPLE, title=title, title_justify="left")
    for column in shown.columns[1:]:
        column.justify, column.no_wrap = "right", True
    for solver, label in zip(solvers, labels, strict=True):
        shown.add_row(Text(label), *_cells(rows(final, solver_name=solver)))
    return shown


def _cells(final: Any) -> Iterator[str]:
    clear = rows(final, bin="clear")
    binned = final.num_rows - clear.num_rows
    yield f"{clear.num_rows}{f' (+{binned})' if binned else ''}"
    stays = numbers(clear, "objective_stays")
    share, low, high = wilson(float(np.nansum(stays)), len(stays))
    yield f"{100 * share:.0f} [{100 * low:.0f}, {100 * high:.0f}]" if len(stays) else "-"
    yield _mean(100 * numbers(clear, "objective_exact"), ".0f", 100)
    yield _mean(numbers(clear, "objective_first"), ".0f", float(np.max(numbers(final, "epochs"))))
    yield _mean(numbers(clear, "objective_gap"), ".0e", np.inf)


def shorten(solvers: Sequence[str]) -> tuple[list[str], str]:
    """Names like "RMDA[batch=32,point=prox]" without the pairs that all of them share, and these pairs."""
    pieces = [(name.partition("[")[0], name.partition("[")[2].removesuffix("]").split(",")) for name in solvers]
    common = [pair for pair in pieces[0][1] if all(pair in pairs for _, pairs in pieces)] if pieces else []
    own = [(name, ", ".join(pair for pair in pairs if pair not in common)) for name, pairs in pieces]
    return [f"{name} {pairs}".strip() for name, pairs in own], ", ".join(common)


def _distinct(table: Any, name: str) -> list[str]:
    return list(dict.fromkeys(table[name].to_pylist()))


def _mean(x: Any, form: str, most: float) -> str:
    """The mean of the finite values with its interval, which ends at the most that a value can be."""
    mean, low, high = mean_interval(x)
    if np.isnan(mean):
        return "-"
    some = f" ({np.isfinite(x).sum()} of {len(x)})" if not np.isfinite(x).all() else ""
    return (f"{mean:{form}}" if np.isnan(low) else f"{mean:{form}} [{low:{form}}, {min(high, most):{form}}]") + some
