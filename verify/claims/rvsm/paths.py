"""Pictures of counterexamples on descent: paths in the plane of the first two coordinates, or numbers against the step."""

from __future__ import annotations

from typing import Any

import numpy as np


def _figure(title: str) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2, 4.0), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, fontsize=10)
    return figure, axes


def plane(paths: dict[str, Any], w_star: Any, title: str) -> Any:
    """Paths of shape (steps, d), single points as squares, with the unit circle and w*; for d = 1 the coordinate by step."""
    star = np.asarray(w_star, dtype=float) / np.linalg.norm(w_star)
    if star.size == 1:
        return against_step({name: path[:, 0] for name, path in paths.items()}, "coordinate", title)
    figure, axes = _figure(title)
    turn = np.linspace(0, 2 * np.pi, 200)
    axes.plot(np.cos(turn), np.sin(turn), color="0.8", linewidth=1)
    axes.plot(star[0], star[1], "k*", markersize=10, label="w*")
    for name, path in paths.items():
        if len(path) == 1:
            axes.plot(path[:, 0], path[:, 1], "s", markersize=7, label=name)
            continue
        axes.plot(path[:, 0], path[:, 1], ".-", linewidth=1, markersize=5, label=name)
        axes.annotate("t = 0", path[0, :2], textcoords="offset points", xytext=(4, 4), fontsize=8)
    points = np.concatenate([star[None, :2], *(p[:, :2] for p in paths.values())])
    low, high = points.min(axis=0), points.max(axis=0)
    room = 0.15 * max(float(np.max(high - low)), 0.1)
    axes.set(xlim=(low[0] - room, high[0] + room), ylim=(low[1] - room, high[1] + room), aspect="equal")
    axes.legend(fontsize=8)
    return figure


def against_step(series: dict[str, Any], label: str, title: str) -> Any:
    """Numbers against the step t."""
    figure, axes = _figure(title)
    for name, values in series.items():
        axes.plot(np.asarray(values, dtype=float), ".-", linewidth=1, label=name)
    axes.set(xlabel="t", ylabel=label)
    axes.legend(fontsize=8)
    return figure
