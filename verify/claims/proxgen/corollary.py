"""Corollary 1 and the remark on (C-4)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from verify.claims.proxgen.expectation import STEPS_OF_A_RUN, Enumerated, Repaired
from verify.claims.proxgen.setting import short
from verify.claims.proxgen.theorem_printed import Bound
from verify.evidence import Case, Fact, Lemma, claim
from verify.evidence.margins import column, relative
from verify.penalties import BinaryW


def spread(T: int, batch: Any) -> Fraction:
    """The mean over theta_2, ..., theta_{T+1} of E dist^2, exactly: f = x^2/2, R = 0, H = 3, sigma = 1, theta_1 = 1, batches
    b_t."""
    v, total = Fraction(1), Fraction(0)
    for t in range(1, T + 1):
        v = Fraction(4, 9) * v + Fraction(1, 9) / batch(t)
        total += v
    return total / T


def bound(T: int, batch: Any) -> Fraction:
    """Claim PG.T1.fix's: L = 1, 1/gamma = 3, so Q_1 = 2, Q_2 = 8, Q_3 = 0, Delta = 1/2."""
    return (2 * sum(Fraction(1) / batch(t) for t in range(1, T + 1)) + 4) / T


def jensen(p: Any) -> Any:
    """(E dist)^2 <= E dist^2 <= K/T, T >= K/eps^2."""
    first, second, K, T, eps = (
        p.nonnegative("E dist"),
        p.real("E dist^2"),
        p.nonnegative("K"),
        p.positive("T"),
        p.positive("eps"),
    )
    p.assume(first * first <= second, second * T <= K, T * eps * eps >= K)
    return p.conj(first * first * T <= eps * eps * T)


def cost(p: Any) -> Any:
    """T b = c T^2 gradients with T < K/eps^2 + 1 are fewer than c (K + eps^2)^2/eps^4."""
    K, T, E, c = p.nonnegative("K"), p.positive("T"), p.positive("eps^2"), p.positive("c")
    p.assume(T * E <= K + E)
    return c * (T * E) * (T * E) <= c * (K + E) * (K + E)


def collected(p: Any) -> Any:
    """b = c T in claim PG.T1.fix."""
    Q1, Q2, Q3, s2, gap, T, c = p.reals("Q1>= Q2>= Q3>= s2>= Delta T> c>")
    each = s2 / (c * T)
    return Q1 * each + Q2 * gap / T + Q3 / T == (Q1 * s2 / c + Q2 * gap + Q3) / T


class Scalar:
    """f = x^2/2 in one coordinate, R = 0: the variance of the iterate has a recursion, so that E dist^2 is exact."""

    def cases(self, rng: Any, size: int) -> Case:
        h = 3.0 * rng.choice([1.0, 1.0, 2.0, 5.0], size)
        case = {"h": h, "T": rng.integers(1, 65, size), "c": short(rng, 0.1, 10.0, size)}
        return case | {"w": short(rng, 1e-2, 10.0, size), "sigma": short(rng, 1e-2, 10.0, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["h"] > 1, case["c"] > 0), xp.both(case["T"] >= 1, case["T"] <= 64))

    def mean(self, case: Case, xp: Any, b: Any) -> Any:
        a, T = 1 / case["h"], case["T"]
        v, total = case["w"] * case["w"], 0 * a
        for t in range(64):
            v = (1 - a) * (1 - a) * v + a * a * case["sigma"] * case["sigma"] / b
            total = total + xp.where(t < T, v, 0 * v)
        return total / T


@claim(
    "PG.C1",
    place="Corollary 1",
    expected="refuted",
    why="f = 0, R = |x|, theta_1 = T + 1, steps of 1: dist is 1 at every iterate, Delta = 0; b has nothing to say",
    erratum="misprint",
    fix="PG.C1.fix",
    falls="nothing but the wording, as in Theorem 1 (PG.T1): with F for f, also in (C-1), and theta_a from theta_2 to "
    "theta_{T+1} both rates hold",
)
class Printed(Bound):
    r"""With $b_t = cT$ and the rest as in Theorem 1: the mean of $\mathrm{dist}(0, \hat\partial F(\theta_t))^2$ over $\theta_1,
    \ldots, \theta_T$ is at most $K/T$, $K = Q_1 \sigma^2/c + Q_2 \Delta + Q_3$, $\Delta = f(\theta_1) - f(\theta^*)$ (here
    without noise and momentum, $Q_2 = 8/(3\gamma)$, $Q_3 = 0$; others do not serve, see claim PG.T1). Not even a $K$ for each
    problem serves: where $\hat\partial R(\theta_1)$ is empty, as that of $R_{bin}$ is at 0, the mean is infinite for every
    $T$."""

    def facts(self) -> list[Fact]:
        R, h = BinaryW(lam=1.0, q=1.0), 0.125
        rise = float(R.value(np.array([h])) + R.value(np.array([-h])) - 2 * R.value(np.array([0.0]))) / h
        detail = f"(R(h) - R(0) - vh)/|h| at h and -h, h = {h}, adds up to {rise:g} whatever v is: one of them is negative"
        return [Fact("R_bin has a Frechet subgradient at 0", rise >= 0, detail)]


@claim(
    "PG.C1.fix",
    place="Corollary 1",
    kind="run",
    expected="unrefuted",
    why="0.99 Q_2, 0.85 Q_1, 0.14 Q_3, or 1 for Q_1 fails",
)
class LargeBatches(Enumerated):
    r"""With $b_t = cT$: $E\, \mathrm{dist}(0, \partial F(\theta_a))^2 \le K/T$, $K = Q_1 \sigma^2/c + Q_2 \Delta + Q_3$ with
    the constants, the $\Delta$ and the $\theta_a$ of claim PG.T1.fix, so $E\, \mathrm{dist} \le \epsilon$ for $T \ge
    K/\epsilon^2$ with at most $c (K/\epsilon^2 + 1)^2 = O(\epsilon^{-4})$ gradients. (Checked on its runs; $b = \Theta(\sqrt
    n)$ ties $T$ to the sample, so that only $\epsilon \ge (K^2/n)^{1/4}$, up to a constant, is reached in one pass.)"""

    above = Repaired.above

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = Enumerated.cases(self, rng, size, without)
        return case | {"r": case["r"][:, 0]}  # the root of b

    def every(self, case: Case) -> Case:
        return case | {"r": column(case["r"]) + 0 * case["alpha"]}

    def domain(self, case: Case, xp: Any) -> Any:
        return Enumerated.domain(self, self.every(case), xp)

    def margin(self, case: Case, xp: Any) -> Any:
        T, c = STEPS_OF_A_RUN, case["r"] * case["r"] / xp.constant(STEPS_OF_A_RUN)
        mean, fall, size = self.sums(self.every(case), xp)
        Q1, Q2, Q3 = self.constants(case, xp)
        noise = case["sigma"] * case["sigma"] / c
        K, scale = Q1 * noise + Q2 * fall + Q3, xp.abs(Q1) * noise + Q2 * size + xp.abs(Q3)
        return relative(K / T - mean, scale / T, xp)

    def proof(self) -> list[Lemma]:
        return [
            Lemma("the bound with b = c T", collected),
            Lemma("from the square", jensen),
            Lemma("the number of gradients", cost),
        ]


@claim(
    "PG.C1.long",
    place="Corollary 1",
    kind="run",
    form="own",
    expected="unrefuted",
    why="with 0.8 for 2 in Q_2 it fails",
)
class LongRuns(Scalar):
    r"""Claim PG.C1.fix for $T$ up to 64, on $f = x^2/2$, $R = 0$, where the left side is known."""

    room: Any = 2

    def margin(self, case: Case, xp: Any) -> Any:
        h, T = case["h"], case["T"]
        K = (h + 1) / (h - 1) * case["sigma"] * case["sigma"] / case["c"] + self.room * (h + 1) * case["w"] * case["w"] / 2
        return relative(K / T - self.mean(case, xp, case["c"] * T), K / T, xp)


@claim(
    "PG.C1.constant",
    place="Corollary 1, constant batches",
    kind="text",
    form="own",
    expected="refuted",
    why="b = 1: the mean tends to 1/5 = alpha sigma^2/(2 - alpha), T times it grows without bound",
    erratum="false",
    fix="PG.C1.fix",
    falls="nothing that is printed: b must grow with T",
)
class ConstantBatches:
    r"""$O(1/T)$ also for a constant $b$ that does not grow with $T$: $T$ times the mean of $E\, \mathrm{dist}^2$ stays below
    $10$ for $T = 4, 16, 64, 256$ ($f = x^2/2$, $R = 0$, $h = 3$, $\sigma = \theta_1 = 1$, $b = 1$, exactly)."""

    def facts(self) -> list[Fact]:
        values = {T: spread(T, lambda t: 1) for T in (4, 16, 64, 256)}
        return [Fact(f"T = {T}: T E dist^2 <= 10", T * v <= 10, f"mean {float(v):.4f}") for T, v in values.items()]


@claim(
    "PG.C1.growing",
    place="after Theorem 1, b_t = t",
    kind="text",
    form="own",
    expected="proved",
    why="O(1/T) would fail the third fact",
)
class GrowingBatches:
    r"""$b_t = t$ gives convergence, at most $(Q_1 \sigma^2 (1 + \ln T) + Q_2 \Delta + Q_3)/T$, but not $O(1/T)$: in the same
    example $T$ times the mean grows by more than $1/4$ each time $T$ grows fourfold. With $b_t = T$ it tends to $1$. (So the
    printed example is right, and slower by a logarithm; the theorem's sum begins at $t = 0$, where $b_0 = 0$: from $t = 1$ it
    is meant.)"""

    def facts(self) -> list[Fact]:
        sizes = (4, 16, 64, 256)
        slow = {T: T * spread(T, lambda t: t) for T in sizes}
        fast = {T: T * spread(T, lambda t, T=T: T) for T in sizes}
        steps = [float(slow[4 * T] - slow[T]) for T in sizes[:-1]]
        below = all(spread(T, lambda t: t) <= bound(T, lambda t: t) for T in sizes)
        logs = all(bound(T, lambda t: t) <= (2 * Fraction(1 + np.log(T)) + 4) / T for T in sizes)
        return [
            Fact("the means are below the bound of PG.T1.fix", below, ", ".join(f"{float(v):.3f}" for v in slow.values())),
            Fact("the bound is below that with 1 + ln T", logs, "T = 4, 16, 64, 256"),
            Fact("T times the mean grows by more than 1/4", min(steps) > 0.25, ", ".join(f"{s:.3f}" for s in steps)),
            Fact(
                "with b = T it tends to 1",
                abs(fast[256] - 1) < Fraction(1, 1000),
                ", ".join(f"{float(v):.4f}" for v in fast.values()),
            ),
        ]
