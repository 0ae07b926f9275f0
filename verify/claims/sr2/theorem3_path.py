"""Theorem 3 path by path: there are paths, of probability 0, on which the steps do not tend to 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.iteration import ratio
from verify.claims.sr2.lemma1 import Drawn
from verify.claims.sr2.runs import Step, iterate, run
from verify.claims.sr2.watch import success
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform, uniform
from verify.evidence.margins import least
from verify.methods.sr2 import SR2, Adaptive, Regularisation
from verify.penalties.zero import Zero


@claim(
    "SR2.T3.path",
    place="Theorem 3",
    expected="refuted",
    kind="run",
    why="f_1 = x^2/100, f_2 = 0.45 x^2, x = sigma = 1, eta1 = 0.2: twelve draws of 1, the sum is 3.9, the bound 2.3",
    erratum="gap",
    fix="SR2.T3",
    falls="the limit on every path (SR2.T3.path.endless); nothing of it with probability 1, which Theorem 2 prints and "
    "Theorem 3 does not",
)
class EveryPath(Drawn):
    r"""Theorem 3 as it is printed, without "w.p.1", on every path: explicitly $\sum_t p_t \hat{\mathbb{E}}_t |s|^2 \le \frac{2
    (F(x_1) - F_{low})}{\eta_1 \sigma_{min}}$ without the expectation of SR2.T3."""

    def margin(self, case: Case, xp: Any) -> Any:
        total, n = 0 * case["sigma0"], case["a"].shape[-2]
        for t, step in enumerate(run(case, xp)):
            for i in range(n):
                trial = iterate(case, xp, step.x, step.sigma, i, case["place"][..., t])[2]
                total = total + xp.where(success(trial, xp), trial.moved, 0 * total) / n
        return self.height(case, xp) - case["eta1"] * case["sigma_min"] / 2 * total


def trials(x: Any, y: Any, sigma: Any, rules: Adaptive, xp: Any) -> list[Step]:
    """What samples 1 and 2 do at (x, y): each moves its own coordinate only. rho is that of f = (x^2 + y^2)/4."""
    made = []
    for w in (x, y):
        after, sums = SR2().propose(Regularisation(sigma), w, w, rules, Zero(), xp)
        sums = sums._replace(loss=(w * w - after * after) / 4)
        made.append(Step(w, sigma, w, after, sums, SR2().decide(sigma, sums, rules, xp)))
    return made


def halved(p: Any) -> Any:
    x, y, eta1, eta2, g1, g2, g3 = p.reals("x y eta1> eta2 gamma1 gamma2 gamma3>")
    places = p.reals("fall>= hold>= rise>=")
    p.assume(x != 0, y != 0, eta1 <= eta2, 8 * eta2 <= 3, g3 <= 1, g1 > 1, g2 >= g1, *(u <= 1 for u in places))
    first, second = trials(x, y, p.xp.constant(2), Adaptive(eta1, eta2, g1, g2, g3, 2, 2, *places), p.xp)
    taken = p.conj(*(p.conj(step.made.taken, step.made.sigma == 2, 2 * step.y == step.x) for step in (first, second)))
    modelled = p.conj(*(4 * p.xp.abs(step.error) <= 5 * step.moved for step in (first, second)))
    return p.conj(taken, modelled, first.moved + second.moved >= y * y / 4)


@claim(
    "SR2.T3.path.endless",
    place="Theorem 3",
    expected="proved",
    form="own",
    why="eta2 above 3/8, kappa_m = 1.2 or 1/6 for 1/8 fails",
)
class Endless:
    r"""Path by path Theorem 3 is false, at one $\kappa_m$: for $f_1 = \frac{x^2}{2}$, $f_2 = \frac{y^2}{2}$, $R = 0$, $\sigma =
    \sigma_{min} = 2$, $\eta_2 \le \frac38$ and any $x, y \ne 0$ both samples succeed, each halves its own coordinate and
    keeps the other, $\sigma$ stays, $\hat{\mathbb{E}} |s|^2 \ge \frac{y^2}{8}$, and $\kappa_m = \frac54$ serves. So while 1 is
    drawn $y$ stays, and the mean is at least $\frac{y^2}{8}$ at every $t$ of the path that draws 1 for ever. (Assumptions 1, 3
    and 4 hold, $F \ge 0$, every $t$ is a success; the path has probability 0.)"""

    kappa, share = "1.25", 8

    def cases(self, rng: Any, size: int) -> Case:
        sign = rng.choice([-1.0, 1.0], (2, size))
        x, y = sign * np.where(rng.random((2, size)) < 0.3, 1.0, log_uniform(rng, 1e-6, 1e3, (2, size)))
        eta2 = np.where(rng.random(size) < 0.4, 0.375, uniform(rng, 0.01, 0.375, size))
        eta1 = eta2 * rng.choice([1.0, 0.5, 0.1], size)
        return {"x": x, "y": y, "eta1": eta1, "eta2": eta2, "gamma3": rng.choice([1.0, 0.5, 0.1], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        rules = xp.both(case["eta1"] > 0, xp.both(case["eta2"] >= case["eta1"], 8 * case["eta2"] <= 3))
        return xp.both(
            xp.both(rules, xp.both(case["x"] != 0, case["y"] != 0)), xp.both(case["gamma3"] > 0, case["gamma3"] <= 1)
        )

    def margin(self, case: Case, xp: Any) -> Any:
        two, y = xp.full_like(case["x"], 2), case["y"]
        rules = Adaptive(case["eta1"], case["eta2"], two, two, case["gamma3"], two, two)
        steps, right = trials(case["x"], y, two, rules, xp), case["eta1"] > 0
        for step in steps:
            kept = xp.both(step.made.sigma == 2, 2 * step.y == step.x)
            right = xp.both(right, xp.both(step.made.taken, kept))
        mean = (steps[0].moved + steps[1].moved) / 2
        model = least(*(xp.constant(self.kappa) - ratio(step, xp) for step in steps), xp=xp)
        return xp.where(right, xp.minimum(model, mean / (y * y) - 1 / xp.constant(self.share)), -1 + 0 * y)

    def proof(self) -> list[Lemma]:
        return [Lemma("one step of the running decision, for both samples, from any x and y", halved)]
