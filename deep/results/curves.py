"""Curves of the runs of one experiment together, as SVG: how each method gets there, and the paper's numbers as lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from deep.results.collect import Runs, at_point_columns
from deep.results.table import LABELS
from verify.colours import BLACK, BLUE, GOLD, GREEN, GREY, ORANGE, PURPLE, SKY

COLOURS = (BLUE, ORANGE, GREEN, GOLD, PURPLE, SKY, BLACK, GREY)
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 2)), (0, (6, 2)))
CLAIM = re.compile(r"^[A-Z][A-Z0-9]*\.[\w.]+ ")  # "RMDA.L2.as estimate error": telemetry, with the claim it bears on
OWN = re.compile(r"\.(rmda|sr2|proxgen|mrda|rvsm|revised-proxquant)\b")  # the papers' own methods: first colour, solid line
SETTINGS: Any = {"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False}


def histories(all_runs: Sequence[Runs]) -> str:
    """Accuracy, and the zeros that the paper counts, by epoch; first seed, dashed lines across for the paper's numbers."""
    zeros = next((m for runs in all_runs for m in runs.first["reported"] if m.startswith("zero")), "zero_groups")
    return _panels(
        all_runs, all_runs[0].name, ["accuracy", zeros], [LABELS["accuracy"] + " (%)", LABELS[zeros] + " (%)"], paper=True
    )


def telemetry(all_runs: Sequence[Runs]) -> str | None:
    """Every quantity of the telemetry that the runs have, by epoch, under the id of its claim; None if there is none."""
    names = watched(all_runs)
    return _panels(all_runs, f"{all_runs[0].name} telemetry", names, names) if names else None


def watched(all_runs: Sequence[Runs]) -> list[str]:
    """The columns of the telemetry that the runs have."""
    return list(dict.fromkeys(name for runs in all_runs for name in runs.first["history"] if CLAIM.match(name)))


def _panels(all_runs: Sequence[Runs], prefix: str, names: Sequence[str], titles: Sequence[str], paper: bool = False) -> str:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from verify.report.drawings import figure_svg

    columns = min(len(names), 3)
    lines = -(-len(names) // columns)
    with rc_context(SETTINGS):
        figure = Figure(figsize=(10, 3.1 * lines + 0.4), layout="constrained")
        axes = list(figure.subplots(lines, columns, squeeze=False).flat)
        for panel, name, title in zip(axes, names, titles, strict=False):
            for index, runs in enumerate(sorted(all_runs, key=lambda runs: not OWN.search(runs.first["recipe"]))):
                _line(panel, runs, name, index)
                if paper and name in runs.first["reported"]:
                    panel.axhline(runs.first["reported"][name]["value"], color=COLOURS[index % 8], linewidth=0.8, alpha=0.6)
            panel.set(title=title, xlabel="epoch")
        for panel in axes[len(names) :]:
            panel.set_visible(False)
        handles = {label: h for a in figure.axes for h, label in zip(*a.get_legend_handles_labels(), strict=True)}
        figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=min(4, max(1, len(handles))))
        return str(figure_svg(figure, prefix))


def _line(panel: Any, runs: Runs, name: str, index: int) -> None:
    column, epochs = at_point_columns(runs.first, name), np.array(runs.first["history"]["epoch"])
    if not column:
        return
    values = np.array([np.nan if value is None else value for value in column], dtype=float)
    there = np.isfinite(values)
    label = runs.name.removeprefix(runs.first["recipe"].rpartition(".")[0] + ".")
    look: Any = {"color": COLOURS[index % 8], "linestyle": LINES[index % 8], "linewidth": 1.1, "alpha": 0.85}
    panel.plot(epochs[there], values[there], label=label, marker="o" if there.sum() == 1 else None, markersize=4, **look)
    if CLAIM.match(name) and there.any() and (values[there] > 0).all() and values[there].max() > 30 * values[there].min():
        panel.set_yscale("log")
