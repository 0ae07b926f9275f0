"""Pictures of dual averaging with l1: who keeps zeros on the same gradients, and where the sqrt(t) method goes."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic.explore.picture import Picture, legend_below, panels
from verify.arrays import NUMPY
from verify.colours import BLACK, BLUE, GREY, ORANGE
from verify.methods import RDA, ProxSGD, SqrtT
from verify.methods.sda import Weight
from verify.methods.sgd import Descent
from verify.methods.sqrt_t import Scale
from verify.penalties import L1


def supports(gradients: Any, gamma: float, lam: float) -> dict[str, Any]:
    """Where prox-SGD with the step 1/(gamma sqrt t) and RDA with beta_t = gamma sqrt t are not 0, fed the same gradients
    (T, d) from w_1 = 0: booleans (T, d) after each step."""
    penalty, found = L1(lam), {}
    for name, method in (("prox-SGD", ProxSGD()), ("RDA", RDA())):
        w = np.zeros(gradients.shape[1])
        hyper = Descent(1 / gamma) if name == "prox-SGD" else Weight(gamma)
        state, rows = method.init(w, hyper, penalty, NUMPY), []
        for t, g in enumerate(gradients, 1):
            rule = Descent(1 / (gamma * np.sqrt(t))) if name == "prox-SGD" else Weight(gamma * np.sqrt(t))
            state, w = method.step(state, w, g, rule, penalty, NUMPY)
            rows.append(w != 0)
        found[name] = np.array(rows)
    return found


def zeros(
    noise: float = 1.0, lam: float = 0.3, gamma: float = 1.0, signal: float = 0.6, coordinates: int = 60, steps: int = 300
) -> Picture:
    """Dark where a coordinate is not 0. The first third of the coordinates have gradients of mean -signal, the others 0."""
    rng = np.random.default_rng(0)
    mean = np.where(np.arange(coordinates) < coordinates // 3, -signal, 0.0)
    found = supports(mean + noise * rng.normal(size=(steps, coordinates)), gamma, lam)
    with panels(1, 3, size=(7.8, 2.8), width_ratios=(1, 1, 0.9)) as (picture, axes):
        for axis, (name, alive), colour in zip(axes[0], found.items(), (ORANGE, BLUE), strict=False):
            axis.imshow(alive.T, aspect="auto", cmap="Greys", vmin=0, vmax=1.2, interpolation="nearest")
            axis.axhline(coordinates // 3 - 0.5, color=colour, linewidth=1.2)
            axis.set(title=name, xlabel="t", yticks=[])
            axis.grid(visible=False)
            share = 100 * np.mean(~alive[:, coordinates // 3 :], axis=1)
            axes[0, 2].plot(share, color=colour, label=f"{name}: zeros without a signal")
            kept = 100 * np.mean(~alive[:, : coordinates // 3], axis=1)
            axes[0, 2].plot(kept, color=colour, linestyle="--", label=f"{name}: with one")
        axes[0, 0].set_ylabel("coordinates, those with\na signal on top")
        axes[0, 2].set(xlabel="t", title="zeros (%)", ylim=(-4, 104))
        legend_below(picture, 2)
    return picture


def quartic(lam: float = 1.0, steps: int = 6) -> Picture:
    """|w_t| of the sqrt(t) method on f = w^4/4 from several starts, and 2 sqrt t, beyond which it never returns."""
    method, penalty = SqrtT(), L1(lam)
    with panels(size=(7.8, 2.7)) as (picture, axes):
        axis, t = axes[0, 0], np.arange(1, steps + 1)
        for start in (0.5, 1.0, 1.4, 1.6, 1.8, 1.9, 2.0, 2.1):
            w, state, path = np.array(start), method.init(np.array(start), Scale(), penalty, NUMPY), []
            for _ in range(steps):
                path.append(abs(float(w)))
                if path[-1] > 1e12:
                    break
                state, w = method.step(state, w, w**3, Scale(), penalty, NUMPY)
            away = path[-1] > 2 * np.sqrt(len(path))
            shown = np.maximum(path, 1e-2)
            axis.plot(t[: len(path)], shown, color=ORANGE if away else BLUE, marker="o", markersize=3, linewidth=1)
        axis.plot(t, 2 * np.sqrt(t), color=BLACK, linestyle=":", label="2 √t")
        axis.plot([], [], color=BLUE, marker="o", markersize=3, label="reaches 0 (drawn at the lower edge)")
        axis.plot([], [], color=ORANGE, marker="o", markersize=3, label="never returns")
        axis.set(yscale="log", ylim=(1e-2, 1e9), xlabel="t", ylabel="|w|")
        axis.axhline(1e-2, color=GREY, linewidth=0.5)
        legend_below(picture, 3)
    return picture
