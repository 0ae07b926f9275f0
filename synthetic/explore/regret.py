"""Dual averaging's regret beside its bound: any gradients, and those that attain it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synthetic.explore.picture import Picture, legend_below, panels
from verify.arrays import NUMPY
from verify.colours import BLACK, BLUE, GOLD, GREY, ORANGE
from verify.methods import MRDA
from verify.methods.sda import Weight
from verify.penalties import Zero


@dataclass(frozen=True)
class Game:
    """Linear losses <g_t, w> with |g_t| <= G = 1, beta_t = gamma t^alpha, the best point of |w| <= B in hindsight.

    ``w`` is (T, d), the points played; ``regret`` (T,) is R_t = sum over tau <= t of <g_tau, w_tau> + B |g_1 + ... + g_t|.
    """

    gradients: Any
    beta: Any
    B: float
    w: Any

    @property
    def regret(self) -> Any:
        sums = np.cumsum(self.gradients, axis=0)
        return np.cumsum(np.sum(self.gradients * self.w, axis=1)) + self.B * np.linalg.norm(sums, axis=1)


def play(gradients: Any, beta: Any, B: float, start: Any) -> Game:
    """MRDA without a penalty from any first point: w_{t+1} = -(g_1 + ... + g_t)/beta_t."""
    method, penalty, w = MRDA(), Zero(), np.array(start, dtype=float)
    state, points = method.init(w, Weight(beta[0]), penalty, NUMPY), []
    for g, weight in zip(gradients, beta, strict=True):
        points.append(w)
        state, w = method.step(state, w, g, Weight(weight), penalty, NUMPY)
    return Game(gradients, beta, B, np.array(points))


def weights(gamma: float, alpha: float, steps: int) -> Any:
    """beta_t = gamma t^alpha, t = 1, ..., steps."""
    return gamma * np.arange(1, steps + 1, dtype=float) ** alpha


def bound(beta: Any, B: float) -> Any:
    """Delta_t = beta_t D^2 + (G^2/2)(1/beta_1 + sum over 1 <= tau < t of 1/beta_tau), D^2 = B^2/2 (MRDA, Eq. 49, Q = 0)."""
    return beta * B**2 / 2 + (1 / beta[0] + np.concatenate([[0.0], np.cumsum(1 / beta[:-1])])) / 2


def lengths(beta: Any, B: float) -> Any:
    """|g_1 + ... + g_t| for the gradients of largest regret at the last t, (T,).

    The regret is a constant + B a_T - a_T^2/(2 beta_{T-1}) - sum over k of (a_k^2/2)(1/beta_{k-1} - 1/beta_k) in these lengths
    a_k, which may move by 1 and have a_k + a_{k-1} >= 1 (MRDA.L7.4.worst). So they wait at 1/2 and run out at the end to the
    best a_T, which is within 2 % of the exact worst (for t <= 5, where that is known); with constant beta only a_T counts,
    and a_k = min(k, beta B) is exactly the worst, at every t from beta B on.
    """
    steps = len(beta)
    if np.all(beta == beta[0]):
        return np.minimum(np.arange(1, steps + 1), max(beta[0] * B, 0.5))
    last = np.linspace(0.5, steps, 4001)[:, None]
    a = np.maximum(0.5, last - (steps - np.arange(1, steps + 1)))
    a[:, 0] = 1.0
    bent = a[:, 1:-1] ** 2 / 2 @ (1 / beta[:-2] - 1 / beta[1:-1])
    return a[np.argmax(B * a[:, -1] - a[:, -1] ** 2 / (2 * beta[-2]) - bent)]


def worst(beta: Any, B: float) -> Any:
    """Unit gradients in the plane whose sums have those :func:`lengths`, each turned to the left of the sum so far: (T, 2)."""
    s, found = np.zeros(2), []
    for length in lengths(beta, B):
        before = float(np.linalg.norm(s))
        along = s / before if before else np.array([1.0, 0.0])
        cosine = np.clip((length**2 - before**2 - 1) / (2 * before), -1, 1) if before else 1.0
        g = cosine * along + np.sqrt(1 - cosine**2) * np.array([-along[1], along[0]])
        s = s + g
        found.append(g)
    return np.array(found)


def race(gamma: float = 3.0, alpha: float = 0.0, B: float = 1.0, w1: float = 0.0, steps: int = 60, random: int = 12) -> Picture:
    """The worst gradients and many random ones: the points in the plane, and the regrets beside the bound."""
    beta, rng = weights(gamma, alpha, steps), np.random.default_rng(0)
    game = play(worst(beta, B), beta, B, (w1, 0.0))
    most = bound(beta, B)
    t = np.arange(1, steps + 1)
    with panels(1, 2, size=(7.8, 3.5), width_ratios=(1, 1.25)) as (picture, axes):
        plane, regret = axes[0]
        turn = np.linspace(0, 2 * np.pi, 200)
        plane.plot(B * np.cos(turn), B * np.sin(turn), color=BLACK, linewidth=0.8, linestyle=":")
        for _ in range(random):
            direction = rng.uniform(0, 2 * np.pi, steps)
            other = play(np.stack([np.cos(direction), np.sin(direction)], axis=1), beta, B, (w1, 0.0))
            regret.plot(t, other.regret, color=GREY, linewidth=0.5)
        plane.plot(*other.w.T, color=GREY, marker=".", markersize=3, linewidth=0.6)
        plane.plot(*game.w.T, color=BLUE, marker=".", markersize=5, linewidth=0.8)
        plane.plot(*game.w[0], "*", color=GOLD, markeredgecolor=BLACK, markersize=11, zorder=5)
        plane.set(aspect="equal", xlabel="$w_1$", ylabel="$w_2$", title="points played, from the star")
        regret.plot([], [], color=GREY, label="random gradients")
        regret.plot(t, game.regret, color=BLUE, marker="o", markersize=3, markevery=3, label="the worst gradients")
        regret.plot(t, most, color=BLACK, label="Δ, the bound")
        if w1:
            regret.plot(t, most + abs(w1), color=ORANGE, linestyle="--", label="Δ + G|w₁|, corrected")
        reach = 2.4 * max(B, abs(w1))
        plane.set(xlim=(-reach, reach), ylim=(-reach, reach))
        left = most[-1] - game.regret[-1] + 0.0
        regret.set(
            xlabel="t", ylabel="regret", ylim=(-0.5 * most[-1], 1.2 * most[-1]), title=f"at the end Δ − regret = {left:.3f}"
        )
        legend_below(picture, 4)
    return picture
