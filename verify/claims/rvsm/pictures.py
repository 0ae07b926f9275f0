"""Trajectories of RVSM in the plane of w* and the start, for the report."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.rvsm.settle import trajectory
from verify.evidence import Case
from verify.losses import angle


def trajectory_picture(case: Case, starts: dict[str, Any], steps: int = 60, title: str = "") -> Any:
    """The runs from the named starts in the first two coordinates, and the angle of each to w* against the step."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3), layout="constrained")
    plane, angles = figure.subplots(1, 2)
    star = case["w_star"][0] / np.linalg.norm(case["w_star"][0])
    star = np.append(star, 0.0)[:2]
    for name, start in starts.items():
        path = np.array([w[0] for w, _ in trajectory(case | {"w0": start}, NUMPY, steps)])
        flat = np.hstack([path, np.zeros((len(path), 1))])[:, :2]
        (line,) = plane.plot(flat[:, 0], flat[:, 1], ".-", markersize=3, label=f"from {name}")
        plane.plot(*flat[-1], "s", color=line.get_color())
        angles.plot(angle(path, case["w_star"], NUMPY), ".-", markersize=3, color=line.get_color())
    plane.plot([0, star[0]], [0, star[1]], ":", color="grey")
    plane.plot(*star, "*", color="black", markersize=10, label="w*")
    plane.set(xlabel="first coordinate", ylabel="second coordinate", title=title)
    plane.legend(fontsize="small")
    angles.set(xlabel="step t", ylabel="angle of w to w*")
    return figure
