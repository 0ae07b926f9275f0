"""What proximal SGD can identify (Section 1 and its footnote 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import mostly
from verify.methods.prox_sgd import ProxSGD
from verify.methods.sgd import Descent, Velocity
from verify.penalties.l1 import L1


def plain_step(w: Any, g: Any, eta: Any, lam: Any, xp: Any) -> Any:
    """One step of prox-SGD with l1."""
    return ProxSGD().step(Velocity(0 * w), w, g, Descent(eta), L1._unchecked(lam=lam), xp)[1]


class TwoOutcomes:
    """f_xi = h w^2/2 + xi b w, xi = +-1, in d = 1: f has its minimum at 0, where the gradient's variance is b^2."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {"w": mostly(rng, np.round(rng.normal(size=size), 1), 0.0, 0.5), "h": rng.choice([1.0, 0.5], size)}
        case |= {"b": rng.choice([0.5, 1.0, 2.0, 0.1], size), "lam": rng.choice([1.0, 2.0, 0.5], size)}
        return case | {"eta": rng.choice([0.5, 1.0, 0.1], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        positive = xp.both(case["eta"] > 0, xp.both(case["h"] > 0, case["lam"] > 0))
        return xp.both(positive, case["eta"] * case["h"] <= 1)


@claim(
    "RMDA.S1.sgd",
    place="Section 1, and Section 3 before Definition 1",
    expected="refuted",
    why="f_xi = w^2/2 + xi w/2, xi = +-1, lambda = 1: at 0 every step of every size stays at 0, the variance is 1/4 for ever",
    erratum="false",
    fix="RMDA.S1.sgd.fix",
    falls="that variance reduction is necessary (abstract), and RMDA.S51.only; that it fails if |g_i| > lambda has a "
    "positive probability survives",
    experiments=("Batches", "DataSets", "Fig1a", "Fig1c", "Interpolation", "Momentum", "Regimes", "Sampling", "Steps"),
)
class CannotIdentify(TwoOutcomes):
    r"""Proximal SGD cannot identify, because of the gradient's variance: at the limit $w = 0$ some outcome with variance $b^2
    > 0$ leaves it."""

    noisy = Hypothesis(r"$b > 0$", lambda c, xp: c["b"], strict=True)

    def margin(self, case: Case, xp: Any) -> Any:
        zero = 0 * case["w"]
        ends = [plain_step(zero, sign * case["b"], case["eta"], case["lam"], xp) for sign in (1, -1)]
        return xp.where(xp.abs(ends[0]) + xp.abs(ends[1]) > 0, 1 + zero, zero - 1)


@claim(
    "RMDA.S1.sgd.fix",
    place="Section 1",
    expected="proved",
    why="with the threshold eta lambda, or lambda/2, for lambda it fails",
    experiments=("Interpolation",),
)
class Threshold(TwoOutcomes):
    r"""What decides is not the variance but whether sampled gradients exceed $\lambda$: a zero coordinate of prox-SGD with
    $\ell_1$ stays 0 in a step if and only if $|g_i| \le \lambda$, whatever $\eta$ (so it is left again and again, with
    $\eta_t \to 0$ too, if $P(|g_i| > \lambda) > 0$ near $W^*$); and where $|g_i| \le M \le \lambda$, $|w_i^+| \le \max(|w_i|
    - \eta (\lambda - M), 0)$: identified after $\frac{|w_i|}{\eta (\lambda - M)}$ steps."""

    def cases(self, rng: Any, size: int) -> Case:
        case = TwoOutcomes.cases(self, rng, size)
        g = case["lam"] * np.where(rng.random(size) < 0.3, rng.choice([-1.0, 1.0], size), rng.uniform(-2, 2, size))
        M = np.where(rng.random(size) < 0.5, np.abs(g), rng.uniform(0, 1, size) * case["lam"])
        return {"w": case["w"], "g": g, "lam": case["lam"], "eta": case["eta"], "M": M}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["eta"] > 0, xp.both(case["lam"] >= 0, case["M"] >= 0))

    def margin(self, case: Case, xp: Any) -> Any:
        w, g, eta, lam, M = (case[n] for n in ("w", "g", "eta", "lam", "M"))
        left = xp.abs(plain_step(0 * w, g, eta, lam, xp))
        excess = eta * xp.maximum(xp.abs(g) - lam, 0)
        bounded = xp.both(xp.abs(g) <= M, lam >= M)
        shrunk = xp.maximum(xp.abs(w) - eta * (lam - M), 0) - xp.abs(plain_step(w, g, eta, lam, xp))
        return xp.minimum(-xp.abs(left - excess), xp.where(bounded, shrunk, 0 * w))

    def bound(self, case: Case, xp: Any) -> Any:
        return 1 + xp.abs(case["w"]) + case["eta"] * (xp.abs(case["g"]) + case["lam"])

    def proof(self) -> list[Lemma]:
        def stays(p: Any) -> Any:
            g, eta, lam = p.real("g"), p.positive("eta"), p.nonnegative("lam")
            w = plain_step(0 * g, g, eta, lam, p.xp)
            return p.conj((w == 0) == (p.xp.abs(g) <= lam), p.xp.abs(w) == eta * p.xp.maximum(p.xp.abs(g) - lam, 0))

        def shrinks(p: Any) -> Any:
            w, g, eta, lam, M = p.real("w"), p.real("g"), p.positive("eta"), p.nonnegative("lam"), p.nonnegative("M")
            p.assume(p.xp.abs(g) <= M, lam >= M)
            after = plain_step(w, g, eta, lam, p.xp)
            return p.xp.abs(after) <= p.xp.maximum(p.xp.abs(w) - eta * (lam - M), 0)

        return [
            Lemma("0 is kept if and only if |g| <= lambda", stays),
            Lemma("a coordinate with small gradients shrinks", shrinks),
        ]
