"""Pictures of identification: which coordinates are 0 when, where in noise and margin that works, and what does not hold."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import ListedColormap

from synthetic.explore.identification import METHODS, Game, begun_at_one, planted, rmda
from synthetic.explore.picture import Picture, legend_below, panels
from synthetic.figures.style import look
from verify.colours import BLACK, BLUE, GREY, ORANGE

RIGHT_ZERO, RIGHT, WRONG = "#ffffff", "#9fb3c4", ORANGE


def raster(noise: float = 1.0, margin: float = 0.1, coordinates: int = 60, steps: int = 400, seed: int = 0) -> Picture:
    """Each coordinate over time: rightly zero, rightly not, or wrong; and the number of wrong ones."""
    game = planted(coordinates, margin, noise)
    zero = game.solution == 0
    with panels(1, 4, size=(7.8, 3.0), width_ratios=(1, 1, 1, 1.1)) as (picture, axes):
        for axis, (name, run) in zip(axes[0], METHODS.items(), strict=False):
            its = look(name)
            found = np.array([point.tentative == 0 for point in run(game, steps, seed)])
            kinds = np.where(found != zero, 2, np.where(zero, 0, 1))
            colours = ListedColormap([RIGHT_ZERO, RIGHT, WRONG])
            axis.imshow(kinds.T, aspect="auto", cmap=colours, vmin=0, vmax=2, interpolation="nearest")
            axis.axhline(coordinates // 3 - 0.5, color=BLACK, linewidth=0.8)
            axis.set(title=its.label, xlabel="t", yticks=[])
            axis.grid(visible=False)
            wrong = np.sum(found != zero, axis=1)
            axes[0, 3].plot(1 + np.arange(steps), wrong, color=its.colour, linewidth=1, label=f"{its.label}: wrong")
        axes[0, 0].set_ylabel("not 0 at the solution, then 0:\nsmallest margin first")
        axes[0, 3].set(xlabel="t", title="wrong coordinates", ylim=(-1, None))
        axes[0, 3].fill_between([], [], color=RIGHT, label="rightly not 0")
        axes[0, 3].fill_between([], [], color=WRONG, label="wrong")
        legend_below(picture, 5)
    return picture


def phases(steps: int = 300, seeds: int = 12, cells: int = 20) -> Picture:
    """One coordinate whose solution is 0, over its margin and the noise: the share of the last quarter of the steps at 0."""
    margins, noise = np.linspace(0.02, 1, cells), np.linspace(0, 4, cells)
    a = np.broadcast_to(1 - margins, (seeds, cells, cells))
    game = Game(a, noise[:, None])
    with panels(1, 3, size=(7.8, 2.7), sharey=True) as (picture, axes):
        for axis, (name, run) in zip(axes[0], METHODS.items(), strict=True):
            late = [point.tentative == 0 for t, point in enumerate(run(game, steps, 0)) if t >= 3 * steps // 4]
            share = 100 * np.mean(np.mean(late, axis=0), axis=0)
            drawn = axis.pcolormesh(margins, noise, share, cmap="Blues", vmin=0, vmax=100, shading="nearest", rasterized=True)
            axis.set(title=look(name).label, xlabel="margin")
            axis.grid(visible=False)
        axes[0, 0].set_ylabel("noise, in units of λ")
        picture.figure.colorbar(drawn, ax=axes[0, -1], label="steps at 0 (%)")
    return picture


def mixing(c: float = 0.3, noise: float = 0.3, margin: float = 0.3, steps: int = 150) -> Picture:
    """The coordinates whose solution is 0 along one run: W~_t reaches 0, W_t = (1 - c) W_{t-1} + c W~_t does not."""
    game = planted(36, margin, noise)
    zero = game.solution == 0
    points = list(rmda(game, steps, c=c, start=np.ones(36)))
    with panels(1, 2, size=(7.8, 2.7), sharey=True) as (picture, axes):
        for axis, name, path, colour in (
            (axes[0, 0], "W̃, of which the proof speaks", [p.tentative[zero] for p in points], BLUE),
            (axes[0, 1], "W, which is returned", [p.w[zero] for p in points], ORANGE),
        ):
            size = np.abs(path)
            axis.plot(1 + np.arange(steps), np.where(size == 0, np.nan, size), color=colour, linewidth=0.9)
            left = int(np.sum(size[-1] != 0))
            axis.set(
                yscale="log",
                ylim=(1e-20, 10),
                xlim=(0, steps),
                xlabel="t",
                title=f"{name}: {left} of {zero.sum()} not 0 at the end",
            )
        axes[0, 0].set_ylabel("size, coordinates with w* = 0")
    return picture


def escape(gamma: float = 2.0, eta: float = 1.0, steps: int = 12) -> Picture:
    """:func:`~synthetic.explore.identification.begun_at_one`: the points, and the step of the prox beside gamma."""
    path, ratio = begun_at_one(gamma, eta, steps)
    with panels(1, 2, size=(7.8, 2.7)) as (picture, axes):
        points, growing = axes[0]
        points.plot(path, color=BLUE, marker="o", markersize=4, label="W_t")
        points.axhline(1, color=GREY, linestyle=":", label="the stationary point 1")
        points.set(xlabel="t", ylabel="W")
        growing.plot(1 + np.arange(steps), ratio, color=BLACK, marker="o", markersize=4, label="α_t/β_t")
        growing.axhline(gamma, color=ORANGE, linestyle="--", label="γ: beyond it prox is hard thresholding")
        growing.set(xlabel="t", ylabel="step of the prox")
        legend_below(picture, 4)
    return picture
