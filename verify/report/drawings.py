"""Pictures as inline SVG that takes the page's colours: the spread of sampled margins, and what a claim draws itself."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

WIDTH, HEIGHT, BINS = 420, 110, 48


def histogram(quantiles: Sequence[float]) -> Markup | None:
    """A histogram from equally spaced quantiles: asinh axis, heights as square roots; None where margins hardly differ."""
    values = np.asarray(quantiles, dtype=float)
    if values.size < 2 or values[-1] / 2 - values[0] / 2 <= 0.005 * np.max(np.abs(values)):
        return None
    size = np.abs(values[values != 0])
    unit = max(float(np.quantile(size, 0.1)), float(size.max()) * 1e-14, 1e-300)
    place = np.arcsinh(values / unit)
    step = (max(place[-1], 0.0) - min(place[0], 0.0)) / BINS
    first, last = min(math.floor(place[0] / step), 0), max(math.floor(place[-1] / step), 0) + 1
    share = np.sqrt(_shares(place / step, first, last))
    scale = WIDTH / (last - first)
    bars = [_bar((k - first) * scale, scale, h / share.max(), k < 0) for k, h in enumerate(share, first) if h > 0]
    marks = [_tick((math.asinh(value / unit) / step - first) * scale, value) for value in _ticks(values, unit)]
    zero = -first * scale
    return Markup(
        f'<svg class="histogram" viewBox="-14 -6 {WIDTH + 28} {HEIGHT + 30}" role="img" aria-label="histogram of margins">'
        f'{"".join(bars)}<line class="axis" x1="0" x2="{WIDTH}" y1="{HEIGHT}" y2="{HEIGHT}"/>'
        f'<line class="zero" x1="{zero:.1f}" x2="{zero:.1f}" y1="-4" y2="{HEIGHT}"/>{"".join(marks)}</svg>'
    )


def _shares(place: Any, first: int, last: int) -> Any:
    """The share of the cases in each of the unit bins from ``first`` to ``last``; between two quantiles it is spread evenly."""
    low, high = place[:-1, None], place[1:, None]
    left = np.arange(first, last)
    inside = np.clip(np.minimum(high, left + 1) - np.maximum(low, left), 0, None)
    tied = (left == np.floor(low)).astype(float)
    wide = high - low > 1e-9
    return np.mean(np.where(wide, inside / np.where(wide, high - low, 1.0), tied), axis=0)


def _bar(left: float, width: float, share: float, negative: bool) -> str:
    height = max(share * HEIGHT, 1.0)
    place = f'x="{left + 0.5:.1f}" y="{HEIGHT - height:.1f}" width="{width - 1:.1f}" height="{height:.1f}"'
    return f'<rect class="{"below" if negative else "above"}" {place}/>'


def _ticks(values: Any, unit: float) -> list[float]:
    """0 and at most three powers of ten on each side, those beyond ``unit``, where the axis is logarithmic."""
    ticks = [0.0]
    for side, reach in ((1.0, values[-1]), (-1.0, -values[0])):
        if reach > 0:
            last, first = math.floor(math.log10(reach)), math.ceil(math.log10(unit))
            step = max(1, math.ceil((last - first + 1) / 3))
            ticks += [side * 10.0**k for k in range(last, first - 1, -step)]
    return ticks


def _tick(x: float, value: float) -> str:
    power = round(math.log10(abs(value))) if value else 0
    signed = str(power).replace("-", "−")
    exponent = f'10<tspan dy="-4" font-size="8">{signed}</tspan>'
    label = f"{value:g}" if -2 <= power <= 3 else f"{'-' if value < 0 else ''}{exponent}"
    stroke = f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{HEIGHT}" y2="{HEIGHT + 4}"/>'
    return f'{stroke}<text x="{x:.1f}" y="{HEIGHT + 17}">{label}</text>'


def figure_svg(figure: Any, prefix: str) -> Markup:
    """A matplotlib figure as inline SVG: no namespaces or metadata, ids of its own, black and white as in the page."""
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": prefix}):
        figure.savefig(buffer, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\s+xmlns(?::\w+)?="[^"]*"', "", svg)
    mark = re.sub(r"\W", "-", prefix)
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{mark}-", svg)
    svg = re.sub(r"<svg ", '<svg class="picture" role="img" ', svg, count=1)
    return Markup(svg.replace("#000000", "currentColor").replace("#ffffff", "var(--card)"))
