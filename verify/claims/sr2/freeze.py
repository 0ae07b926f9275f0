"""Assumption 3 with sampled gradients: a run on which no constant serves, and which never moves."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.iteration import ratio, sums_of
from verify.claims.sr2.problems import NONE
from verify.claims.sr2.runs import run
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform, uniform
from verify.evidence.margins import least
from verify.methods.sr2 import SR2

STEPS = 10


def shaken(case: Case, xp: Any, x: Any, eta: Any) -> Case:
    """The run on f_i = x^2/2 +- x, R = 0, from x with eta1 = eta2 = eta, gamma1 = gamma2 = 2, gamma3 = 1."""
    one = xp.full_like(case["sigma0"], 1)
    wide = one[..., None, None] * np.array([[1], [1]])
    problem = {
        "a": wide,
        "c": 0 * wide,
        "b": wide * np.array([[1], [-1]]),
        "x": x[..., None],
        "kind": 0 * one + NONE,
        "lam": one,
    }
    rules = {"eta1": eta, "eta2": eta, "gamma1": 2 * one, "gamma2": 2 * one, "gamma3": one, "sigma_min": case["sigma0"]}
    return case | problem | rules | {"place": 0 * case["xi"]}


@claim(
    "SR2.A3.noise",
    place="Assumption 3",
    expected="refuted",
    kind="run",
    why="f_i = x^2/2 +- x, R = 0, x = eta1 = 1/2: every draw fails at every sigma (SR2.T2.freeze), the ratio is over 2 sigma/3",
    erratum="gap",
    fix="SR2.A3.noise.fix",
    falls="it is an assumption, said to be one: plain noise violates it near a stationary point, and SR2 may then freeze there",
)
class Uniform:
    r"""Along a run with sampled gradients one $\kappa_m$ serves all iterations: $|f(x_t + s_t) - f(x_t) - \langle g_t,
    s_t\rangle| \le \kappa_m |s_t|^2$. (Assumed in the paper. Here $f_i = \frac{x^2}{2} \pm x$, $R = 0$, $x_1 = \eta_1 =
    \frac12$, any draws; ten iterations, for $\kappa_m \le 100$.)"""

    def cases(self, rng: Any, size: int) -> Case:
        kappa = np.where(rng.random(size) < 0.5, rng.choice([1.0, 10.0, 100.0], size), log_uniform(rng, 0.1, 100.0, size))
        sigma, xi = log_uniform(rng, 1.0, 100.0, size), rng.integers(0, 2, (size, STEPS))
        return {"kappa": kappa, "sigma0": np.where(rng.random(size) < 0.5, 1.0, sigma), "xi": xi}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["kappa"] > 0, case["kappa"] <= 100), case["sigma0"] >= 1)

    def margin(self, case: Case, xp: Any) -> Any:
        half = xp.full_like(case["sigma0"], 1) / 2
        ratios = [ratio(step, xp) for step in run(shaken(case, xp, half, half), xp)]
        return least(*[case["kappa"] - r for r in ratios], xp=xp)


def every_draw_fails(p: Any) -> Any:
    """g = x + b, sigma s = -g."""
    sigma, _, rules, sums = sums_of(p)
    x, s, b = p.reals("x s b")
    p.assume(x > 0, x < 1, x * (1 - rules.eta1) <= rules.eta1, p.disj(b == 1, b == -1), sigma * s == -(x + b))
    p.assume(sums.penalty == 0, sums.missing == 0, sums.square == s * s, sums.slope == (x + b) * s)
    p.assume(sums.loss == -s * (x + s / 2))
    made = SR2().decide(sigma, sums, rules, p.xp)
    return p.conj(made.failed, p.xp.negate(made.taken), made.sigma >= rules.gamma1 * sigma)


@claim(
    "SR2.T2.freeze",
    place="Theorem 2",
    expected="proved",
    kind="run",
    form="own",
    why="with x up to 2 eta1/(1 - eta1) the sample with + succeeds at large sigma",
)
class Freeze:
    r"""Theorem 2 needs Assumption 3: for $f_i = \frac{x^2}{2} \pm x$, $R = 0$ and $0 < x_1 \le \frac{\eta_1}{1 - \eta_1}$, $x_1
    < 1$, every draw fails at every $\sigma$. So $x_t = x_1$ for ever on every path, $\sigma_t \ge \gamma_1^{t - 1} \sigma_1$,
    and $\nabla f(x_1) = x_1 \ne 0$. (Assumptions 1 and 4 hold, and $\mathbb{E}\, g = \nabla f$.)"""

    reach = 1.0

    def cases(self, rng: Any, size: int) -> Case:
        eta = np.where(rng.random(size) < 0.5, rng.choice([0.1, 0.5], size), uniform(rng, 0.05, 0.95, size))
        x = np.minimum(self.reach * eta / (1 - eta), 0.99) * np.where(rng.random(size) < 0.5, 1 - 1e-9, rng.random(size))
        return {"x": x, "eta": eta, "sigma0": log_uniform(rng, 1e-2, 1e2, size), "xi": rng.integers(0, 2, (size, STEPS))}

    def domain(self, case: Case, xp: Any) -> Any:
        x, eta = case["x"], case["eta"]
        start = xp.both(xp.both(x > 0, x < 1), x * (1 - eta) <= self.reach * eta)
        return xp.both(start, xp.both(xp.both(eta > 0, eta < 1), case["sigma0"] > 0))

    def margin(self, case: Case, xp: Any) -> Any:
        steps = list(run(shaken(case, xp, case["x"], case["eta"]), xp))
        return least(*[xp.where(step.made.failed, step.made.sigma / step.sigma - 2, -1) for step in steps], xp=xp)

    def proof(self) -> list[Lemma]:
        return [Lemma("the running decision, for either draw", every_draw_fails)]
