"""Section 2: psi = 0, and what mixing W_{t-1} with W~_t has to do with momentum."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rmda.setting import any_beta, game, largest, moments, scale
from verify.evidence import Case, Lemma, claim
from verify.evidence.margins import least
from verify.methods.mda import MDA, Averages, Mixing
from verify.methods.rmda import RMDA
from verify.penalties.zero import Zero


class Admissible:
    """0 < c_t <= 1 and eta_t > 0, at all times."""

    def domain(self, case: Case, xp: Any) -> Any:
        inside = xp.both(xp.all(case["c"] > 0, axis=-1), xp.all(case["c"] <= 1, axis=-1))
        return xp.both(inside, xp.all(case["eta"] > 0, axis=-1))


class Runs(Admissible):
    """Runs of six steps."""

    vectors = ("w0", "a", "h", "zeta")

    def cases(self, rng: Any, size: int) -> Case:
        case = game(rng, size, 6, 2)
        return case | {"c": np.where(case["c"] == 0, 0.5, case["c"])}


@claim("RMDA.S2.mda", place="Section 2, below Eq. 3", expected="proved", kind="run", why="a prox that moves its argument fails")
class Reduces(Runs):
    r"""With $\psi = 0$ RMDA is modernized dual averaging: $\tilde W_t = W_0 - V_t/\beta_t$ with the same $V_t$ and $\beta_t$
    (Jelassi and Defazio count $t$ from 0)."""

    def margin(self, case: Case, xp: Any) -> Any:
        plain = moments(case, xp, Zero(), MDA())
        return least(*(-largest(m.after - n.after, xp) for m, n in zip(moments(case, xp, Zero()), plain, strict=True)), xp=xp)

    def proof(self) -> list[Lemma]:
        def build(p: Any) -> Any:
            t, alpha, V, w0, w, g, eta, c = p.reals("t alpha V w0 w g eta c")
            any_beta(p)
            state = Averages(t, alpha, V, w0)
            ends = [method.step(state, w, g, Mixing(eta, c), Zero(), p.xp) for method in (RMDA(), MDA())]
            (one, first), (two, second) = ends
            same = RMDA().tentative(one, Zero(), p.xp) == MDA().tentative(two, Zero(), p.xp)
            return p.conj(same, first == second)

        return [Lemma("one step, for any beta", build)]


@claim(
    "RMDA.S2.mda.momentum",
    place="Section 2, below Eq. 3",
    expected="refuted",
    why="W_0 = 0, eta = 1, c = 1/2, g = (1, 0, 0): W = -.5, -.604, -.590; any momentum >= 0 would stay or go on",
    kind="run",
    form="printed",
    erratum="gap",
    fix="RMDA.S2.mda.fix",
    falls="the word equals only: the pull to W_0 has a weight of at most 1/t, and with constant beta_t there is none",
)
class Momentum(Admissible):
    r"""With $\psi = 0$, mixing equals introducing momentum: $W_t - W_{t-1} = m_t (W_{t-1} - W_{t-2}) - a_t g_t$ with some
    $m_t \ge 0$. So with constant $c < 1$ and $g_2 = g_3 = 0$ the third step does not go back."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {"g": np.round(rng.normal(size=size) * 2), "w0": np.round(rng.normal(size=size))}
        return case | {"eta": rng.choice([1.0, 0.5, 0.1], (size, 1)), "c": rng.choice([0.5, 0.1], (size, 1))}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Admissible.domain(self, case, xp), case["c"][:, 0] < 1)

    def margin(self, case: Case, xp: Any) -> Any:
        w = case["w0"]
        path, state = [w], MDA().restart(w, xp)
        for g in (case["g"], 0 * w, 0 * w):
            state, w = MDA().step(state, w, g, Mixing(case["eta"][:, 0], case["c"][:, 0]), Zero(), xp)
            path.append(w)
        return (path[3] - path[2]) * (path[2] - path[1])


@claim(
    "RMDA.S2.mda.fix",
    place="Section 2, below Eq. 3",
    expected="proved",
    why="c_t for c_{t-1}, or 1 for rho_t, fails where c or t varies",
    kind="run",
)
class HeavyBall(Runs):
    r"""With $\psi = 0$, $\rho_t = \sqrt{(t-1)/t}$, $t \ge 2$ and $c_{t-1} > 0$: $W_t = W_{t-1} + c_t \rho_t \frac{1 -
    c_{t-1}}{c_{t-1}} (W_{t-1} - W_{t-2}) - c_t \eta_t g_t - c_t (1 - \rho_t)(W_{t-1} - W_0)$. A heavy ball with step $c_t
    \eta_t$ and a pull to $W_0$ of weight $c_t (1 - \rho_t) \le \frac{c_t}{t}$. (So $c = 0.01$ is a momentum of about $0.99$;
    where $c$ rises tenfold without a restart the coefficient is $9.9$ for one step.)"""

    def margin(self, case: Case, xp: Any) -> Any:
        margins, before = [], case["w0"]
        for m in moments(case, xp, Zero()):
            if m.t > 1:
                rho = xp.sqrt((m.t - 1) / (m.t * (1 + 0 * m.beta)))
                c, last = case["c"][:, m.t - 1, None], case["c"][:, m.t - 2, None]
                carried = rho * (1 - last) / last * (m.before - before)
                g = m.slope + case["zeta"][:, m.t - 1]
                expected = m.before + c * (carried - case["eta"][:, m.t - 1, None] * g - (1 - rho) * (m.before - case["w0"]))
                margins.append(-largest(m.after - expected, xp))
            before = m.before
        return least(*margins, xp=xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return -scale(case, xp) / xp.max(-case["c"], axis=-1)

    def proof(self) -> list[Lemma]:
        def tentative(p: Any) -> Any:
            t, old, alpha, before, w0, w, g, eta, c = p.reals("t beta_{t-1} alpha W~_{t-1} W_0 W_{t-1} g eta c")
            beta = any_beta(p)
            state, _ = MDA().step(Averages(t, alpha, old * (w0 - before), w0), w, g, Mixing(eta, c), Zero(), p.xp)
            return beta * (MDA().tentative(state, Zero(), p.xp) - w0) == old * (before - w0) - beta * eta * g

        def mixture(p: Any) -> Any:
            t, alpha, V, w0, w, g, eta, c = p.reals("t alpha V W_0 W_{t-1} g eta c")
            any_beta(p)
            state, after = MDA().step(Averages(t, alpha, V, w0), w, g, Mixing(eta, c), Zero(), p.xp)
            return after == (1 - c) * w + c * MDA().tentative(state, Zero(), p.xp)

        def joined(p: Any) -> Any:
            rho, w0, last, before, g, eta, c, cp = p.reals("rho W_0 W_{t-2} W~_{t-1} g eta c_t c_{t-1}")
            w = (1 - cp) * last + cp * before
            after = (1 - c) * w + c * (w0 + rho * (before - w0) - eta * g)
            carried, pull = c * rho * (1 - cp) * (w - last), c * ((1 - rho) * (w - w0) + eta * g)
            return cp * (after - w + pull) == carried

        steps = ("W~_t from W~_{t-1}, for any beta", tentative), ("W_t from W~_t", mixture), ("both, without W~", joined)
        return [Lemma(*step) for step in steps]
