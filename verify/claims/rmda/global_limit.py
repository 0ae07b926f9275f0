"""Theorem 1: what RMDA's limit minimises."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rmda.setting import fine, game, handed_over, lipschitz, mixes, moments, scale
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.evidence.margins import column, least
from verify.penalties.l0 import L0
from verify.penalties.l1 import L1
from verify.penalties.mcp import MCP


def penalties(lam: Any, gamma: Any) -> list[Any]:
    return [L1._unchecked(lam=lam), MCP._unchecked(lam=lam, gamma=gamma), L0._unchecked(lam=lam)]


@claim(
    "RMDA.T1.global",
    place="Theorem 1",
    expected="proved",
    why="with firm thresholding kept for steps above gamma, MCP's rivals refute it",
    form="own",
    kind="run",
)
class GlobalLimit:
    r"""For every $w$ and $t$: $\langle \frac{V_t}{\alpha_t}, w \rangle + \psi(w) + \frac{\beta_t}{2 \alpha_t} |w - W_0|^2$ is
    at least its value at $\tilde W_t$. So where $\frac{V_t}{\alpha_t} \to g^* = \nabla f(W^*)$ and $\frac{\beta_t}{\alpha_t}
    \to 0$ the limit minimises $\langle g^*, w \rangle + \psi(w)$ globally ($\psi$ lower semicontinuous). For convex $\psi$
    that is stationarity. For a bounded one (MCP, SCAD, $\ell_0$, transformed $\ell_1$) it forces $g^* = 0$: any other
    stationary point is no limit. Checked for $\ell_1$, MCP and $\ell_0$."""

    vectors = ("w0", "a", "h", "zeta", "w")

    def cases(self, rng: Any, size: int) -> Case:
        case = game(rng, size, 6, 2)
        gamma = rng.choice([1.0, 2.0, 4.0], size)
        return case | {"w": np.round(rng.normal(size=(size, 2)) * log_uniform(rng, 0.3, 10, (size, 1)), 1), "gamma": gamma}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(fine(case, xp), mixes(case, xp)), case["gamma"] > 0)

    def margin(self, case: Case, xp: Any) -> Any:
        margins, w = [], case["w"]
        for penalty in penalties(column(case["lam"]), column(case["gamma"])):
            for m in moments(case, xp, penalty):

                def objective(x: Any, m: Any = m, psi: Any = penalty) -> Any:
                    away = m.beta / (2 * m.alpha) * (x - case["w0"]) * (x - case["w0"])
                    return m.average * x + psi._value(x, xp) + away

                gain = objective(w) - objective(m.tentative)
                margins.append(-xp.max(-gain, axis=-1))
        return least(*margins, xp=xp)

    def bound(self, case: Case, xp: Any) -> Any:
        size = scale(case, xp) + xp.max(xp.abs(case["w"]), axis=-1)
        spread = (1 + lipschitz(case, xp)) * (1 + 3 * xp.max(case["eta"], axis=-1)) * (1 + 1 / case["eta"][:, 0])
        return size * size * spread * spread

    def proof(self) -> list[Lemma]:
        def weighed(p: Any) -> Any:
            V, w0, w, u, at_w, at_u = p.reals("V W_0 w W~ psi(w) psi(W~)")
            beta, alpha = p.positive("beta"), p.positive("alpha")
            z = w0 - V / beta

            def prox(x: Any, psi: Any) -> Any:
                return (x - z) * (x - z) / 2 + alpha / beta * psi

            def divided(x: Any, psi: Any) -> Any:
                return V / alpha * x + psi + beta / (2 * alpha) * (x - w0) * (x - w0)

            return alpha * (divided(w, at_w) - divided(u, at_u)) == beta * (prox(w, at_w) - prox(u, at_u))

        names = "(2) divided by alpha_t, for every psi", "what the step hands to prox, whose own claims are PROX.*"
        return [Lemma(*lemma) for lemma in zip(names, (weighed, handed_over), strict=True)]
