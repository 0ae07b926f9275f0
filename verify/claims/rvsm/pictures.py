"""Trajectories of RVSM for the report: in the plane of w* and the start, or in one dimension over the objective."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.rvsm.chosen import regulariser
from verify.claims.rvsm.setting import problem
from verify.claims.rvsm.settle import trajectory
from verify.evidence import Case
from verify.evidence.margins import column
from verify.losses import angle
from verify.methods.rvsm import lagrangian


def trajectory_picture(case: Case, starts: dict[str, Any], steps: int = 60, title: str = "") -> Any:
    """The runs from the named starts in the first two coordinates, and the angle of each to w* against the step; in one
    dimension the runs over min_u L_beta(w, u), and w against the step."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3), layout="constrained")
    left, right = figure.subplots(1, 2)
    star = case["w_star"][0] / np.linalg.norm(case["w_star"][0])
    line = len(star) == 1
    for name, start in starts.items():
        path = np.array([w[0] for w, _ in trajectory(case | {"w0": start}, NUMPY, steps)])
        x, y = (path[:, 0], energy(case, path)) if line else (path[:, 0], path[:, 1])
        (drawn,) = left.plot(x, y, ".-", markersize=3, label=f"from {name}")
        left.plot(x[-1], y[-1], "s", color=drawn.get_color())
        height = path[:, 0] if line else angle(path, case["w_star"], NUMPY)
        right.plot(height, ".-", markersize=3, color=drawn.get_color())
    if line:
        grid = star[0] * np.linspace(0.3, 1.2, 300)[:, None]
        left.plot(grid, energy(case, grid), color="grey", linewidth=0.8)
        left.axvline(star[0], linestyle=":", color="grey", label="w*")
        left.set(xlabel="w", ylabel="min over u of the Lagrangian", title=title)
        right.set(xlabel="step t", ylabel="w")
    else:
        left.plot([0, star[0]], [0, star[1]], ":", color="grey")
        left.plot(*star[:2], "*", color="black", markersize=10, label="w*")
        left.set(xlabel="first coordinate", ylabel="second coordinate", title=title)
        right.set(xlabel="step t", ylabel="angle of w to w*")
    left.legend(fontsize="small")
    return figure


def energy(case: Case, w: Any) -> Any:
    """min_u L_beta(w, u) at the rows of w."""
    many = {n: np.repeat(v, len(w), axis=0) for n, v in case.items()}
    penalty, beta = regulariser(many), column(many["beta"])
    return lagrangian(problem(many, NUMPY), penalty, beta, w, penalty._prox(w, 1 / beta, NUMPY), NUMPY)
