"""Lemma 1: its constant is attained, and the index of its sum."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from verify.claims.sr2.watch import Bowls, Counted, watch
from verify.evidence import Case, Fact, claim
from verify.methods.sr2 import SR2, Adaptive, Regularisation


class Lattice:
    """R(k) = -k/2 at k = 0, ..., n, infinite elsewhere; prox takes the largest of equally good points."""

    def __init__(self, n: int) -> None:
        self.n = n

    def _value(self, x: Any, xp: Any) -> Any:
        return -x / 2

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        best, at = None, 0 * z
        for k in range(self.n + 1):
            cost = (k - z) * (k - z) / (2 * t) - Fraction(k, 2)
            at = at if best is None else xp.where(cost <= best, k, at)
            best = cost if best is None else xp.minimum(best, cost)
        return at + 0 * z


def lattice_run(n: int, eta: Fraction) -> tuple[int, Fraction]:
    """|S'| and B eps^2 on a staircase: f(k) = k (1 - eta)/2, f'(k) = 0 at the integers."""
    from verify.arrays.exact import RationalArrays

    xp, one = RationalArrays(), np.array([Fraction(1)])
    rules, penalty, method = Adaptive(eta, eta, 2, 2, one, one, one), Lattice(n), SR2()
    x, state, count = np.array([Fraction(0)]), Regularisation(one), 0

    def drop(w: Any, y: Any) -> Any:
        return (w - y) * (1 - eta) / 2

    while True:
        state, after = method.step(state, x, 0 * x, rules, penalty, xp, drop)
        if (after == x).all():
            return count, 2 * (Fraction(n, 2) - n * (1 - eta) / 2) / eta
        x, count = after, count + int(abs(after - x)[0] == 1)


@claim(
    "SR2.L1.sharp",
    place="Lemma 1",
    expected="proved",
    kind="text",
    why="with another tie taken, or eta1 above rho, the run stops; dropping eta1 from the constant is caught here",
)
class Attained:
    r"""The constant $\frac{2}{\eta_1}$ is attained: $R(k) = -\frac k2$ on $\{0, \ldots, n\}$, $\sigma = 1$, $f(k) = \frac{(1 -
    \eta_1) k}{2}$ with $f'(k) = 0$ ($f$ smooth between). Every step is the tie $s = 1$ with $\rho = \eta_1$, so for $\epsilon
    \to 1$ there are $n = \frac{2 (F(x_1) - F_{low})}{\eta_1 \sigma_{min}}$ successes. (For convex $R$ half the bound holds.)"""

    def facts(self) -> list[Fact]:
        rows = [(n, eta, *lattice_run(n, eta)) for n, eta in ((20, Fraction(1, 2)), (7, Fraction(1, 10)), (5, Fraction(9, 10)))]
        return [
            Fact(f"n = {n}, eta1 = {eta}: the bound is attained", count == n == limit, f"{count} successes, bound {limit}")
            for n, eta, count, limit in rows
        ]


@claim(
    "SR2.L1.index",
    place="proof of Lemma 1",
    expected="refuted",
    kind="run",
    why="f = x^2/2, x = 1, sigma = 2, eps = 0.6: t(eps) = 1, the sum is F(1) - F(1/2) = 3/8 and the right side 0",
    erratum="misprint",
    fix="SR2.L1.index.fix",
    falls="t(eps) itself is to be left out; F(x_low) there is F_low, and x_0, sigma_0 of the Algorithm are x_1, sigma_1",
)
class Index(Bowls):
    r"""$F(x_1) - F(x_{t(\epsilon)}) = \sum_{t = 1}^{t(\epsilon)} (F(x_t) - F(x_{t + 1}))$ (exact gradients)."""

    def margin(self, case: Case, xp: Any) -> Any:
        count = watch(case, xp)
        return xp.where(count.reached, -xp.abs(count.fall - count.fall_before), 0 * count.fall)


@claim(
    "SR2.L1.index.fix",
    place="proof of Lemma 1",
    expected="unrefuted",
    kind="run",
    why="with the fall at t(eps) included it is SR2.L1.index, refuted",
)
class IndexFix(Counted):
    r"""$F(x_1) - F(x_{t(\epsilon)}) = \sum_{t = 1}^{t(\epsilon) - 1} (F(x_t) - F(x_{t + 1}))$, each side a value of $F$ on its
    own (exact gradients)."""

    def margin(self, case: Case, xp: Any) -> Any:
        count = watch(case, xp)
        difference = self.height(case, xp) - self.height(case | {"x": count.x}, xp) - count.fall_before
        return xp.where(count.reached, -xp.abs(difference), 0 * difference)
