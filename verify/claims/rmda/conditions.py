"""Schedules that do meet the conditions, and what identifies whatever the schedule."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rmda.setting import any_beta, fine, game, largest, lipschitz, mixes, moments, scale
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform, uniform
from verify.evidence.margins import column, least
from verify.methods.mda import MDA, Averages, Mixing
from verify.methods.rmda import RMDA
from verify.penalties.l1 import L1
from verify.penalties.zero import Zero


@claim(
    "RMDA.T2.schedules.fix",
    place="Lemma 2, Eq. 4, and Theorem 1",
    expected="unrefuted",
    why="with 1.4 or 1.6 for 3/2, or 1 for its maximum with 3/2 - p, it fails",
    kind="run",
)
class Powers:
    r"""$\eta_t = \eta t^{-p}$ with $p < 1$, constant $\eta$ too, and $c_t = 1$ from some step on satisfy all conditions of
    RMDA.T1.fix and RMDA.T2.fix on the schedules: $\frac1t \min(1, \frac32 - p) \le \tau_t \le \frac1t \max(1, \frac32 -
    p)$ and $\frac{\beta_t}{\alpha_t} \le \max(1, \frac32 - p) \frac{t^{p-1}}{\eta}$. (Not (4)(iii): with
    $\frac{\beta_t}{\alpha_t} \to 0$ and $c_t = 1$ none does where, with $\ell_1$, a nonzero coordinate sees noise,
    RMDA.L2.iii.fix. And $\tilde W_t$ must converge, which it does not there for $p \le 0$, RMDA.T2.schedules.)"""

    def cases(self, rng: Any, size: int) -> Case:
        p = np.where(rng.random(size) < 0.2, 0.0, uniform(rng, -0.5, 0.99, size))
        return {"p": np.round(p, 2), "eta": np.round(log_uniform(rng, 0.01, 10, size), 2)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["eta"] > 0, case["p"] < 1)

    def margin(self, case: Case, xp: Any) -> Any:
        p, zero, margins = case["p"], 0 * case["p"], []
        state, near = MDA().restart(zero, xp), xp.constant("1e-12")
        for k in range(40):
            t = (k + 1) * (1 + zero)
            hyper = Mixing(case["eta"] * xp.power(t, -p), 1)
            state, _ = MDA().step(state, zero, zero, hyper, Zero(), xp)
            root = xp.sqrt(t)
            scaled = t * hyper.eta * root / state.alpha
            pull = case["eta"] * root / state.alpha * xp.power(t, 1 - p)
            low, high = xp.minimum(1 + zero, xp.constant("1.5") - p), xp.maximum(1 + zero, xp.constant("1.5") - p)
            margins += [scaled - low + near, high - scaled + near, high - pull + near]
        return least(*margins, xp=xp)


@claim(
    "RMDA.T2.average",
    place="Theorem 2 and Tables 3 to 10",
    expected="proved",
    why="with beta for beta/alpha, or < for <=, it fails",
    form="own",
    kind="run",
    experiments=("Limits",),
)
class AverageDecides:
    r"""What does identify, for every schedule with $\frac{\beta_t}{\alpha_t} \to 0$, convergent or not: with $\ell_1$,
    $\tilde W_{t,i} = 0$ if and only if $|\frac{V_t}{\alpha_t} - \frac{\beta_t}{\alpha_t} W_0|_i \le \lambda$. So $\limsup
    |\frac{V_t}{\alpha_t}|_i < \lambda$ makes it 0 from some step on, and $> \lambda$ makes it nonzero again and again: the
    average gradient along the run decides, with constant $\eta$ too."""

    vectors = ("w0", "a", "h", "zeta")

    def cases(self, rng: Any, size: int) -> Case:
        case = game(rng, size, 8, 2)
        return case | {"w0": np.where(rng.random((size, 1)) < 0.3, np.round(case["w0"]), case["w0"])}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(fine(case, xp), mixes(case, xp))

    def margin(self, case: Case, xp: Any) -> Any:
        """On the wrong side by more than rounding: |W~| where it should be 0, the distance from lambda where it should not."""
        margins = []
        for m in moments(case, xp):
            excess = xp.abs(m.average - m.beta / m.alpha * case["w0"]) - column(case["lam"])
            wrong = xp.where(m.tentative == 0, xp.maximum(excess, 0), xp.maximum(-excess, 0))
            margins.append(-largest(wrong, xp))
        return least(*margins, xp=xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return scale(case, xp) * (1 + lipschitz(case, xp)) * (1 + 3 * xp.max(case["eta"], axis=-1)) / case["eta"][:, 0]

    def proof(self) -> list[Lemma]:
        def build(p: Any) -> Any:
            t, alpha, V, w0, w, g, c = p.reals("t alpha V W_0 W_{t-1} g c")
            eta, lam, beta = p.positive("eta"), p.nonnegative("lam"), any_beta(p)
            p.assume(alpha >= 0)
            penalty = L1._unchecked(lam=lam)
            state, _ = RMDA().step(Averages(t, alpha, V, w0), w, g, Mixing(eta, c), penalty, p.xp)
            return (RMDA().tentative(state, penalty, p.xp) == 0) == (p.xp.abs(state.V - beta * w0) <= lam * state.alpha)

        return [Lemma("zero if and only if, for any beta", build)]
