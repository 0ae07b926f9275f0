"""Exact zeros along a run: ProxGEN beside prox-SGD in its two-stage form."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic.explore.picture import Picture, legend_below, panels
from verify.arrays import NUMPY
from verify.colours import BLUE, ORANGE
from verify.methods import ProxGen, TwoStageProxSGD
from verify.methods.prox_gen import Metric
from verify.penalties import L1

TINY = 1e-17


def path(method: Any, start: Any, c: Any, alpha: float, lam: float, steps: int) -> Any:
    """The iterates on f = |w - c|^2/2 with l1, exact gradients: (steps + 1, d)."""
    hyper, penalty, w = Metric(alpha), L1(lam), start
    state, points = method.init(w, hyper, penalty, NUMPY), [start]
    for _ in range(steps):
        state, w = method.step(state, w, w - c, hyper, penalty, NUMPY)
        points.append(w)
    return np.array(points)


def zeros(alpha: float = 0.3, lam: float = 0.5, coordinates: int = 24, steps: int = 60, at_zero: bool = False) -> Picture:
    """|w_i| along both methods, from a random start or from 0; a coordinate that is exactly 0 leaves the picture."""
    rng = np.random.default_rng(1)
    c, start = rng.normal(size=coordinates), rng.normal(size=coordinates) * (not at_zero)
    with panels(1, 3, size=(7.8, 2.9), width_ratios=(1, 1, 0.9)) as (picture, axes):
        for axis, method, colour, name in (
            (axes[0, 0], TwoStageProxSGD(), ORANGE, "prox-SGD in two stages"),
            (axes[0, 1], ProxGen(), BLUE, "ProxGEN"),
        ):
            w = path(method, start, c, alpha, lam, steps)
            axis.plot(np.where(w == 0, np.nan, np.abs(w)), color=colour, linewidth=0.9)
            axis.set(yscale="log", ylim=(TINY, 10), xlabel="iteration", title=name)
            axes[0, 2].plot(
                np.sum(w == 0, axis=1), color=colour, linestyle="-" if method.__class__ is ProxGen else "--", label=name
            )
        axes[0, 0].set_ylabel("|w|, each coordinate")
        right = int(np.sum(np.abs(c) <= lam))
        axes[0, 2].axhline(right, color="black", linewidth=0.8, linestyle=":", label="zeros of the solution")
        axes[0, 2].set(xlabel="iteration", title="exact zeros", ylim=(-0.5, coordinates + 0.5))
        legend_below(picture, 3)
    return picture
