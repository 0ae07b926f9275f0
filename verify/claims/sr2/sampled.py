"""Section 5: rho from the sampled objective, as in the experiments. Which of the theorems still hold."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.iteration import OneIteration, log_free, ratio
from verify.claims.sr2.node import distance, noise
from verify.claims.sr2.problems import HILL, Samples, settle
from verify.claims.sr2.runs import NAMES, Step, fine, iterate, run
from verify.claims.sr2.sigma_max import Runs, limits
from verify.claims.sr2.theorem3 import Tree
from verify.evidence import Case, Hypothesis, claim
from verify.evidence.margins import least
from verify.methods.sr2 import SR2

SAMPLED = SR2(objective="sampled")
NOISY = {"a": 1.0, "c": 0.0, "b": np.array([[1.0], [-1.0]]), "x": 0.0, "kind": 0, "place": 0.0}


@claim(
    "SR2.S5.sampled",
    place="Section 5",
    expected="refuted",
    kind="run",
    why="f_i = x^2/2 +- x, R = 0, x_1 = 0, sigma = 1, eta = 0.5: every rho is 1/2, E|s|^2 >= 1 for ever, F(x_1) = F_low",
    erratum="gap",
    fix="SR2.S5.sampled.fix",
    falls="Lemma 1, t(eps) and Theorem 3 for the runs of Sect. 5: falls of different samples do not add up; the theorems stand",
    experiments=("Batches",),
)
class Convergence(Tree):
    r"""Lemma 1 and Theorem 3 cover the algorithm that was run, whose $\rho$ is from the sampled objective (which the paper does
    not say): $\mathbb{E} \sum_t p_t \hat{\mathbb{E}}_t |s|^2 \le \frac{2 (F(x_1) - F_{low})}{\eta_1 \sigma_{min}}$ holds
    for it. (Assumptions 1, 3, with $\kappa_m = 3/2$, and 4 hold in the example.)"""

    method = SAMPLED

    def cases(self, rng: Any, size: int) -> Case:
        simple = {"eta1": 0.5, "eta2": 0.5, "gamma1": 2.0, "gamma2": 2.0, "gamma3": 1.0, "sigma_min": 1.0, "sigma0": 1.0}
        return settle(Tree.cases(self, rng, size), rng.random(size) < 0.3, NOISY | simple)

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Tree.domain(self, case, xp), xp.all(xp.all(case["a"] > 0, axis=-1), axis=-1))


def one(case: Case, xp: Any, method: SR2) -> Step:
    return iterate(case, xp, case["x"], case["sigma0"], case["xi"][..., 0], case["place"][..., 0], method)[2]


class SampledIteration(OneIteration):
    """One iteration whose rho is sampled; kappa is that of the full f, as Assumption 3 is printed."""

    model = Hypothesis(
        r"$|f(x + s) - f(x) - \langle g, s\rangle| \le \kappa_m |s|^2$ for the full $f$",
        lambda c, xp: c["kappa"] - ratio(one(c, xp, SR2()), xp),
    )

    def domain(self, case: Case, xp: Any) -> Any:
        step = one(case, xp, SAMPLED)
        there = xp.both(step.sums.missing == 0, xp.both(step.moved > 0, xp.negate(step.made.still)))
        return xp.both(xp.both(fine(case, xp), case["kappa"] > 0), xp.both(there, log_free(case, xp)))

    def margin(self, case: Case, xp: Any) -> Any:
        step = one(case, xp, SAMPLED)
        return (step.actual - case["eta2"] * step.predicted) / step.predicted

    def bound(self, case: Case, xp: Any) -> Any:
        step = one(case, xp, SAMPLED)
        return 1 + (xp.abs(step.sums.loss) + step.sums.terms) / step.predicted


@claim(
    "SR2.S5.sampled.T1",
    place="Section 5",
    expected="refuted",
    why="f_1 = 2x^2 - 3x, f_2 = -x^2 + 3x, x = 1, sigma = 2, kappa = eta2 = 0.5: full rho = 3/4, that of f_1 is 0",
    erratum="gap",
    fix="SR2.S5.sampled.T1.fix",
    falls="Theorem 1 for the runs of Sect. 5, as Assumptions 1 and 3 speak of the full f; with each f_i smooth it holds",
)
class TheoremOne(SampledIteration):
    r"""Theorem 1 covers the algorithm that was run, whose $\rho$ is from the sampled objective (which the paper does not say):
    under Assumption 3, $\rho \ge \eta_2$ from $\frac{2\kappa_m}{1 - \eta_2}$ on."""

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = OneIteration.cases(self, rng, size)
        values = {"a": np.array([[4.0], [-2.0]]), "c": 0.0, "b": np.array([[-3.0], [3.0]]), "x": 1.0, "kind": 0, "xi": 0}
        numbers = dict(zip(NAMES, (0.5, 0.5, 2.0, 2.0, 1.0, 1.0, 2.0), strict=True))
        return settle(case, rng.random(size) < 0.2, values | numbers | {"kappa": 0.5, "place": 0.0})


@claim(
    "SR2.S5.sampled.T1.fix",
    place="Section 5",
    expected="unrefuted",
    why="with the L of f for the largest of the f_i's it fails (SR2.S5.sampled.T1)",
)
class TheoremOneFix(SampledIteration):
    r"""Theorem 1 with $\rho$ from the sampled objective: $\rho \ge \eta_2$ from $\sigma_t \ge \frac{2 \hat\kappa}{1 -
    \eta_2}$ on, $\hat\kappa = \max_i L_i/2$, if every $f_i$ is $L_i$-smooth. No other assumption on the noise is needed."""

    model = Hypothesis(
        r"every $f_i$ is $L_i$-smooth, $L_i \le 2\kappa$", lambda c, xp: c["kappa"] - Samples(c).smoothness(xp, each=True) / 2
    )

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = OneIteration.cases(self, rng, size)
        each = np.max(np.abs(case["a"]), axis=(1, 2)) / 2
        case["kappa"] = np.maximum(each * (rng.uniform(0.1, 0.9, size) if without == "model" else 1.0), 1e-6)
        factor = rng.uniform(0.1, 0.95, size) if without == "large" else rng.choice([1.0, 1.0, 3.0], size)
        sigma = 2 * case["kappa"] / (1 - case["eta2"]) * factor * (1 + 1e-12)
        sigma = np.where(case["kind"] == HILL, np.maximum(sigma, 2.01 * case["lam"] if without is None else sigma), sigma)
        return case | {"sigma0": sigma, "sigma_min": sigma / 2}


@claim(
    "SR2.S5.sampled.fix",
    place="Section 5",
    expected="unrefuted",
    kind="run",
    why="half of max L_i/2 fails: noise does not enter, curvature does",
)
class Survives(Runs):
    r"""With $\rho$ from the sampled objective and every $f_i$ $L_i$-smooth, $\hat\kappa = \max_i L_i/2$: $\sigma_t \le
    \max(\sigma_0, \gamma_2 \sigma_{succ})$, Lemma 2's inequality, and $\mathrm{dist}(0, \hat\partial F(x_t + s)) \le (L +
    \sigma_t) |s| + |\nabla f(x_t) - g|$. (Theorem 2 holds by the same proof; $t(\epsilon)$ need not exist.)"""

    def domain(self, case: Case, xp: Any) -> Any:
        return fine(case, xp)

    def kappa(self, case: Case, xp: Any) -> Any:
        return Samples(case).smoothness(xp, each=True) / 2

    def margin(self, case: Case, xp: Any) -> Any:
        top = xp.maximum(case["sigma0"], case["gamma2"] * limits(case, self.kappa(case, xp), xp)[0])
        power, margins, smooth = case["sigma0"], [], Samples(case).smoothness(xp)
        for step in run(case, xp, SAMPLED):
            power = power * xp.where(step.made.failed, case["gamma1"], case["gamma3"])
            margins += [(top - step.made.sigma) / top, (step.made.sigma - power) / step.made.sigma]
            size = xp.norm(step.y - step.x, axis=-1)
            limit = (smooth + step.sigma) * size + noise(case, step, xp)
            scale = limit + step.sigma * (size + xp.norm(step.x, axis=-1))
            far = xp.where(step.made.taken, distance(case, step.y, xp), 0 * step.sigma)
            margins.append(xp.where(step.made.taken, (limit - far) / xp.where(scale > 0, scale, 1), 0 * step.sigma))
        return least(*margins, xp=xp)
