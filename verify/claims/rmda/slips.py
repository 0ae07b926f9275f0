"""The proof of Theorem 2: slips by which the theorem does not fall, one of them perhaps of the extraction."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from verify.claims.rmda.setting import l1, largest
from verify.evidence import Case, Fact, claim
from verify.evidence.margins import column
from verify.methods.mda import Mixing
from verify.methods.rmda import RMDA


@claim(
    "RMDA.T2.E25",
    place="the proof of Theorem 2, Eq. 25, as extracted",
    expected="refuted",
    why="psi = 0, W_0 = 0, g = eta = 1: W~_1 = -1 and U = -2, but the only subgradient is 0",
    form="printed",
    erratum="misprint",
    fix="RMDA.T1.path",
    falls="nothing, should the PDF have a plus too: (21) has the sign, and (27) goes on with it",
)
class SignOf25:
    r"""$U_t = -\frac{V_t}{\alpha_t} + \frac{\beta_t}{\alpha_t} (\tilde W_t - W_0)$ is a subgradient of $\psi$ at $\tilde W_t$.
    Here the first step with $\ell_1$. ((21) has a minus.)"""

    def cases(self, rng: Any, size: int) -> Case:
        case = {n: np.round(rng.normal(size=(size, 1)) * 2) for n in ("w0", "g")}
        return case | {"eta": rng.choice([1.0, 1.0, 0.5], size), "lam": rng.choice([0.0, 0.0, 1.0, 0.5], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["eta"] > 0, case["lam"] >= 0)

    def margin(self, case: Case, xp: Any) -> Any:
        w0, penalty = case["w0"], l1(case)
        state, w = RMDA().step(RMDA().restart(w0, xp), w0, case["g"], Mixing(column(case["eta"]), 1), penalty, xp)
        U = -state.V / state.alpha + (w - w0) / state.alpha
        return -largest(penalty._subgradient_gap(w, -U, xp), xp)


@claim(
    "RMDA.T2.smooth",
    place="the proof of Theorem 2, below Eq. 27",
    expected="refuted",
    why="f = max(w, 0)^2/2, psi = 0, M = R: second differences at 0 of 1 and 0, so that F on M is not C^2",
    form="printed",
    kind="text",
    erratum="gap",
    fix="RMDA.T1.fix",
    falls="nothing: the identification lemma, applied to psi with the tilt grad f(W*), asks of f a Lipschitz gradient only. "
    "The sentence is right where f is C^2 near W*",
)
class PartlySmoothSum:
    r"""If $\psi$ is partly smooth at $W^*$ relative to $M$ so is $f + \psi$, $f$ with a Lipschitz gradient, as assumed. By
    Definition 1 $f$ is then $C^2$ on $M$. Here $f = \frac12 \max(w, 0)^2$ on $M = \mathbb{R}$ at 0."""

    def facts(self) -> list[Fact]:
        def f(w: Fraction) -> Fraction:
            return max(w, Fraction(0)) ** 2 / 2

        found = []
        for h in (Fraction(1, 10), Fraction(1, 1000)):
            right, left = (((f(2 * s) - 2 * f(s) + f(Fraction(0))) / (h * h)) for s in (h, -h))
            found.append(Fact(f"second differences of both sides, h = {h}", right == left, f"{right} and {left}"))
        return found


@claim(
    "RMDA.T2.sums",
    place="the proof of Theorem 2, below Eq. 27",
    expected="refuted",
    why="indicators of {y = 0} and {y = exp(-1/x^2) sin(pi/x)}: together of the points 0 and +-1/n, where rho grows as n^2",
    form="printed",
    kind="text",
    erratum="gap",
    fix="RMDA.T1.fix",
    falls="nothing: one of the two terms is f, and with a Lipschitz gradient it only adds to rho",
)
class ProxRegularSum:
    r"""The sum of two prox-regular functions is prox-regular: one $\rho$ serves all points near $W^*$. Here the indicators of
    two smooth curves, $y = 0$ and $y = e^{-1/x^2} \sin \frac\pi x$, at $W^* = 0$, $V^* = 0$. They meet in 0 and all $(\pm
    \frac1n, 0)$, isolated points at which every $V$ is a subgradient: $V = (v, 0)$, $W_2 = (\frac1n, 0)$, $W_1 = (\frac1{n-1},
    0)$ in Definition 2 need $\rho \ge v n (n - 1)$ (or twice that), for any $v > 0$."""

    def facts(self) -> list[Fact]:
        v, needed = Fraction(1, 100), {}
        for n in (10, 100, 1000, 10000):
            gap = Fraction(1, n - 1) - Fraction(1, n)
            needed[n] = v * gap / gap**2
        return [
            Fact(
                f"rho = {rho} serves n = 10, ..., 10^4, v = 1/100",
                rho >= max(needed.values()),
                f"n = 10^4 needs {needed[10000]}",
            )
            for rho in (10, 1000, 100000)
        ]
