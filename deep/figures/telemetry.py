"""What a run says of the theorems: columns of its history over the epochs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from deep.figures.style import PALE, SETTINGS
from deep.telemetry import describe
from verify.colours import BLACK, BLUE, ORANGE

DECADES = 2  # positive numbers that span more are drawn on a logarithmic axis


def telemetry(made: dict[str, Any], *panels: Sequence[str]) -> Any:
    """A matplotlib figure with a panel, two a row, for each sequence of at most three columns of
    :func:`deep.telemetry.describe`. A panel's title names the claims; a grey line stands where RMDA began a round again.
    ``made`` is the result of the run. ValueError for a column that the run has not, and for
    none or more than three in a panel.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    quantities = {quantity["column"]: quantity for quantity in describe() if quantity["column"] in made["history"]}
    missing = [column for columns in panels for column in columns if column not in quantities]
    if missing:
        raise ValueError(f"{made['recipe']} has no column {missing[0]!r}; it has {', '.join(quantities)}")
    if not panels or not all(1 <= len(columns) <= 3 for columns in panels):
        raise ValueError(f"telemetry takes panels of one to three columns; got {', '.join(map(str, panels)) or 'none'}")
    with rc_context(SETTINGS):
        rows = -(-len(panels) // 2)
        figure = Figure(figsize=(7.8, 0.3 + 2.1 * rows), layout="constrained")
        places = figure.subplots(rows, 2, sharex=True, squeeze=False).flat
        for axes, columns in zip(places, panels, strict=False):
            for at in made["settings"]["restarts"]:
                axes.axvline(at / made["settings"]["shorten"] + 0.5, color=PALE, linewidth=0.8)
            for column, colour in zip(columns, (BLUE, ORANGE, BLACK), strict=False):
                _line(axes, made["history"], column, color=colour, label=quantities[column]["name"])
            axes.set_title(", ".join(dict.fromkeys(quantities[column]["claim"] for column in columns)))
            _scale(axes, [value for column in columns for value in made["history"][column] if value is not None])
            axes.legend(fontsize=7)
        for axes in list(figure.axes)[-2:]:
            axes.set_xlabel("epoch")
        for axes in list(figure.axes)[len(panels) :]:
            axes.set_visible(False)
    return figure


def _line(axes: Any, history: dict[str, Any], column: str, **look: Any) -> None:
    """The epochs that have a value, joined."""
    points = [(e, v) for e, v in zip(history["epoch"], history[column], strict=True) if v is not None]
    axes.plot(*zip(*points, strict=True), marker=".", markersize=3.5, linewidth=1.1, **look)


def _scale(axes: Any, values: list[float]) -> None:
    if min(values) > 0 and np.log10(max(values) / min(values)) > DECADES:
        axes.set_yscale("log")
    else:
        axes.set_ylim(min(0.0, 1.08 * min(values)), 1.25 * max(values) or 1)
