"""Theorem 1: what the condition beta_t/alpha_t -> 0 is for."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rmda.setting import any_beta
from verify.claims.rmda.stationary import inclusion
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.evidence.margins import least
from verify.methods.mda import Averages, Mixing
from verify.methods.rmda import RMDA
from verify.penalties.zero import Zero


def near(p: Any) -> Any:
    """q = beta/alpha, g = grad f(W*): how far the subgradient u at W~ is from -g - r (W* - W_0)."""
    u, average, q, w, w0, g, star, r = p.reals("u V/alpha beta/alpha W~ W_0 g W* r")
    turn, pull = p.reals("(beta/alpha-r)(W~-W_0) r(W~-W*)")
    p.assume(u == -average - q * (w - w0), turn == (q - r) * (w - w0), pull == r * (w - star))
    size = p.xp.abs
    return size(u + g + r * (star - w0)) <= size(average - g) + size(turn) + size(pull)


def closed(p: Any) -> Any:
    """If u is a subgradient of lam|w| at w, and both are within e of u* and w*, then so is u* at w* up to e, e < |w*|."""
    w, u, star, limit = p.reals("w u w* u*")
    lam, e = p.nonnegative("lam"), p.positive("e")
    p.assume(u <= lam, u >= -lam, p.implies(w > 0, u == lam), p.implies(w < 0, u == -lam))
    p.assume(p.xp.abs(w - star) <= e, p.xp.abs(u - limit) <= e, p.disj(star == 0, e < p.xp.abs(star)))
    inside = p.conj(limit <= lam + e, limit >= -lam - e)
    signs = p.implies(star > 0, p.xp.abs(limit - lam) <= e), p.implies(star < 0, p.xp.abs(limit + lam) <= e)
    return p.conj(inside, *signs)


@claim(
    "RMDA.T1.role",
    place="Theorem 1, beta_t/alpha_t -> 0",
    expected="proved",
    why="for eta = 1/sqrt t instead of 1/t it fails, as alpha/beta then grows",
    form="own",
    kind="run",
)
class Role:
    r"""The condition $\frac{\beta_t}{\alpha_t} \to 0$ is needed: with limit $r$ the limit solves $0 \in \partial F(W^*) + r
    (W^* - W_0)$, for $\ell_1$ and where $\frac{V_t}{\alpha_t} \to \nabla f(W^*)$, as in every coordinate a subgradient of
    $\psi$ at $\tilde W_t$ is within $|\frac{V_t}{\alpha_t} - \nabla f(W^*)| + |\frac{\beta_t}{\alpha_t} - r| |\tilde W_t -
    W_0| + r |\tilde W_t - W^*|$ of $-\nabla f(W^*) - r (W^* - W_0)$. For $\eta_t = \frac1t$ ($\frac{\alpha_t}{\beta_t} <
    2$), $\psi = 0$, $c_t = 1$, $f = \frac h2 (w - a)^2$, $h \le \frac12$, without noise: $|W_t - a| \ge (1 - 2h) |W_0 - a|$
    for all $t$, although $\sum \tau_t = \infty$ and $\sum \tau_t^2 < \infty$."""

    vectors = ()

    def cases(self, rng: Any, size: int) -> Case:
        h = np.where(rng.random(size) < 0.2, 0.5, np.round(log_uniform(rng, 0.01, 0.5, size), 2))
        return {"h": h, "w0": np.round(rng.normal(size=size)), "a": np.round(rng.normal(size=size) * 3)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["h"] > 0, 2 * case["h"] <= 1)

    def margin(self, case: Case, xp: Any) -> Any:
        w, state, margins = case["w0"], RMDA().restart(case["w0"], xp), []
        far = xp.abs(case["w0"] - case["a"])
        for k in range(60):
            eta = 1 / ((k + 1) * (1 + 0 * w))
            state, w = RMDA().step(state, w, case["h"] * (w - case["a"]), Mixing(eta, 1), Zero(), xp)
            margins.append(xp.abs(w - case["a"]) - (1 - 2 * case["h"]) * far)
        return least(*margins, xp=xp) / (1 + far)

    def proof(self) -> list[Lemma]:
        def ratio(p: Any) -> Any:
            old, root, alpha = p.nonnegative("sqrt(t-1)"), p.positive("sqrt t"), p.real("alpha")
            p.assume(root * root == old * old + 1, alpha <= 2 * old)
            return root * (alpha + 1 / root) <= 2 * root * root

        def stays(p: Any) -> Any:
            """By symmetry W_0 = 0 and a >= 0: -V in [0, h a alpha] keeps W in [0, 2 h a], at most a, and that keeps V."""
            alpha, V, a, w, t = p.reals("alpha V a W_{t-1} t")
            h, eta, beta = p.positive("h"), p.positive("eta"), any_beta(p)
            p.assume(2 * h <= 1, a >= 0, alpha >= 0, -V >= 0, h * a * alpha >= -V, w >= 0, w <= a)
            state, after = RMDA().step(Averages(t, alpha, V, 0), w, h * (w - a), Mixing(eta, 1), Zero(), p.xp)
            p.assume(state.alpha <= 2 * beta)
            kept = p.conj(-state.V >= 0, h * a * state.alpha >= -state.V)
            return p.conj(kept, after * beta == -state.V)

        def inside(p: Any) -> Any:
            alpha, V, a, after = p.reals("alpha V a W_t")
            h, beta = p.positive("h"), p.positive("beta")
            p.assume(2 * h <= 1, a >= 0, alpha >= 0, alpha <= 2 * beta, -V >= 0, h * a * alpha >= -V, after * beta == -V)
            return p.conj(after >= 0, after <= 2 * h * a, a - after >= (1 - 2 * h) * a)

        return [
            Lemma("u = -V/alpha - (beta/alpha)(W~ - W_0) is a subgradient of l1 at W~, for any beta", inclusion),
            Lemma("with a limit r: how far u is from -grad f(W*) - r (W* - W_0)", near),
            Lemma("and limits of subgradients of l1 are subgradients", closed),
            Lemma("alpha_t <= 2 beta_t for eta = 1/t", ratio),
            Lemma("the averages stay where they are", stays),
            Lemma("so W_t stays away from a", inside),
        ]
