"""Pictures of prox maps: the family and its jumps, what changes beyond weak convexity, and the steps that Adam asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from synthetic.explore.picture import Picture, legend_below, panels
from verify.arrays import NUMPY
from verify.colours import BLACK, BLUE, GREY, ORANGE
from verify.methods.prox_gen import Memory, ProxGenAdam
from verify.penalties import L0, L1, L12, L23, MCP, SCAD, BinaryW, Penalty, TransformedL1

FAMILY: Mapping[str, Penalty] = {
    "l1": L1(1.0),
    "l2/3": L23(1.0),
    "l1/2": L12(1.0),
    "l0": L0(1.0),
    "MCP, γ = 2": MCP(1.0, 2.0),
    "SCAD, a = 3": SCAD(1.0, 3.0),
    "transformed l1, a = 4": TransformedL1(1.0, 4.0),
    "binary, q = 1/2": BinaryW(1.0, 0.5),
}
CONVEX, BEYOND = "t below 1/modulus: prox is continuous", "from 1/modulus on: it jumps"


def limit(penalty: Penalty) -> float:
    """1/modulus of weak convexity: below it (x - z)^2/(2t) + R(x) is strictly convex, and prox continuous."""
    return 1 / penalty.weak_convexity if penalty.weak_convexity else np.inf


def family(t: float = 1.0, reach: float = 4.0) -> Picture:
    """prox(z, t) of each of FAMILY, its jumps as dotted lines."""
    with panels(2, 4, size=(7.8, 4.3), sharex=True, sharey=True) as (picture, axes):
        for axis, (name, penalty) in zip(axes.flat, FAMILY.items(), strict=True):
            axis.plot([-reach, reach], [-reach, reach], color=GREY, linewidth=0.6, linestyle=":")
            _curve(axis, partial(penalty.prox, t=t), reach, ORANGE if t >= limit(penalty) else BLUE)
            axis.set(title=name, aspect="equal", xlim=(-reach, reach), ylim=(-reach, reach))
        for axis in axes[1]:
            axis.set_xlabel("z")
        for axis in axes[:, 0]:
            axis.set_ylabel(f"prox(z, {t:g})")
        axes[0, 0].plot([], [], color=BLUE, linewidth=2, label=CONVEX)
        axes[0, 0].plot([], [], color=ORANGE, linewidth=2, label=BEYOND)
        legend_below(picture, 2)
    return picture


def _curve(axis: Any, function: Callable[[Any], Any], reach: float, colour: str) -> None:
    """The graph of a function that may jump."""
    z = np.linspace(-reach, reach, 4001)
    x = function(z)
    jumps = np.flatnonzero(np.abs(np.diff(x)) > 20 * (z[1] - z[0]))
    axis.plot(np.insert(z, jumps + 1, np.nan), np.insert(x, jumps + 1, np.nan), color=colour, linewidth=2)
    for j in jumps:
        axis.plot(z[[j, j + 1]], x[[j, j + 1]], color=colour, linewidth=1, linestyle=":")
        axis.plot(z[[j, j + 1]], x[[j, j + 1]], "o", color=colour, markersize=3)


def firm(z: float, t: float, lam: float = 1.0, gamma: float = 2.0) -> float:
    """Firm thresholding, which is MCP's prox for t < gamma and for no larger t: nothing up to t lam, then
    (|z| - t lam) gamma/(gamma - t), then z from gamma lam on."""
    if abs(z) > gamma * lam or t == gamma:
        return z
    return float(np.sign(z) * gamma * max(abs(z) - t * lam, 0.0) / (gamma - t))


def wells(z: float = 2.4, steps: tuple[float, ...] = (1.0, 2.0, 4.0), gamma: float = 2.0) -> Picture:
    """(x - z)^2/(2t) + MCP(x) for steps on both sides of gamma: where it is least, and what firm thresholding returns."""
    penalty, x = MCP(1.0, gamma), np.linspace(-1.5, 4.5, 1201)

    def objective(x: Any, t: float) -> Any:
        return (x - z) ** 2 / (2 * t) + penalty.value(x, axis=())

    with panels(1, len(steps), size=(7.8, 2.7), sharey=True) as (picture, axes):
        for axis, t in zip(axes[0], steps, strict=True):
            axis.plot(x, objective(x, t), color=ORANGE if t >= gamma else BLUE)
            for point, look, label in (
                (float(penalty.prox(np.array(z), t)), {"marker": "o", "color": BLACK, "markersize": 8}, "prox"),
                (firm(z, t, gamma=gamma), {"marker": "X", "color": "white", "markersize": 7}, "firm thresholding"),
            ):
                at = objective(np.array(point), t)
                axis.plot(point, at, linestyle="", markeredgecolor=BLACK, label=label, **look)
            axis.set(title=f"t = {t:g}, γ = {gamma:g}", xlabel="x", ylim=(0.0, 4.0))
        axes[0, 0].set_ylabel(f"objective at z = {z:g}")
        legend_below(picture, 2)
    return picture


def one_well(z: float = 2.4, t: float = 4.0, gamma: float = 2.0) -> Picture:
    """:func:`wells` for one step."""
    return wells(z, (t,), gamma)


def regimes(reach: float = 5.0) -> Picture:
    """The share prox(z, t)/z that is kept, over z and t, and the step from which on each map jumps."""
    z, t = np.linspace(0.01, reach, 300), np.geomspace(0.1, 10, 240)
    names = ("l1", "MCP, γ = 2", "SCAD, a = 3", "transformed l1, a = 4")
    with panels(1, 4, size=(7.8, 2.6), sharey=True) as (picture, axes):
        for axis, name in zip(axes[0], names, strict=True):
            penalty = FAMILY[name]
            kept = np.stack([penalty.prox(z, float(step)) for step in t]) / z
            drawn = axis.pcolormesh(z, t, kept, cmap="Blues", vmin=0, vmax=1, shading="nearest", rasterized=True)
            if np.isfinite(limit(penalty)):
                axis.axhline(limit(penalty), color=ORANGE, linestyle="--", linewidth=1.2, label="1/modulus")
            axis.set(yscale="log", title=name, xlabel="z")
            axis.grid(visible=False)
        axes[0, 0].set_ylabel("step t")
        picture.figure.colorbar(drawn, ax=axes[0, -1], label="prox(z, t)/z")
        legend_below(picture, 1)
    return picture


def adam_steps(
    alpha: float = 1e-3, gamma: float = 2.0, noise: float = 0.1, coordinates: int = 400, iterations: int = 400
) -> Picture:
    """The steps alpha/(sqrt(v) + delta) that proximal Adam hands to prox, on a quadratic whose curvatures span four decades
    and whose last coordinates (one in twenty) have no gradient at all."""
    rng = np.random.default_rng(0)
    h, c = np.geomspace(1e-4, 1, coordinates), rng.normal(size=coordinates)
    h[-coordinates // 20 :] = 0
    method, penalty, hyper = ProxGenAdam(), MCP(1e-3, gamma), Memory(alpha)
    w = np.zeros(coordinates)
    state, steps = method.init(w, hyper, penalty, NUMPY), []
    for _ in range(iterations):
        g = h * (w - c + noise * rng.normal(size=coordinates))
        state, w = method.step(state, w, g, hyper, penalty, NUMPY)
        steps.append(alpha / (state.C + hyper.delta))
    with panels(size=(7.8, 2.8)) as (picture, axes):
        axis, t = axes[0, 0], np.arange(1, iterations + 1)
        low, quarter, middle, three, high = np.quantile(steps, [0, 0.25, 0.5, 0.75, 1], axis=1)
        axis.fill_between(t, low, high, color=BLUE, alpha=0.15, linewidth=0, label="all coordinates")
        axis.fill_between(t, quarter, three, color=BLUE, alpha=0.35, linewidth=0, label="half of them")
        axis.plot(t, middle, color=BLUE, label="median")
        axis.axhline(gamma, color=ORANGE, linestyle="--", label="γ: from here on MCP's prox is hard thresholding")
        share = np.mean(np.array(steps[-1]) >= gamma)
        axis.set(yscale="log", xlabel="iteration", ylabel="step in the prox", title=f"{100 * share:.0f} % beyond γ at the end")
        legend_below(picture, 4)
    return picture
