"""Pictures of RVSM: the landscape with its runs, both orders beside each other, and how far the limit is from w*."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.colors import BoundaryNorm

from synthetic.explore.picture import Picture, legend_below, panels
from synthetic.explore.relaxation import Model, Runs, follow, ring
from verify.colours import BLACK, BLUE, GOLD, GREEN, GREY, ORANGE

REACH = 1.75


def landscape(axis: Any, model: Model, reach: float = REACH) -> None:
    """min over u of L_beta in the plane of w, with w*, and dotted where u loses a coordinate."""
    grid = np.linspace(-reach, reach, 241)
    w = np.stack(np.meshgrid(grid, grid), axis=-1)
    height = model.energy(w)
    levels = np.unique(np.quantile(height, np.linspace(0, 1, 19) ** 1.3))
    axis.contourf(grid, grid, height, levels, cmap="GnBu_r", norm=BoundaryNorm(levels, 256), antialiased=False)
    lost = model.sparse(w) == 0
    for i in range(2):
        axis.contour(grid, grid, lost[..., i].astype(float), [0.5], colors=GREY, linewidths=0.7, linestyles=":")
    axis.plot(*model.w_star, "*", color=GOLD, markeredgecolor=BLACK, markersize=13, label="w*", zorder=5)
    axis.set(aspect="equal", xlim=(-reach, reach), ylim=(-reach, reach), xlabel="$w_1$", ylabel="$w_2$")
    axis.grid(visible=False)


def portrait(
    k: int = 4, beta: float = 0.1, lam: float = 0.03, penalty: str = "l1", starts: int = 24, steps: int = 400
) -> Picture:
    """Runs from a ring of starts over the landscape, and the angle of each to w* along it."""
    model = Model(k, beta, lam, penalty)
    runs = follow(model, ring(starts), steps=steps)
    with panels(1, 2, size=(7.8, 3.9), width_ratios=(1, 1)) as (picture, axes):
        left, right = axes[0]
        landscape(left, model)
        left.plot(*model.saddle, "X", color="white", markeredgecolor=BLACK, markersize=7, label="saddle of f", zorder=5)
        left.plot(0, 0, "^", color="white", markeredgecolor=BLACK, markersize=6, label="maximum of f", zorder=5)
        _paths(left, runs)
        right.plot(1 + np.arange(steps + 1), runs.angle, color=BLUE, linewidth=0.9)
        t, i = np.nonzero(np.diff(runs.angle, axis=0) > 1e-12)
        right.plot(t + 2, runs.angle[t + 1, i], ".", color=ORANGE, markersize=3, label="the angle rises")
        right.set(xscale="log", yscale="log", xlabel="step t, counted from 1", ylabel="angle of w to w*", ylim=(1e-3, 4))
        right.set_title(_said(model))
        legend_below(picture, 6)
    return picture


def landscapes(*settings: Mapping[str, Any], starts: int = 24, steps: int = 400) -> Picture:
    """The left panel of :func:`portrait` for several settings of :class:`~synthetic.explore.relaxation.Model`."""
    with panels(1, len(settings), size=(7.8, 3.3), sharey=True) as (picture, axes):
        for axis, chosen in zip(axes[0], settings, strict=True):
            model = Model(**chosen)
            landscape(axis, model)
            _paths(axis, follow(model, ring(starts), steps=steps))
            axis.set_title(_said(model))
            axis.label_outer()
        legend_below(picture, 3)
    return picture


def _said(model: Model) -> str:
    return f"{model.penalty}, k = {model.k}\nβ = {model.beta:g}, λ = {model.lam:g}"


def _paths(axis: Any, runs: Runs) -> None:
    for i in range(runs.w.shape[1]):
        axis.plot(*runs.w[:, i].T, "-", color=BLACK, linewidth=0.8)
    axis.plot(*runs.w[0].T, ".", color=BLACK, markersize=4, label="start")
    axis.plot(*runs.w[-1].T, "o", color=ORANGE, markeredgecolor=BLACK, markersize=5, label="end", zorder=6)


def orders(
    start: tuple[float, float] = (0.4, 0.4),
    k: int = 2,
    beta: float = 0.25,
    lam: float = 0.025,
    penalty: str = "l0",
    eta: float = 1.0,
    steps: int = 40,
) -> Picture:
    """One run in the order of the proofs and one in that of the listing: in the plane, and the Lagrangian along them."""
    model = Model(k, beta, lam, penalty, (0.6, 0.8))
    both = {order: follow(model, [start], order, steps, eta) for order in ("proofs", "listing")}
    with panels(1, 3, size=(7.8, 3.1), width_ratios=(1.15, 1, 1)) as (picture, axes):
        plane, energy, turn = axes[0]
        landscape(plane, model, 1.05)
        plane.set(xlim=(-0.1, 1.05), ylim=(-0.1, 1.05))
        for (order, runs), colour in zip(both.items(), (BLUE, ORANGE), strict=True):
            plane.plot(*runs.w[:, 0].T, color=colour, marker=".", linewidth=0.8, label=f"order of the {order}")
            plane.plot(*runs.u[:, 0].T, "s", color=colour, markerfacecolor="none", markersize=5)
            energy.plot(runs.lagrangian[:, 0], color=colour, marker=".", markersize=3, linewidth=0.8)
            turn.plot(runs.angle[:, 0], color=colour, marker=".", markersize=3, linewidth=0.8)
            t = np.flatnonzero(np.diff(runs.lagrangian[:, 0]) > 1e-12) + 1
            energy.plot(t, runs.lagrangian[t, 0], "^", color=colour, markeredgecolor=BLACK, markersize=5)
        energy.plot([], [], "^", color="white", markeredgecolor=BLACK, label="the Lagrangian rises")
        energy.set(xlabel="step t", title="Lagrangian")
        turn.set(xlabel="step t", title="angle to w*")
        plane.set_title("w (dots) and u (squares)")
        legend_below(picture, 4)
    return picture


def drift(k: int = 4, ratio: float = 0.3) -> Picture:
    """The distance of the limit from w* against beta, at lambda = ratio beta, for the three penalties; and what u keeps."""
    betas = np.geomspace(1e-3, 1, 13)
    looks = {"l1": (BLUE, "o", "-"), "l0": (ORANGE, "s", "--"), "transformed l1": (GREEN, "^", "-.")}
    with panels(1, 2, size=(7.8, 2.9)) as (picture, axes):
        far, kept = axes[0]
        for penalty, (colour, marker, line) in looks.items():
            model = Model(k, betas[:, None], ratio * betas[:, None], penalty)
            runs = follow(model, np.tile([0.5, 0.9], (len(betas), 1)), steps=600)
            distance = np.linalg.norm(runs.w[-1] - model.w_star, axis=1)
            far.plot(betas, distance, color=colour, marker=marker, linestyle=line, label=penalty)
            kept.plot(betas, runs.u[-1, :, 1], color=colour, marker=marker, linestyle=line)
        far.plot(betas, betas, color=GREY, linewidth=0.8, label="β")
        far.set(xscale="log", yscale="log", xlabel="β", ylabel="|w − w*| at the limit", title=f"k = {k}, λ/β = {ratio:g}")
        kept.set(xscale="log", xlabel="β", ylabel="second coordinate of u")
        legend_below(picture, 4)
    return picture
