"""Appendix E: MCP, where the limit is 0 or none."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rmda.setting import handed_over
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.methods.mda import Averages, Mixing
from verify.methods.rmda import RMDA
from verify.penalties.mcp import MCP


class MCPRun:
    """f = (w - a)^2/2 without noise, c_t = 1, d = 1; W_0 is the stationary point with 0 < |W_0| < gamma lam."""

    def cases(self, rng: Any, size: int) -> Case:
        lam, gamma = rng.choice([1.0, 0.5, 2.0], size), rng.choice([2.0, 4.0, 1.5], size)
        w0 = np.round(gamma * lam * rng.choice([0.25, 0.5, 0.1], size), 3)
        return {"lam": lam, "gamma": gamma, "w0": w0, "eta": rng.choice([1.0, 1.0, 0.5, 2.0], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        inside = xp.both(case["w0"] > 0, case["w0"] < case["gamma"] * case["lam"])
        return xp.both(inside, xp.both(case["gamma"] > 1, xp.both(case["lam"] > 0, case["eta"] > 0)))

    def path(self, case: Case, xp: Any, steps: int) -> list[tuple[Any, Any]]:
        """(W~_t, alpha_t/beta_t); a = W_0 + psi'(W_0) makes W_0 stationary."""
        a = case["w0"] + case["lam"] - case["w0"] / case["gamma"]
        penalty = MCP._unchecked(lam=case["lam"], gamma=case["gamma"])
        w, state, found = case["w0"], RMDA().restart(case["w0"], xp), []
        for k in range(steps):
            state, w = RMDA().step(state, w, w - a, Mixing(case["eta"], 1), penalty, xp)
            found.append((w, state.alpha / xp.sqrt((k + 1) * (1 + 0 * w))))
        return found


def opened(case: Case, xp: Any) -> Any:
    """At the last step alpha/beta > gamma, and the gap of RMDA.E.mcp.fix is wider than (3/2)|W*|."""
    steps = MCPRun().path(case, xp, 8)
    r = steps[-1][1]
    wide = case["lam"] * case["lam"] * case["gamma"] * r - 9 * case["w0"] * case["w0"] / 4
    return xp.minimum(r - case["gamma"], wide)


@claim(
    "RMDA.E.mcp",
    place="Appendix E",
    expected="refuted",
    why="lambda = 1, gamma = 2, f = (w - 3/2)^2/2, eta = 1: begun at its stationary point 1, W_8 = 4.20",
    kind="run",
    erratum="gap",
    fix="RMDA.E.mcp.fix",
    falls="Theorems 1 and 2, which allow weakly convex regularisers, say nothing of MCP and SCAD but where W* and grad f are "
    "0. Appendix E uses MCP and states no convergence; its experiments end with alpha/beta = 0.56, below gamma, and survive",
)
class ConvergesMCP(MCPRun):
    r"""RMDA with $\frac{\beta_t}{\alpha_t} \to 0$ can converge to a nonzero stationary point of an MCP problem. Here where
    that is easiest, begun at one and without noise: it is still within $\frac12 |W^*|$ of it when $\frac{\alpha_t}{\beta_t}$
    has passed $\gamma$ and $\frac{9 |W^*|^2}{4 \gamma \lambda^2}$. (That no run converges to one is RMDA.E.mcp.fix.)"""

    growing = Hypothesis(r"$\frac{\alpha_t}{\beta_t}$ large enough", opened, strict=True)

    def margin(self, case: Case, xp: Any) -> Any:
        last = self.path(case, xp, 8)[-1][0]
        return case["w0"] / 2 - xp.abs(last - case["w0"])


def up_to_gamma(p: Any) -> tuple[Any, Any]:
    """Of a step up to gamma: the objective of w that prox minimises at z, and the z = w + r psi'(w) of a w >= 0."""
    r, lam, gamma = p.reals("alpha/beta> lam>= gamma>")
    p.assume(r <= gamma)
    psi = MCP._unchecked(lam=lam, gamma=gamma)

    def objective(w: Any, z: Any) -> Any:
        return (w - z) * (w - z) / 2 + r * psi._value(w, p.xp)

    def source(w: Any) -> Any:
        return w + r * p.xp.where(w < gamma * lam, lam - w / gamma, 0)

    return objective, source


def convex(p: Any) -> Any:
    objective, _ = up_to_gamma(p)
    x, y, z = p.reals("x y z")
    return objective((x + y) / 2, z) <= (objective(x, z) + objective(y, z)) / 2


def reached(p: Any) -> Any:
    """By symmetry w >= 0."""
    objective, source = up_to_gamma(p)
    w, x = p.reals("w>= x")
    return objective(w, source(w)) <= objective(x, source(w))


@claim(
    "RMDA.E.mcp.fix",
    place="Appendix E",
    expected="proved",
    why="with gamma lambda for lambda sqrt(gamma r), or r <= gamma allowed, it fails",
)
class Gap:
    r"""For $r_t = \frac{\alpha_t}{\beta_t} > \gamma$ every $\tilde W_t$ is 0 or $|\tilde W_t| \ge \lambda \sqrt{\gamma r_t}$,
    which grows without bound as $\frac{\beta_t}{\alpha_t} \to 0$: no limit but 0 is possible, and 0 only with $f'(0) = 0$
    (RMDA.T1.global). For $r_t \le \gamma$ line 5 is convex in each coordinate, and there is no such gap: every $w$ minimises
    it for some $V_t$."""

    large = Hypothesis(r"$r_t > \gamma$", lambda c, xp: Gap.of(c, xp)[1] - c["gamma"], strict=True)

    @staticmethod
    def of(case: Case, xp: Any) -> tuple[Any, Any]:
        """(W~_t, alpha_t/beta_t) of a step at any V and alpha."""
        state = Averages(case["t"] - 1, case["alpha"], case["V"], case["w0"])
        penalty = MCP._unchecked(lam=case["lam"], gamma=case["gamma"])
        state, found = RMDA().step(state, case["w0"], case["g"], Mixing(case["eta"], 1), penalty, xp)
        return found, state.alpha / xp.sqrt(case["t"] * (1 + 0 * case["eta"]))

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = {n: np.round(rng.normal(size=size) * 5, rng.integers(0, 3)) for n in ("w0", "V", "g")}
        case["eta"], case["lam"] = log_uniform(rng, 0.1, 10.0, size), np.round(log_uniform(rng, 0.1, 3.0, size), 1)
        case["alpha"], case["gamma"] = log_uniform(rng, 1.0, 100.0, size), rng.choice([1.0, 2.0, 4.0, 30.0], size)
        return case | {"t": rng.integers(1, 17, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(case["eta"] > 0, xp.both(case["lam"] >= 0, case["gamma"] > 0))
        return xp.both(fine, xp.both(case["alpha"] >= 0, case["t"] >= 1))

    def margin(self, case: Case, xp: Any) -> Any:
        found, r = self.of(case, xp)
        gap = xp.abs(found) - case["lam"] * xp.sqrt(case["gamma"] * r)
        return xp.where(found == 0, 0 * gap, gap) / (1 + case["lam"])

    def proof(self) -> list[Lemma]:
        def gap(p: Any) -> Any:
            z, r, lam, gamma = p.real("z"), p.positive("alpha/beta"), p.positive("lam"), p.positive("gamma")
            p.assume(r > gamma)
            x = MCP._unchecked(lam=lam, gamma=gamma)._prox(z, r, p.xp)
            return p.disj(x == 0, x * x >= lam * lam * gamma * r)

        return [
            Lemma("what the step hands to prox", handed_over),
            Lemma("what prox returns for a step above gamma", gap),
            Lemma("for a step up to gamma: the middle of two points", convex),
            Lemma("and every w is a minimiser", reached),
        ]
