"""The pictures of the first notebook: a misprint, and a map applied twice."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic.explore.picture import Picture, legend_below, panels
from verify.colours import BLACK, BLUE, GREY, ORANGE
from verify.penalties import L1, MCP, Penalty


def printed(z: Any, t: float) -> Any:
    """ProxGEN's Equation (3) as it is printed: sign(z)(|z| - t), without the positive part."""
    return np.sign(z) * (np.abs(z) - t)


def misprint(z: float = 0.5, t: float = 1.0) -> Picture:
    """Soft thresholding as printed and as it is; and the objective at one z, with what both return."""
    penalty, x, line = L1(1.0), np.linspace(-2.5, 2.5, 501), np.linspace(-2.0, 2.0, 401)

    def objective(x: Any) -> Any:
        return (x - z) ** 2 / (2 * t) + np.abs(x)

    with panels(1, 2, size=(7.8, 2.9)) as (picture, axes):
        maps, values = axes[0]
        maps.plot(x, np.where(x == 0, np.nan, printed(x, t)), color=ORANGE, linestyle="--", label="as printed")
        maps.plot(x, penalty.prox(x, t), color=BLUE, label="the prox")
        maps.axvline(z, color=GREY, linewidth=0.7, linestyle=":")
        maps.set(xlabel="z", title=f"what Eq. (3) returns, threshold {t:g}")
        values.plot(line, objective(line), color=BLACK, linewidth=1)
        for point, colour, marker in ((printed(z, t), ORANGE, "X"), (float(penalty.prox(np.array(z), t)), BLUE, "o")):
            values.plot(point, objective(point), marker, color=colour, markeredgecolor=BLACK, markersize=9)
            values.annotate(f"{objective(point):.3g}", (point, objective(point)), xytext=(8, 10), textcoords="offset points")
        values.set(xlabel="x", title=f"(x − z)²/(2t) + |x| at z = {z:g}")
        legend_below(picture, 2)
    return picture


def twice(t: float = 0.8, gamma: float = 2.0) -> Picture:
    """prox(prox(z, t), t) and prox(z, 2t), for l1 and for MCP."""
    z = np.linspace(-4, 4, 801)
    penalties: dict[str, Penalty] = {"l1": L1(1.0), f"MCP, γ = {gamma:g}": MCP(1.0, gamma)}
    with panels(1, 2, size=(7.8, 2.9), sharey=True) as (picture, axes):
        for axis, (name, penalty) in zip(axes[0], penalties.items(), strict=True):
            axis.plot(z, penalty.prox(z, 2 * t), color=BLUE, linewidth=3, alpha=0.5, label="once, with 2t")
            axis.plot(z, penalty.prox(penalty.prox(z, t), t), color=ORANGE, linestyle="--", label="twice, with t")
            axis.set(title=f"{name}, t = {t:g}", xlabel="z")
        legend_below(picture, 2)
    return picture
