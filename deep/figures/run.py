"""One run in a picture: accuracy and zero groups by epoch, the groups that remain in each layer, the weights that remain."""

from __future__ import annotations

import io
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np
from torch import nn

from deep.figures.style import PALE, SETTINGS
from deep.figures.weights import show_weights
from verify.colours import BLUE, ORANGE
from verify.files import write_whole

WIDE = 120  # letters of a line of the title


def draw(made: dict[str, Any], model: nn.Module, path: Path) -> None:
    """Write :func:`overview` into the PNG file ``path``. ImportError without matplotlib."""
    from matplotlib import rc_context

    buffer = io.BytesIO()
    with rc_context(SETTINGS):
        overview(made, model).savefig(buffer, dpi=130, format="png", metadata={"Software": None})
    write_whole(path, buffer.getvalue())


def overview(made: dict[str, Any], model: nn.Module) -> Any:
    """A result of :mod:`deep.training` and its network as a matplotlib figure.

    Above: the history in percent, and for each penalised weight the share of its groups that are not zero. Below: the weights
    of the first layers (:func:`deep.figures.weights.show_weights`).
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(SETTINGS):
        figure = Figure(figsize=(9, 5.4), layout="constrained")
        parts: Any = figure.subfigures(2, 1)
        history, remaining = parts[0].subplots(1, 2)
        _history(history, made)
        _remaining(remaining, made)
        show_weights(parts[1], model, made)
        place = "" if made["place"].startswith("a first run") else f"\n{fill(made['place'], WIDE)}"
        figure.suptitle(f"{made['recipe']}, seed {made['seed']}: grey is exactly zero{place}", fontsize=9)
    return figure


def _history(axes: Any, made: dict[str, Any]) -> None:
    history, prefix = made["history"], "prox_" if made["point"] == "prox_point" else ""
    for name, label, colour in (("accuracy", "test accuracy", BLUE), ("zero_groups", "groups that are zero", ORANGE)):
        values = history.get(prefix + name) or history.get(name)
        if values is not None:
            axes.plot(history["epoch"], [np.nan if v is None else v for v in values], color=colour, label=label)
            axes.annotate(f"{values[-1]:.1f}", (history["epoch"][-1], values[-1]), xytext=(3, 0), textcoords="offset points")
    axes.set(xlabel="epoch", ylabel="%", ylim=(0, 104))
    axes.legend(loc="lower right")


def _remaining(axes: Any, made: dict[str, Any]) -> None:
    rows = [row for row in made["sparsity"]["rows"] if "penalised" in row["iterate"]]
    point = "prox_point" if made["point"] == "prox_point" else "iterate"
    counts = [row[point]["penalised"] for row in rows]
    left = [100 * (1 - count["zero"] / count["total"]) for count in counts]
    axes.barh(range(len(rows)), 100, color=PALE)
    axes.barh(range(len(rows)), left, color=BLUE)
    for i, count in enumerate(counts if len(rows) <= 12 else ()):
        axes.text(101, i, f"{count['total'] - count['zero']:,} of {count['total']:,}", va="center", clip_on=False)
    axes.set_yticks(
        range(len(rows)), [row["name"].removesuffix(".weight") for row in rows], fontsize=8 if len(rows) <= 12 else 3
    )
    axes.invert_yaxis()
    axes.set(xlabel="% of groups that remain", xlim=(0, 100))
