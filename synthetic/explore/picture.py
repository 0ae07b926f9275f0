"""Pictures that a notebook shows by themselves, in the style of all figures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from synthetic.figures.style import SETTINGS

DPI, SHARPNESS = 115, 1.3  # pixels an inch on the page, and how many more are drawn: text stays sharp on fine screens


@dataclass(frozen=True)
class Picture:
    """A figure that Jupyter shows as it is: without pyplot and its open windows, equal content as equal bytes. (A matplotlib
    figure itself is drawn by Jupyter's own rules, which depend on what was called before.)"""

    figure: Figure

    def png(self) -> tuple[bytes, int, int]:
        """The picture, and its width and height on the page in pixels."""
        buffer = io.BytesIO()
        with rc_context(SETTINGS):
            self.figure.savefig(buffer, dpi=DPI * SHARPNESS, metadata={"Software": None})
        return _few_colours(buffer), *(round(DPI * inches) for inches in self.figure.get_size_inches())

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        data, width, height = self.png()
        return data, {"width": width, "height": height}


def _few_colours(buffer: io.BytesIO) -> bytes:
    """The same picture in 256 colours, a third of the size; no colour is more than a shade off."""
    from PIL import Image

    small = io.BytesIO()
    image = Image.open(buffer).convert("RGB")
    image = image.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    image.save(small, format="png", optimize=True)
    return small.getvalue()


@contextmanager
def panels(
    rows: int = 1, columns: int = 1, size: tuple[float, float] = (7.6, 3.0), **shared: Any
) -> Iterator[tuple[Picture, Any]]:
    """(picture, axes): a picture of ``size`` inches in all, and its axes as an array (rows, columns)."""
    with rc_context(SETTINGS):
        figure = Figure(figsize=size, layout="constrained")
        yield Picture(figure), figure.subplots(rows, columns, squeeze=False, **shared)


def legend_below(picture: Picture, columns: int) -> None:
    """One legend of all that is labelled, below the axes."""
    handles = {label: h for a in picture.figure.axes for h, label in zip(*a.get_legend_handles_labels(), strict=True)}
    picture.figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=columns, handlelength=2)
