"""Exact worst cases: the regret of dual averaging, and the proximal gradient method, with rational certificates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from verify.evidence import Evidence, Fact, Lemma, claim
from verify.evidence.certificate import certify
from verify.evidence.performance import beside, dual_averaging_regret, proximal_gradient_gap
from verify.evidence.semidefinite import dual_averaging, proximal_gradient

TOLERANCE = Fraction(1, 10**6)
WEIGHTS = {
    "constant": [Fraction(1)] * 5,
    "like sqrt t": [Fraction(w) for w in ("1", "1.4142", "1.7321", "2", "2.2361")],
    "like t": [Fraction(w) for w in (1, 2, 3, 4, 5)],
}


def regret(a: Sequence[Fraction], beta: Sequence[Fraction], G: Fraction, B: Fraction) -> Fraction:
    """The regret of gradients of norm G with |g_1 + ... + g_k| = a_k, against the worst point: a concave quadratic in a."""
    t = len(a)
    if t == 1:
        return B * a[0]
    earned = G * G / 2 * (1 / beta[0] + sum(1 / beta[k] for k in range(t - 1)))
    bent = sum(a[k] * a[k] / 2 * (1 / beta[k - 1] - 1 / beta[k]) for k in range(1, t - 1))
    return earned + B * a[-1] - a[-1] * a[-1] / (2 * beta[t - 2]) - bent


def worst(beta: Sequence[Fraction], G: Fraction, B: Fraction) -> tuple[Fraction, list[Fraction]]:
    """The exact maximum over a_1 = G, |a_k - a_{k-1}| <= G <= a_k + a_{k-1}, and where it is: every choice of tight
    conditions, each run of dependent a_k at the top of its parabola."""
    t, best = len(beta), (Fraction(-1), [G])
    for pattern in product(("free", "+", "-", "fold"), repeat=t - 1):
        a = _at(("fixed", *pattern), beta, G, B)
        if a and all(x >= 0 for x in a) and all(abs(y - x) <= G <= x + y for x, y in pairwise(a)):
            best = max(best, (regret(a, beta, G, B), a))
    return best


def _at(pattern: Sequence[str], beta: Sequence[Fraction], G: Fraction, B: Fraction) -> list[Fraction]:
    """The a of a pattern; empty where a free run has no top."""
    t, a, runs = len(pattern), [Fraction(0)] * len(pattern), []
    for k, kind in enumerate(pattern):
        if kind in ("fixed", "free"):
            runs.append([(k, Fraction(1), Fraction(0))])
        else:
            _, sign, shift = runs[-1][-1]
            runs[-1].append((k, -sign, G - shift) if kind == "fold" else (k, sign, shift + (G if kind == "+" else -G)))
    for run in runs:
        value = G
        if pattern[run[0][0]] == "free":
            slope, curve = Fraction(0), Fraction(0)
            for k, sign, shift in run:
                weight = 1 / beta[t - 2] if k == t - 1 else 1 / beta[k - 1] - 1 / beta[k]
                slope += sign * ((B if k == t - 1 else 0) - weight * shift)
                curve += weight
            if curve == 0:
                return []
            value = slope / curve
        for k, sign, shift in run:
            a[k] = sign * value + shift
    return a


def sharp(beta: Sequence[Any], G: Any, B: Any) -> Any:
    """The bound of MRDA.L7.4.sharp for w_1 = w_0, Psi = 0."""
    t = len(beta)
    return G * B if t == 1 else beta[t - 2] * B * B / 2 + G * G / 2 * (1 / beta[0] + sum(1 / w for w in beta[: t - 1]))


@claim(
    "MRDA.L7.4.worst",
    place="Lemma 7.4",
    kind="text",
    form="own",
    expected="proved",
    why="a certificate below the exact value would be a contradiction; 1 % less room in the dual is not semidefinite",
)
class WorstRegret:
    r"""The exact worst regret of some games: $t \le 5$, $\Psi = 0$, $w_1 = w_0$, $G = 1$, $B \in \{1, \frac32\}$, and
    $\beta_t$ equal to 1, to $\sqrt t$ (four decimals) or to $t$, over all convex losses with $|g_t| \le G$ and $|w|^2 \le B^2 =
    2 D^2$ in two or more dimensions: the maximum of a concave quadratic in $a_k = |g_1 + \cdots + g_k|$ (below, solved
    exactly) and a semidefinite certificate in rational numbers (above), equal to $10^{-6}$. For $\beta = 1$ and $t \ge 2$ it is
    $\Delta_t = \beta D^2 + \frac{t G^2}{2\beta}$ exactly."""

    def facts(self) -> list[Fact]:
        found, G = [], Fraction(1)
        for name, weights in WEIGHTS.items():
            for B in (Fraction(1), Fraction(3, 2)):
                for t in range(1, 6):
                    beta = weights[:t]
                    value, _ = worst(beta, G, B)
                    above, most = certify(dual_averaging(beta, G, B)).bound, sharp(beta, G, B)
                    shown = f"worst {float(value):.6f}, certified {float(above):.6f}, bound {float(most):.6f}"
                    closed = value <= above <= value + TOLERANCE and value <= most
                    if name == "constant" and t >= 2:
                        closed = closed and value == most
                    found.append(Fact(f"beta {name}, B = {B}, t = {t}", closed, shown))
        return found

    def proof(self) -> list[Lemma]:
        def abel(p: Any) -> Any:
            """One step of the summation: n = |g|^2, before = |s_{k-1}|^2, inner = <g, s_{k-1}>, after = |s_k|^2."""
            n, before, inner, after = p.reals("n before inner after")
            beta = p.positive("beta")
            p.assume(after == before + 2 * inner + n)
            return -inner / beta == (n - after + before) / (2 * beta)

        return [Lemma("the regret is that quadratic, a step at a time", abel)]

    def rate(self, rng: Any, budget: str) -> list[Evidence]:
        """Also by PEPit where it is installed, for beta = sqrt t and G = B = 1."""

        def beta(t: int) -> list[float]:
            return [math.sqrt(k) for k in range(1, t + 1)]

        return beside("regret", lambda t: dual_averaging_regret(beta(t), 1.0, 1.0), lambda t: sharp(beta(t), 1.0, 1.0), budget)


def attained(steps: int) -> Fraction:
    """F(x_N) - F* for f = x/(2N), h = 0 on x >= 0 and infinite elsewhere, from x_0 = 1, by the method itself."""
    slope, x = Fraction(1, 2 * steps), Fraction(1)
    for _ in range(steps):
        x = max(x - slope, Fraction(0))
    return slope * x


@claim(
    "MRDA.E8.worst",
    place="Eq. 8 and 9, without noise",
    kind="text",
    form="own",
    expected="proved",
    why="the textbook bound 1/(2N) is twice too large; 1/(4N + 2), that of the gradient method alone, is too small",
)
class WorstProximalGradient:
    r"""The proximal gradient method (8) with exact gradients and $\alpha = \frac1L$, $f$ convex and $L$-smooth, $\Psi$ convex:
    $\phi(w_N) - \phi^* \le \frac{L |w_0 - w^*|^2}{4N}$, for $N \le 5$ by a certificate in rational numbers (to $10^{-6}$), and
    attained by $f = \frac{L x}{2N}$ on $x \ge 0$ from $x = 1$ ($L = 1$ is general)."""

    def facts(self) -> list[Fact]:
        found = []
        for steps in range(1, 6):
            above, below, most = certify(proximal_gradient(steps)).bound, attained(steps), Fraction(1, 4 * steps)
            closed = below == most and most <= above <= most + TOLERANCE
            found.append(Fact(f"N = {steps}: {most}", closed, f"certified {float(above):.8f}, attained {below}"))
        return found

    def rate(self, rng: Any, budget: str) -> list[Evidence]:
        return beside("proximal gradient", proximal_gradient_gap, lambda t: 1 / (4 * t), budget)
