"""Lemma 1 path by path: successes without end before t(eps), at one eps and one kappa_m."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.iteration import ratio
from verify.claims.sr2.runs import Step
from verify.claims.sr2.watch import hits
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform, uniform
from verify.evidence.margins import least
from verify.methods.sr2 import SR2, Adaptive, Regularisation
from verify.penalties.zero import Zero

TILTS = (0, 1, -1)  # f_1 = f, f_2 = f + x, f_3 = f - x


def value(x: Any, xp: Any) -> Any:
    """f: -1 up to -2, then (x + 2)^2/2 - 1, from -1 on -x^2/2, from 0 on x^2/2. f' is |x| from -1 on."""
    left = xp.where(x >= -2, (x + 2) * (x + 2) / 2 - 1, -1)
    return xp.where(x >= 0, x * x / 2, xp.where(x >= -1, -x * x / 2, left))


def slope(x: Any, xp: Any) -> Any:
    return xp.where(x >= -1, xp.abs(x), xp.where(x >= -2, x + 2, 0))


def trials(x: Any, sigma: Any, rules: Adaptive, xp: Any) -> list[Step]:
    """What each of the three samples does at x; rho is that of f."""
    made = []
    for tilt in TILTS:
        g = slope(x, xp) + tilt
        y, sums = SR2().propose(Regularisation(sigma), x, g, rules, Zero(), xp)
        sums = sums._replace(loss=value(x, xp) - value(y, xp))
        made.append(Step(x, sigma, g, y, sums, SR2().decide(sigma, sums, rules, xp)))
    return made


def endless(p: Any) -> Any:
    x, eta1, eta2, eps, g1, g2, g3 = p.reals("x> eta1> eta2 eps> gamma1 gamma2 gamma3>")
    places = p.reals("fall>= hold>= rise>=")
    p.assume(2 * x <= 1, 8 * eta1 <= 1, eta1 <= eta2, 4 * eta2 <= 3, 8 * eps * eps <= 1)
    p.assume(g3 <= 1, g1 > 1, g2 >= g1, *(u <= 1 for u in places))
    rules = Adaptive(eta1, eta2, g1, g2, g3, 2, 2, *places)
    steps = trials(x, p.xp.constant(2), rules, p.xp)
    made = steps[0].made
    halved = p.conj(made.taken, 2 * steps[0].y == x, made.sigma == 2)
    others = p.conj(steps[1].made.taken, steps[2].made.failed)
    modelled = p.conj(*(2 * p.xp.abs(step.error) <= 9 * step.moved for step in steps))
    return p.conj(halved, others, modelled, p.xp.negate(hits(steps, eps, p.xp)))


@claim(
    "SR2.L1.as.endless",
    place="Lemma 1",
    expected="proved",
    form="own",
    why="eta1 above 1/8 stops sample 2 near x = 1/3, whose step is then t(eps); eps^2 = 1/7 is reached; kappa_m = 4 fails",
)
class Endless:
    r"""Path by path Lemma 1 has no bound, at one $\epsilon$ and one $\kappa_m$: for $f = \frac{x^2}{2}$ on $x \ge 0$,
    $-\frac{x^2}{2}$ on $[-1, 0]$, $\frac{(x + 2)^2}{2} - 1$ on $[-2, -1]$, $-1$ below ($L = 1$), $f_1 = f$, $f_2 = f + x$,
    $f_3 = f - x$, $R = 0$, $\sigma = \sigma_{min} = 2$, $\eta_1 \le \frac18$, $\eta_2 \le \frac34$, $\epsilon^2 \le \frac18$
    and any $x \in (0, \frac12]$, sample 1 succeeds and halves $x$, $\sigma$ stays, sample 2 succeeds, 3 fails, the mean of
    $|s|^2$ over 1 and 2 exceeds $\epsilon^2$, and $\kappa_m = 4.5$ serves for all three. So while 1 is drawn every $t$ is a
    success and none is $t(\epsilon)$: $n$ draws of it, of probability $3^{-n}$, are $n$ successes. (Assumptions 1, 3 and 4
    hold there.)"""

    kappa = "4.5"

    def cases(self, rng: Any, size: int) -> Case:
        x = np.where(rng.random(size) < 0.3, rng.choice([0.5, 1 / 3, 0.25], size), log_uniform(rng, 1e-6, 0.5, size))
        eta1 = np.where(rng.random(size) < 0.4, 0.125, log_uniform(rng, 1e-3, 0.125, size))
        eta2 = np.where(rng.random(size) < 0.4, 0.75, uniform(rng, 0.125, 0.75, size))
        eps = np.where(rng.random(size) < 0.4, 0.35, log_uniform(rng, 1e-3, 0.35, size))
        return {"x": x, "eta1": eta1, "eta2": eta2, "eps": eps, "gamma3": rng.choice([1.0, 0.5, 0.1], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        x, low, high = case["x"], case["eta1"], case["eta2"]
        rules = xp.both(xp.both(low > 0, 8 * low <= 1), xp.both(high >= low, 4 * high <= 3))
        start = xp.both(xp.both(x > 0, 2 * x <= 1), xp.both(case["eps"] > 0, 8 * case["eps"] * case["eps"] <= 1))
        return xp.both(xp.both(rules, start), xp.both(case["gamma3"] > 0, case["gamma3"] <= 1))

    def margin(self, case: Case, xp: Any) -> Any:
        two = xp.full_like(case["x"], 2)
        rules = Adaptive(case["eta1"], case["eta2"], two, two, case["gamma3"], two, two)
        steps = trials(case["x"], two, rules, xp)
        first = steps[0]
        right = xp.both(first.made.taken, xp.both(2 * first.y == case["x"], first.made.sigma == 2))
        goes_on = xp.both(right, xp.negate(hits(steps, case["eps"], xp)))
        kept = least(*(xp.constant(self.kappa) - ratio(step, xp) for step in steps), xp=xp)
        return xp.where(goes_on, kept, -1 + 0 * kept)

    def proof(self) -> list[Lemma]:
        return [Lemma("one step of the running decision, for each of the samples, from any x in (0, 1/2]", endless)]
