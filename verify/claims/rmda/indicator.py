"""Below Lemma 2: indicators of convex sets."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rmda.setting import any_beta
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.evidence.margins import column, least
from verify.methods.mda import Averages, Mixing
from verify.methods.rmda import RMDA
from verify.penalties.box import Box


def projected(case: Case, xp: Any, steps: int, a: Any, penalty: Any) -> list[tuple[Any, Any, Any]]:
    """The run with s_t = t^p, c_t = 1: (W_t, tau_t, alpha_t/beta_t)."""
    w, state, found = case["w0"], RMDA().restart(case["w0"], xp), []
    for k in range(steps):
        t = (k + 1) * (1 + 0 * w)
        beta = xp.sqrt(t)
        s = xp.power(t, case["p"])
        noise = case["zeta"][:, k] if "zeta" in case else 0
        state, w = RMDA().step(state, w, case["h"] * (w - a) + noise, Mixing(s / beta, 1), penalty, xp)
        found.append((w, s / state.alpha, state.alpha / beta))
    return found


@claim(
    "RMDA.L2.indicator",
    place="below Lemma 2, as extracted",
    expected="refuted",
    why="f = w^2/2 on [-1, 1], W_0 = 1, p = 3/4: from t = 39 on W_t = 1, -1, 1, ... exactly, and |dW|/tau is 69.6 at t = 60",
    kind="run",
    erratum="misprint",
    fix="RMDA.L2.indicator.fix",
    falls="nothing: probably t^-p is meant, and printed, for which it holds, with p > 1/2 needed. But then beta/alpha goes to "
    "infinity, where Theorem 1 asks for 0, and with noise in the inside of the set, where steps are those of psi = 0, no power "
    "does both (RMDA.L2.iii.fix)",
)
class Indicator:
    r"""If $\psi$ is the indicator of a convex set and $\beta_t \eta_t \propto t^p$, $p \in (\frac12, 1)$, (4)(iii) holds:
    $\frac{|W_{t+1} - W_t|}{\tau_t} \to 0$; here at most 1 at $t = 60$. (With $\beta_t = \sqrt t$ this is $\eta_t = t^{p -
    1/2}$, which grows. RMDA.L2.indicator.fix has $t^{-p}$.)"""

    def cases(self, rng: Any, size: int) -> Case:
        case = {"w0": rng.choice([1.0, 0.5, -1.0], size), "h": rng.choice([1.0, 1.0, 0.5, 0.1], size)}
        return case | {"p": rng.choice([0.75, 0.6, 0.9], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        inside = xp.both(xp.abs(case["w0"]) <= 1, xp.both(case["h"] > 0, case["h"] <= 1))
        return xp.both(inside, xp.both(case["p"] > 0.5, case["p"] < 1))

    def margin(self, case: Case, xp: Any) -> Any:
        run = projected(case, xp, 60, 0, Box._unchecked(lower=-1, upper=1))
        (before, _, _), (after, tau, _) = run[-2:]
        return 1 - xp.abs(after - before) / tau


@claim(
    "RMDA.L2.indicator.fix",
    place="below Lemma 2",
    expected="unrefuted",
    why="without 1/(2 (1 - p)), which the change of beta takes, with half of the bound, or with t^+p, it fails",
    kind="run",
)
class Slow:
    r"""With $\beta_t \eta_t = t^{-p}$, $p \in (\frac12, 1)$, $c_t = 1$ and sampled gradients of norm at most $G$, (4)(iii)
    holds for the indicator of a convex set: $\frac{|W_{t+1} - W_t|}{\tau_t} \le G \frac{t^{1/2 - p}}{1 - p} (1 + \frac{1}{2
    (1 - p)})$, as projections ignore the step and are not expansive. So do (i) and (ii). But $\frac{\alpha_t}{\beta_t} \le
    \frac{t^{1/2 - p}}{1 - p} \to 0$, so that $W_t$ returns to $W_0$. Here a box in the plane."""

    complete_proof = False

    def cases(self, rng: Any, size: int) -> Case:
        case = {"w0": np.round(rng.uniform(-1, 1, (size, 2)), 1), "h": rng.choice([1.0, 0.1, 3.0], (size, 1))}
        case |= {"p": rng.choice([0.51, 0.6, 0.75, 0.9, 0.99], size), "a": np.round(rng.normal(size=(size, 2)), 1)}
        noise = rng.choice([-1.0, 1.0], (size, 30, 2)) * rng.choice([0.0, 0.1, 1.0, 3.0], (size, 1, 1))
        return case | {"zeta": np.where(rng.random((size, 1, 1)) < 0.3, np.abs(noise), noise)}

    def domain(self, case: Case, xp: Any) -> Any:
        inside = xp.both(xp.all(xp.abs(case["w0"]) <= 1, axis=-1), case["h"][:, 0] > 0)
        return xp.both(inside, xp.both(2 * case["p"] > 1, case["p"] < 1))

    def margin(self, case: Case, xp: Any) -> Any:
        p, before, margins, top = case["p"], case["w0"], [], 0
        run = projected(case | {"p": column(-p)}, xp, case["zeta"].shape[1], case["a"], Box._unchecked(lower=-1, upper=1))
        quotient = pull = None
        for k, (w, tau, r) in enumerate(run):
            top = xp.maximum(xp.norm(case["h"] * (before - case["a"]) + case["zeta"][:, k], axis=-1), top)
            if k:
                most = top * pull * (1 + 1 / (2 * (1 - p)))
                margins.append((most - xp.norm(w - before, axis=-1) / quotient) / (1 + most))
            pull, quotient, before = xp.power((k + 1) * (1 + 0 * p), xp.constant("0.5") - p) / (1 - p), tau[:, 0], w
            margins.append((pull - r[:, 0]) * (1 - p))
        return least(*margins, xp=xp)

    def proof(self) -> list[Lemma]:
        def moved(p: Any) -> Any:
            V, w0, g, t = p.reals("V W_0 g t")
            alpha, eta = p.nonnegative("alpha"), p.positive("eta")
            top, old, beta = p.nonnegative("G"), p.positive("beta_t"), any_beta(p)
            box = Box._unchecked(lower=p.real("l"), upper=p.real("u"))
            p.assume(box.lower <= box.upper, old <= beta, p.xp.abs(V) <= top * alpha, p.xp.abs(g) <= top)
            w = box._prox(w0 - V / old, 1, p.xp)
            _, after = RMDA().step(Averages(t, alpha, V, w0), w, g, Mixing(eta, 1), box, p.xp)
            return p.xp.abs(after - w) <= top * eta + top * alpha * (1 / old - 1 / beta)

        return [Lemma("one step, a coordinate, for any beta_t <= beta_{t+1}", moved)]


@claim(
    "RMDA.L2.indicator.vertex",
    place="below Lemma 2",
    expected="unrefuted",
    why="with 1/2 (1 - W_0) on the right it fails at t = 1",
    form="own",
    kind="run",
)
class Vertex:
    r"""Where (4)(iii) and $\frac{\beta_t}{\alpha_t} \to 0$ do hold together: if $-f' \ge \nu > 0$ on $C = [-1, 1]$ (the
    limit is a vertex with $-\nabla f$ inside its normal cone), $\tilde W_t = 1$ at every $t$ with $\frac{\alpha_t}{\beta_t}
    (\nu - |N_t|) \ge 1 - W_0$: from some $t$ on if $N_t \to 0$, and then $W_{t+1} - W_t = 0$ for $c_t = 1$."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {"w0": np.round(rng.uniform(-1, 1, size), 1), "h": rng.choice([1.0, 0.5, 0.1, 3.0], size)}
        case |= {"p": rng.uniform(-0.4, 0.99, size), "a": 1 + np.round(log_uniform(rng, 0.1, 3, size), 1)}
        noise = rng.choice([-1.0, 1.0], (size, 30)) * rng.choice([0.0, 0.1, 1.0, 3.0], (size, 1))
        return case | {"zeta": np.where(rng.random((size, 1)) < 0.3, np.abs(noise), noise)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.abs(case["w0"]) <= 1, xp.both(case["h"] > 0, case["a"] > 1))

    def margin(self, case: Case, xp: Any) -> Any:
        nu, margins = case["h"] * (case["a"] - 1), []
        total = weight = 0 * nu
        run = projected(case, xp, case["zeta"].shape[1], case["a"], Box._unchecked(lower=-1, upper=1))
        for k, (w, _, r) in enumerate(run):
            s = xp.power((k + 1) * (1 + 0 * nu), case["p"])
            total, weight = total + s * case["zeta"][:, k], weight + s
            sure = r * (nu - xp.abs(total / weight)) >= (1 - case["w0"]) * (1 + xp.constant("1e-9")) + xp.constant("1e-9")
            margins.append(xp.where(sure, w - 1, 0 * w))
        return least(*margins, xp=xp)
