"""Theorem 3.1: the expected cost of modified RDA converges at the rate 1/sqrt t."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.mrda.cost import Cost, Growing
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.methods.mrda import MRDA
from verify.methods.sda import Weight
from verify.penalties.l1 import L1


def sum_lemma(p: Any) -> Any:
    """1/sqrt t <= 2 (sqrt t - sqrt(t-1)): with equality at t = 2 of 1 + sum <= 2 sqrt(t-1) it sums up."""
    a, b = p.positive("sqrt t"), p.nonnegative("sqrt(t-1)")
    p.assume(a * a - b * b == 1)
    return 1 / a <= 2 * (a - b)


class Roots(Growing):
    """beta_t = gamma sqrt t."""

    complete_proof = False

    def growth(self, t: Any, xp: Any) -> Any:
        return xp.sqrt(t)

    def proof(self) -> list[Lemma]:
        return [Lemma("the sum of 1/sqrt tau", sum_lemma)]


@claim(
    "MRDA.T3.1",
    place="Theorem 3.1, with (34)",
    expected="unrefuted",
    kind="existence",
    why="G^2/(4 gamma) for G^2/gamma, or Q without the factor 1 + G/lambda, fails",
    experiments=("DualAveraging",),
)
class Rate(Roots):
    r"""With (34), $\lambda |w_1|_1 \le Q$ and $\lambda > 0$, $w_1$ independent of the samples, $\beta_t = \gamma \sqrt t$ and
    convex losses: $E \phi(\bar w_t) - \phi^* = O(\frac{1}{\sqrt t})$, explicitly at most $\frac{1}{\sqrt t} (Q (1 +
    \frac{G}{\lambda}) + \gamma D^2 + \frac{G^2}{\gamma})$ for all $t \ge 1$; $\gamma = \frac GD$ gives $\frac{2 G D}{\sqrt
    t}$ for the last two."""

    positive = Hypothesis(r"$\lambda > 0$", lambda c, xp: c["lam"], strict=True)

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = Roots.cases(self, rng, size)
        if without == "positive":
            return case | {"lam": 0 * case["lam"], "w1": 100 * (1 + np.abs(case["w1"]))}
        return case | {"lam": np.where(case["lam"] > 0, case["lam"], case["G"])}

    def room(self, case: Case, cost: Cost, D2: Any, xp: Any) -> Any:
        G, gamma, lam = case["G"], case["gamma"], case["lam"]
        Q = lam * xp.abs(case["w1"])
        start = Q * (1 + G / xp.where(lam > 0, lam, 1 + 0 * lam))
        return xp.sqrt(xp.constant(cost.t)) * (start + gamma * D2 + G * G / gamma)


@claim(
    "MRDA.T3.1.sharp",
    place="Theorem 3.1",
    expected="unrefuted",
    kind="existence",
    why="sqrt(t-2) for sqrt(t-1), or (Q + G E|w_1|)/t halved, fails",
)
class Finer(Roots):
    r"""For $t \ge 2$ and every $\lambda \ge 0$: $E \phi(\bar w_t) - \phi^* \le \frac{1}{t} (Q + G\,E |w_1|) + (\gamma D^2 +
    \frac{G^2}{\gamma}) \frac{\sqrt{t-1}}{t}$. The order is the best: one fixed function of equal angles loses at least
    $(\frac38 \gamma B^2 + \frac{2 G^2}{3 \gamma}) \frac{1}{\sqrt t}$ in the limit, $B^2 = 2 D^2$."""

    def room(self, case: Case, cost: Cost, D2: Any, xp: Any) -> Any:
        G, gamma = case["G"], case["gamma"]
        start = (case["lam"] + G) * xp.abs(case["w1"])
        if cost.t == 1:
            return start + G * xp.sqrt(2 * D2)
        return start + (gamma * D2 + G * G / gamma) * xp.sqrt(xp.constant(cost.t - 1))


@claim(
    "MRDA.T3.1.literal",
    place="Theorem 3.1, as it is stated",
    expected="refuted",
    form="printed",
    kind="existence",
    why="f = w, Psi = |w|, P(w_1 = 2^k) = 2^-k for k >= 1: E phi of the mean is 2 E w_1/t = infinity for every t",
    erratum="gap",
    fix="MRDA.T3.1",
    falls="nothing but the statement: (34) is assumed in the appendix",
)
class WithoutQ:
    r"""The rate for any random $w_1$, without (34): one constant $C$ with $E \phi(\bar w_t) - \phi^* \le \frac{C}{\sqrt t}$
    for all laws of $w_1$. Here $f = w$, $\Psi = |w|$, $P(w_1 = 2^k) = 2^{-k}$ for $1 \le k \le K$ and 0 else, $t = 4$; since
    the sums grow with $K$, none serves the law of all $k$."""

    def cases(self, rng: Any, size: int) -> Case:
        return {"C": np.round(log_uniform(rng, 1.0, 10.0, size)), "K": rng.integers(1, 30, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["C"] >= 1, xp.both(case["K"] >= 1, case["K"] <= 30))

    def margin(self, case: Case, xp: Any) -> Any:
        C, K = case["C"], case["K"]
        expected, one, weight = 0 * C, 1 + 0 * C, 1 + 0 * C
        for k in range(1, 31):
            weight = weight / 2
            w = total = one * 2**k
            state, map_ = MRDA().init(w, Weight(one), None, xp), L1._unchecked(lam=one)
            for t in (1, 2, 3):
                state, w = MRDA().step(state, w, one, Weight(one * t), map_, xp)  # 0, with any other weights too
                total = total + w
            mean = total / 4
            expected = expected + xp.where(k <= K, weight * (mean + xp.abs(mean)), 0 * C)
        return C / 2 - expected
