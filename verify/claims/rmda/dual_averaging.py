"""Section 3.1: c_t = 1 against Xiao's regularized dual averaging."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rmda.setting import Recorded, any_beta, game, gradient, l1, largest, scale
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.evidence.margins import column, least
from verify.methods.mda import Averages, Mixing
from verify.methods.rda import RDA
from verify.methods.rmda import RMDA
from verify.methods.sda import Dual, Weight
from verify.penalties.zero import Zero


@claim(
    "RMDA.S3.rda",
    place="Section 3.1, on convex problems",
    expected="refuted",
    why="psi = 0, W_0 = 0, eta = 1, g = (1, -1): RDA's mean is 0, so w_3 = 0 for every beta; RMDA is at 0.293",
    kind="run",
    erratum="false",
    fix="RMDA.S3.rda.fix",
    falls="the rates of Xiao and of Lee and Wright as quoted, for the constant eta of Tables 3 to 10; they hold for eta/sqrt t",
    experiments=("DualAveraging",),
)
class ClassicalRDA:
    r"""With $c_t = 1$ RMDA is the classical RDA, for every schedule of $\eta$. RDA's iterates depend on the plain mean of the
    gradients alone: with $\psi = 0$, and linear losses with $g_2 = -g_1$, it is back at $W_0$ for every $\beta_t$."""

    def cases(self, rng: Any, size: int) -> Case:
        eta = np.where(rng.random((size, 1)) < 0.4, 1.0, np.round(log_uniform(rng, 0.1, 1.0, (size, 2)), 1))
        return {"eta": eta, "g": np.round(rng.normal(size=size) * 2), "w0": np.round(rng.normal(size=size))}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.all(case["eta"] > 0, axis=-1)

    def margin(self, case: Case, xp: Any) -> Any:
        w, state = case["w0"], RMDA().restart(case["w0"], xp)
        for k, g in enumerate((case["g"], -case["g"])):
            state, w = RMDA().step(state, w, g, Mixing(case["eta"][:, k], 1), Zero(), xp)
        return -xp.abs(w - case["w0"])


@claim(
    "RMDA.S3.rda.fix",
    place="Section 3.1, on convex problems",
    expected="proved",
    why="with constant eta it fails at t = 2; with beta_t = eta sqrt t for sqrt t/eta at t = 1",
    kind="run",
)
class InverseRoot:
    r"""With $c_t = 1$ and $\eta_t = \frac{\eta}{\sqrt t}$ RMDA is RDA with $\beta_t = \frac{\sqrt t}{\eta}$ and $h = \frac12
    |w - W_0|^2$, for every $\psi$: both hand the same point and step to its prox. For $\psi = 0$ only then: where $s_k = \eta_k
    \sqrt k$ changes, gradients 0 before it and then $g$, $-g$ bring RDA back to $W_0$ for every $\beta_t$, RMDA not. (Not for
    every $\psi$: with the indicator of a point all schedules agree. Xiao also asks that $W_0$ minimise $\psi$.)"""

    vectors = ("w0", "a", "h", "zeta")

    def cases(self, rng: Any, size: int) -> Case:
        case = game(rng, size, 6, 2)
        first = case["eta"][:, 0]
        return {n: case[n] for n in ("w0", "a", "h", "zeta", "lam")} | {"first": first}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["first"] > 0, case["lam"] >= 0)

    def margin(self, case: Case, xp: Any) -> Any:
        w = v = case["w0"]
        states, margins = (RMDA().restart(w, xp), Dual(xp.constant(0), 0 * w, w)), []
        for k in range(case["zeta"].shape[1]):
            root, noise = xp.sqrt((k + 1) * (1 + 0 * case["first"])), case["zeta"][:, k]
            slopes = gradient(case, w, xp) + noise, gradient(case, v, xp) + noise
            one, w = RMDA().step(states[0], w, slopes[0], Mixing(column(case["first"] / root), 1), l1(case), xp)
            two, v = RDA().step(states[1], v, slopes[1], Weight(column(root / case["first"])), l1(case), xp)
            states = one, two
            margins.append(-largest(w - v, xp))
        return least(*margins, xp=xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return 1000 * scale(case, xp) * (1 + case["first"])

    def proof(self) -> list[Lemma]:
        def same(p: Any) -> Any:
            t, mean, w0, w, g = p.reals("t>= mean W_0 w g")
            eta, root = p.positive("eta"), any_beta(p)
            p.assume(root * root == t + 1)
            one, two = Recorded(), Recorded()
            state, _ = RMDA().step(Averages(t, eta * t, eta * t * mean, w0), w, g, Mixing(eta / root, 1), one, p.xp)
            dual, _ = RDA().step(Dual(t, mean, w0), w, g, Weight(root / eta), two, p.xp)
            kept = p.conj(state.alpha == eta * state.t, eta * dual.t * dual.mean == state.V, state.t == dual.t)
            return p.conj(one.point == two.point, one.step == two.step, kept)

        def back(p: Any) -> Any:
            t, alpha, w0, w, g, first, second = p.reals("t>= alpha>= W_0 w g eta_k> eta_{k+1}>")
            any_beta(p)
            state, _ = RMDA().step(Averages(t, alpha, 0 * g, w0), w, g, Mixing(first, 1), Zero(), p.xp)
            s = state.alpha - alpha
            state, end = RMDA().step(state, w, -g, Mixing(second, 1), Zero(), p.xp)
            return p.implies(end == w0, p.disj(g == 0, state.alpha - alpha == 2 * s))

        def dual(p: Any) -> Any:
            t, w0, w, g, before, after = p.reals("t>= W_0 w g beta_k> beta_{k+1}>")
            state, _ = RDA().step(Dual(t, 0 * g, w0), w, g, Weight(before), Zero(), p.xp)
            return RDA().step(state, w, -g, Weight(after), Zero(), p.xp)[1] == w0

        return [
            Lemma("one step keeps alpha = eta t and V = eta t mean, and hands RDA's point and step to the prox", same),
            Lemma("psi = 0: after g and -g RMDA is at W_0 only if g = 0 or s_k = s_{k+1}", back),
            Lemma("and RDA is, for every beta", dual),
        ]
