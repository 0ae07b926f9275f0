"""The look of all figures: each method has a colour, a marker and a line of its own, so that it is known without colour too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from verify.colours import BLACK, BLUE, GOLD, GREEN, GREY, ORANGE, PURPLE, SKY

SETTINGS: Any = {
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8,
    "legend.fontsize": 7.5,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e2e2e2",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "lines.linewidth": 1.5,
    "lines.markersize": 4.5,
    "legend.frameon": False,
    "legend.handlelength": 3.2,
}


class Look(NamedTuple):
    """``line`` is matplotlib's line style."""

    label: str
    colour: str
    marker: str
    line: Any = "-"


LOOKS: Mapping[str, Look] = {
    "RMDA": Look("RMDA", BLUE, "o"),
    "ProxSGD": Look("prox-SGD", ORANGE, "s", "--"),
    "ProxSSI": Look("ProxSSI", GREEN, "^", "-."),
    "RDA": Look("RDA", PURPLE, "D", ":"),
    "MRDA": Look("MRDA", GOLD, "v", (0, (4, 1, 1, 1, 1, 1))),
    "ProxGen": Look("ProxGEN, momentum 0.9", SKY, "P", (0, (5, 1))),
    "SR2": Look("SR2", BLACK, "X", (0, (1, 1))),
    "SR2Sampled": Look("SR2, sampled loss", GREY, "v", (0, (5, 2, 1, 2))),
    "SqrtT": Look("sqrt(t) method", GREY, "*", (0, (6, 2))),
    "RVSM": Look("RVSM", GREEN, "8", (0, (7, 1))),
    "ADMM": Look("ADMM", GREY, "p", ":"),
    "ProxGenAdam": Look("ProxGEN, Adam", GOLD, "h", (0, (3, 1))),
    "ProxGenAdamPrinted": Look("ProxGEN, Adam as printed", SKY, "H", (0, (1, 2))),
    "ProxGenAdaGrad": Look("ProxGEN, AdaGrad", GREY, "<", (0, (2, 1))),
    "TwoStageProxSGD": Look("two-stage prox-SGD", ORANGE, "d", (0, (1, 1))),
    "TwoStageProxAdam": Look("two-stage prox-Adam", GOLD, "d", ":"),
    "ProxQuantAdam": Look("ProxQuant (Adam, identity prox)", BLACK, "p", (0, (4, 2))),
    "RevisedProxQuant": Look("revised ProxQuant", BLUE, "D", (0, (3, 1))),
    "BinaryConnect": Look("BinaryConnect", GREY, "X", ":"),
    "MDA": Look("MDA, no penalty", GREY, "8", ":"),
}


def look(method: str) -> Look:
    """The look of a method; a method of the user's own is grey, under its own name."""
    return LOOKS.get(method, Look(method, GREY, ">", (0, (3, 1, 1, 1))))


@contextmanager
def sheet(path: Path, rows: int = 1, columns: int = 1, size: tuple[float, float] = (3.3, 2.6), **shared: Any) -> Iterator[Any]:
    """Axes (rows, columns), each of ``size`` inches; on leaving, a legend of all that is labelled is put below, and the
    figure is written to ``path``. Equal content gives an equal file."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(SETTINGS):
        figure = Figure(figsize=(size[0] * columns, size[1] * rows + 0.45), layout="constrained")
        axes = figure.subplots(rows, columns, squeeze=False, **shared)
        yield axes
        handles = {label: h for a in axes.flat for h, label in zip(*a.get_legend_handles_labels(), strict=True)}
        if handles:
            wide = max(1, round(size[0] * columns / (0.75 + 0.062 * max(map(len, handles)))))
            figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=min(wide, len(handles)))
        figure.savefig(path, dpi=130, metadata={"Software": None})
