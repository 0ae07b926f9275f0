"""Theorem 1: what the condition beta_t/alpha_t -> 0 is for."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rmda.setting import any_beta
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.evidence.margins import least
from verify.methods.mda import Averages, Mixing
from verify.methods.rmda import RMDA
from verify.penalties.zero import Zero


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
    (W^* - W_0)$. For $\eta_t = \frac1t$ ($\frac{\alpha_t}{\beta_t} < 2$), $\psi = 0$, $c_t = 1$, $f = \frac h2 (w - a)^2$, $h
    \le \frac12$, without noise: $|W_t - a| \ge (1 - 2h) |W_0 - a|$ for all $t$, although $\sum \tau_t = \infty$ and $\sum
    \tau_t^2 < \infty$."""

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
            Lemma("alpha_t <= 2 beta_t for eta = 1/t", ratio),
            Lemma("the averages stay where they are", stays),
            Lemma("so W_t stays away from a", inside),
        ]
