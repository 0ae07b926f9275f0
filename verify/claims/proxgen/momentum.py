"""(C-3)(iii): the momentum of the theory and that of the experiments."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.setting import Wave, mixed, moments, runs
from verify.evidence import Case, Fact, Lemma, claim
from verify.evidence.draw import uniform
from verify.evidence.margins import column, least, relative, square
from verify.methods.prox_gen import Metric, ProxGen
from verify.penalties import MCP


@claim(
    "PG.C3.momentum",
    place="Sect. 3, (C-3)(iii), and Sect. 4",
    kind="text",
    expected="refuted",
    why="rho_1 = rho_2 = 0.9 needs mu = 1, which (C-3) excludes",
    erratum="gap",
    fix="PG.C3.momentum.fix",
    falls="Theorem 1 and Corollary 1 do not cover the runs of Sect. 4 (the paper does not say that they do); with such a "
    "momentum the conclusion can fail: claim PG.C3.momentum.run",
)
class Constant:
    r"""The theory covers the runs of Sect. 4: their momentum $\rho_t = 0.9$ is of the form $\rho_0 \mu^{t-1}$ of (C-3), with
    $\rho_0, \mu \in [0, 1)$."""

    def facts(self) -> list[Fact]:
        rho = [0.9, 0.9]
        mu = rho[1] / rho[0]
        return [
            Fact("rho_0 = rho_1 is in [0, 1)", 0 <= rho[0] < 1, "0.9"),
            Fact("mu = rho_2/rho_1 is in [0, 1)", 0 <= mu < 1, f"{mu:g}"),
        ]


@claim(
    "PG.C3.momentum.run",
    place="Theorem 1 for the momentum of Sect. 4",
    kind="run",
    form="own",
    expected="refuted",
    why="f = (x - 3/2)^2/2, MCP(1, 2), alpha = delta/(3L), from its minimiser 1: an oscillation in [0, 2.6] for ever",
    erratum="false",
    fix="PG.C3.momentum.fix",
    falls="the conclusion of Theorem 1 for constant momentum, even with exact gradients; rho_0 mu^{t-1} as printed is safe",
)
class Oscillates:
    r"""With constant $\rho_t = \rho \le 0.9$, exact gradients and $\alpha_0 \le \delta/(3L)$ the bound of claim PG.T1.fix
    holds with $\mu = \rho$: over $T = 320$ steps $\sum \mathrm{dist}^2 \le Q_2 (F(\theta_1) - F(\theta_{T+1})) + Q_3$, $G$
    the largest gradient of the run (one coordinate, $f = (x - c)^2/2$, MCP, metric $h \ge 3$)."""

    steps = 320

    def cases(self, rng: Any, size: int) -> Case:
        case = {"c": rng.choice([0.5, 1.0, 1.5, 2.0], size), "lam": rng.choice([0.5, 1.0, 2.0], size)}
        case |= {"gamma": rng.choice([1.5, 2.0, 3.0], size), "h": rng.choice([3.0, 4.0, 6.0], size)}
        case |= {"rho": rng.choice([0.0, 0.5, 0.8, 0.9, 0.9], size), "w": rng.choice([0.0, 0.5, 1.0, 2.0], size)}
        corner, at = rng.random(size) < 0.05, {"c": 1.5, "lam": 1.0, "gamma": 2.0, "h": 3.0, "rho": 0.9, "w": 1.0}
        return {n: np.where(corner, at[n], v) for n, v in case.items()}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(xp.both(case["rho"] >= 0, xp.constant("0.9") - case["rho"] >= 0), case["h"] >= 3)
        return xp.both(fine, xp.both(case["lam"] >= 0, case["gamma"] > 0))

    def run(self, case: Case, xp: Any, steps: int) -> Any:
        """The iterates after the first."""
        penalty, method, w = MCP._unchecked(lam=case["lam"], gamma=case["gamma"]), ProxGen(), case["w"]
        hyper = Metric(1 / case["h"], case["rho"], 1)
        state = method.init(w, hyper, penalty, xp)
        for _ in range(steps):
            state, w = method.step(state, w, w - case["c"], hyper, penalty, xp)
            yield w

    def margin(self, case: Case, xp: Any) -> Any:
        penalty, rho, h, w = MCP._unchecked(lam=case["lam"], gamma=case["gamma"]), case["rho"], case["h"], case["w"]

        def energy(x: Any) -> Any:
            return (x - case["c"]) * (x - case["c"]) / 2 + penalty._value(x, xp)

        start, total, G = energy(w), 0 * w, xp.abs(w - case["c"])
        for w in self.run(case, xp, self.steps):
            gap = penalty._subgradient_gap(w, w - case["c"], xp)
            total, G = total + gap * gap, xp.maximum(G, xp.abs(w - case["c"]))
        Q3 = (h + 1) / (h - 1) * 4 * G * G * rho * rho / (1 - rho * rho)
        return 2 * (h + 1) * (start - energy(w)) + Q3 - total

    def picture(self, case: Case) -> Any:
        from matplotlib.figure import Figure

        from verify.arrays import NUMPY

        figure = Figure(figsize=(5, 2.4))
        axes = figure.subplots()
        axes.plot([float(w[0]) for w in self.run(case, NUMPY, 200)])
        axes.set(xlabel="t", ylabel="iterate")
        figure.tight_layout()
        return figure


def solved(p: Any) -> Any:
    """From tau X^2 <= dF + c X."""
    tau, X, c, dF = p.positive("tau"), p.nonnegative("X"), p.nonnegative("c"), p.real("dF")
    p.assume(tau * X * X <= dF + c * X)
    square_ = (tau * X - c) * (tau * X - c)
    return p.conj(square_ >= 0, tau * tau * X * X <= 2 * dF * tau + c * c)


def recursion(p: Any) -> Any:
    """e_t = m_t - grad f_t = n_t + ebar_t, with ebar_t = rho (ebar_{t-1} - (grad f_t - grad f_{t-1})) and n_t of the noise."""
    rho, m, g, before, after, n, noise = p.reals("rho m g before after n noise")
    p.assume(g == after + noise)
    new_n = rho * n + (1 - rho) * noise
    error = rho * m + (1 - rho) * g - after
    return error - new_n == rho * (m - before - n) - rho * (after - before)


@claim(
    "PG.C3.momentum.fix",
    place="Theorem 1 for constant momentum",
    kind="run",
    expected="unrefuted",
    why="4 tau for tau fails at rho = 0; that some such condition is needed is claim PG.C3.momentum.run",
)
class Small:
    r"""Constant $\rho_t = \rho$ is safe for $h > L (1 + \rho)/(1 - \rho)$ ($\alpha_0 < \delta/(19 L)$ for $\rho = 0.9$): with
    $\tau = (h - L)/2 - \rho L/(1 - \rho)$, $n_t = \rho n_{t-1} + (1 - \rho)(g_t - \nabla f(\theta_t))$, $c = (\sum_t
    |n_t|^2)^{1/2} + \rho |\nabla f(\theta_1)|/\sqrt{1 - \rho^2}$ and $X^2 = \sum_t |\theta_{t+1} - \theta_t|^2$, path by path
    $X^2 \le 2 (F(\theta_1) - F(\theta_{T+1}))/\tau + c^2/\tau^2$ and $(\sum_t |m_t - \nabla f(\theta_t)|^2)^{1/2} \le \rho L
    X/(1 - \rho) + c$; claim PG.T1.path does the rest."""

    complete_proof = False
    steps = 12

    def cases(self, rng: Any, size: int) -> Case:
        case = runs(rng, size, self.steps, 2, 0.01, 0.99)
        rho = rng.choice([0.0, 0.3, 0.6, 0.9], (size, 1)) + 0 * case["rho"]
        fall = uniform(rng, 0.3, 0.99, (size, 1))
        L = np.abs(case["A"]) * np.sum(case["v"] ** 2, axis=1) + np.max(np.abs(case["q"]), axis=1)
        alpha = (case["delta"] / L)[:, None] * (1 - rho) / (1 + rho) * fall
        noise = case["noise"] * np.where(rng.random((size, 1, 1)) < 0.7, 0.0, 1.0)
        return case | {"rho": rho, "alpha": alpha, "noise": noise}

    def domain(self, case: Case, xp: Any) -> Any:
        rho, alpha = case["rho"], case["alpha"]
        same = xp.both(xp.all(rho == rho[:, :1], axis=-1), xp.all(alpha == alpha[:, :1], axis=-1))
        fine = xp.both(xp.both(rho[:, 0] >= 0, rho[:, 0] < 1), xp.both(alpha[:, 0] > 0, case["delta"] > 0))
        known = xp.both(xp.both(case["lam"] >= 0, case["gamma"] > 0), Wave(case, xp).L > 0)
        known = xp.both(known, self.tau(case["delta"] / alpha[:, 0], Wave(case, xp).L, rho[:, 0]) > 0)
        return xp.both(xp.both(same, fine), xp.both(known, xp.all(xp.all(case["C"] >= 0, axis=-1), axis=-1)))

    def tau(self, h: Any, L: Any, rho: Any) -> Any:
        return (h - L) / 2 - rho * L / (1 - rho)

    def margin(self, case: Case, xp: Any) -> Any:
        f, rho = Wave(case, xp), case["rho"][:, 0]
        X2, e2, n, n2, found = 0 * rho, 0 * rho, 0 * case["w"], 0 * rho, list(moments(case, f, mixed(case), xp))
        for t, m in enumerate(found):
            n = column(rho) * n + column(1 - rho) * case["noise"][:, t]
            X2, e2, n2 = X2 + square(m.after - m.w, xp), e2 + square(m.error, xp), n2 + square(n, xp)
        c = xp.sqrt(n2) + rho * xp.norm(f.gradient(case["w"], xp), axis=-1) / xp.sqrt(1 - rho * rho)
        fall, tau = found[0].before - found[-1].energy, self.tau(case["delta"] / case["alpha"][:, 0], f.L, rho)
        size = (xp.abs(found[0].before) + xp.abs(found[-1].energy)) / tau + c * c / (tau * tau)
        moved = relative(2 * fall / tau + c * c / (tau * tau) - X2, size, xp)
        reach = rho * f.L * xp.sqrt(X2) / (1 - rho) + c
        return least(moved, relative(reach - xp.sqrt(e2), reach, xp), xp=xp)

    def proof(self) -> list[Lemma]:
        return [Lemma("the error of the momentum", recursion), Lemma("X from its inequality", solved)]
