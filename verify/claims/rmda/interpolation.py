"""Footnote 2: prox-SGD where the gradient's variance vanishes at the limit."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rmda.sgd import plain_step
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.evidence.margins import column, least


@claim(
    "RMDA.S1.sgd.interpolation",
    place="Section 1, footnote 2",
    expected="refuted",
    why="x = (1, +-2), y = 1, half squared loss, lambda = 1/2: W* = (1/2, 0), sampled |g_2| = 1 > lambda, a step of 1/4 "
    "ends at 1/8",
    form="printed",
    erratum="gap",
    fix="RMDA.S1.sgd.interpolation.fix",
    falls="the exception, for prox-SGD and losses with a common minimum: the gradient is -lambda sgn on the support of W*, so "
    "not all f_xi are at their minimum there. It holds where all gradients agree at W*",
    experiments=("Interpolation",),
)
class Interpolation:
    r"""An exception is the interpolation case: where some $w$ makes all $f_\xi$ least, prox-SGD identifies. Here $f_\xi =
    \frac12 (w_1 + \xi u w_2 - 1)^2$, $\xi = \pm 1$, all 0 at $(1, 0)$; with $0 < \lambda < 1$ the solution is $W^* = (1 -
    \lambda, 0)$ and $\nabla f(W^*)_2 = 0$, inside $(-\lambda, \lambda)$. From there a step keeps $w_2 = 0$."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {"u": rng.choice([2.0, 1.0, 0.5, 3.0], size), "lam": rng.choice([0.5, 0.1, 0.9], size)}
        return case | {"eta": np.round(log_uniform(rng, 0.01, 1.0, size), 2)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["eta"] > 0, xp.both(case["lam"] > 0, case["lam"] < 1))

    def margin(self, case: Case, xp: Any) -> Any:
        residual = -case["lam"]  # of (1 - lambda, 0), for both outcomes
        ends = [plain_step(0 * case["u"], residual * sign * case["u"], case["eta"], case["lam"], xp) for sign in (1, -1)]
        return least(*(-xp.abs(end) for end in ends), xp=xp)


@claim(
    "RMDA.S1.sgd.interpolation.fix",
    place="Section 1, footnote 2",
    expected="proved",
    why="without L |w - W*|, or with lambda for nu, it fails",
    experiments=("Interpolation",),
)
class Agreeing:
    r"""Where all $\nabla f_\xi$ agree at $W^*$ (no variance there), are $L$-Lipschitz and (5) holds, prox-SGD identifies if $w
    \to W^*$: where $W^*_i = 0$, $\nu = \lambda - |\nabla f(W^*)_i| > 0$ and $L |w - W^*| \le \nu$, every step has
    $|w_i^+| \le \max(|w_i| - \eta (\nu - L |w - W^*|), 0)$, and 0 stays 0. Here $f_\xi = \frac12 (u_\xi \cdot (w - W^*))^2 +
    g \cdot w$ in the plane, $L = |u_\xi|^2$."""

    vectors = ("w", "w_star", "g", "u")

    def cases(self, rng: Any, size: int) -> Case:
        case = {"w_star": np.stack([rng.choice([0.0, 1.0], size), 0 * rng.random(size)], axis=1), "lam": np.ones(size)}
        case["g"] = np.round(rng.uniform(-1, 1, (size, 2)), 1)
        case["u"] = np.round(rng.normal(size=(size, 2)), 1)
        away = np.round(rng.normal(size=(size, 2)), 1) * log_uniform(rng, 0.01, 1.0, (size, 1)) * rng.choice([0, 1], (size, 2))
        return case | {"w": case["w_star"] + away, "eta": rng.choice([1.0, 0.5, 0.1], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["eta"] > 0, case["lam"] >= 0)

    def margin(self, case: Case, xp: Any) -> Any:
        w, away, eta, lam = case["w"], case["w"] - case["w_star"], column(case["eta"]), column(case["lam"])
        g = case["g"] + case["u"] * column(xp.dot(case["u"], away))
        spare = lam - xp.abs(case["g"]) - column(xp.dot(case["u"], case["u"]) * xp.norm(away, axis=-1))
        room = xp.maximum(xp.abs(w) - eta * spare, 0) - xp.abs(plain_step(w, g, eta, lam, xp))
        room = xp.where(xp.both(case["w_star"] == 0, spare >= 0), room, 0 * room)
        return -xp.max(-room, axis=-1)

    def proof(self) -> list[Lemma]:
        def step(p: Any) -> Any:
            w, g, star = p.reals("w_i g_i grad_f(W*)_i")
            eta, lam, far = p.positive("eta"), p.nonnegative("lam"), p.nonnegative("L|w-W*|")
            p.assume(p.xp.abs(g - star) <= far, far <= lam - p.xp.abs(star))
            after = plain_step(w, g, eta, lam, p.xp)
            return p.xp.abs(after) <= p.xp.maximum(p.xp.abs(w) - eta * (lam - p.xp.abs(star) - far), 0)

        return [Lemma("a step at a zero coordinate of W*", step)]
