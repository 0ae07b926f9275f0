"""Lemmas 7.1 to 7.3: how U_t exceeds V_t, V_t is smooth, and V_t follows V_{t-1}."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.mrda.setting import conjugate, psi, support
from verify.claims.mrda.support import Functions, reached
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform, mostly
from verify.evidence.margins import least, square


class LemmaOne(Functions):
    def spare(self, case: Case, xp: Any) -> Any:
        s, t, beta = case["s"], case["t"], case["beta"]
        return conjugate(case, s, t, beta, xp) + beta * case["B"] * case["B"] / 2 - support(case, s, t, xp)


@claim(
    "MRDA.L7.1",
    place="Lemma 7.1, as extracted",
    expected="refuted",
    why="d = 1, Psi = 0, D^2 = 1/2, t = beta = s = 1: U = 1 = V + beta D^2",
    erratum="misprint",
    fix="MRDA.L7.1.fix",
    falls="nothing, should the PDF have < too: Xiao's Lemma 9 has <=, and (54) uses no more",
)
class Strict(LemmaOne):
    r"""$U_t(s) < V_t(s) + \beta_t D^2$, strictly, as the text has it."""

    d = 1

    def margin(self, case: Case, xp: Any) -> Any:
        spare = self.spare(case, xp)
        return xp.where(spare > 0, spare, spare - 1)


@claim(
    "MRDA.L7.1.fix",
    place="Lemma 7.1",
    expected="proved",
    why="beta D^2/2 for beta D^2 fails where |S(s, t lambda)| = beta B",
)
class Weak(LemmaOne):
    r"""$U_t(s) \le V_t(s) + \beta_t D^2$, with equality if and only if $V_t$ has a maximiser with $h = D^2$, or with $h \le
    D^2$ where $\beta_t = 0$; for $\ell_1$ the difference is $\frac{(|S(s, t\lambda)| - \beta_t B)^2}{2 \beta_t}$."""

    def margin(self, case: Case, xp: Any) -> Any:
        return self.spare(case, xp)

    def proof(self) -> list[Lemma]:
        def any_pair(p: Any) -> Any:
            """For w in the ball: what U maximises is what V maximises, plus beta h(w)."""
            inner, t, value, beta, h, most, v = p.reals("<s,w-w0> t Psi beta h D^2 V")
            p.assume(v >= inner - t * value - beta * h, h <= most, beta >= 0)
            return inner - t * value <= v + beta * most

        def attained(p: Any) -> Any:
            """What attains U = V + beta D^2 attains V too, and beta h is beta D^2 there."""
            most, v, beta, h, reward = p.reals("D^2 V beta h(w) <s,w-w0>-t_Psi(w)")
            p.assume(beta >= 0, h <= most, v >= reward - beta * h, reward == v + beta * most)
            return p.conj(reward - beta * h == v, beta * h == beta * most)

        def attains(p: Any) -> Any:
            """And such a maximiser of V attains it."""
            most, v, beta, h, reward, u = p.reals("D^2 V beta h(w) <s,w-w0>-t_Psi(w) U")
            p.assume(beta >= 0, u <= v + beta * most, u >= reward, reward - beta * h == v)
            p.assume(p.disj(h == most, p.conj(beta == 0, h <= most)))
            return u == v + beta * most

        def l1(p: Any) -> Any:
            size, beta, radius = p.nonnegative("|S|"), p.positive("beta"), p.nonnegative("B")
            gap = size * size / (2 * beta) + beta * radius * radius / 2 - size * radius
            return gap == (size - beta * radius) * (size - beta * radius) / (2 * beta)

        return [
            Lemma("for every Psi and h", any_pair),
            Lemma("equality only there", attained),
            Lemma("and there", attains),
            Lemma("the difference for l1", l1),
        ]


@claim(
    "MRDA.L7.2",
    place="Lemma 7.2",
    expected="unrefuted",
    why="1/4 for 1/2 in (43), or sigma(t+1) for sigma t, fails where Psi = sigma w^2/2, which attains both",
)
class Smooth(Functions):
    r"""$V_t$ is convex, $\nabla V_t(s) = \pi_t(s) - w_0$, $|\nabla V_t(s) - \nabla V_t(s')| \le \frac{|s - s'|}{\sigma t +
    \beta_t}$ and (43), for $h$ with convexity parameter 1. Both constants are attained. Here $h = \frac\kappa2 |w|^2$."""

    complete_proof = False  # that V_t is differentiable is Danskin's theorem

    parameter = Hypothesis(r"$h$ is 1-strongly convex ($\kappa \ge 1$)", lambda c, xp: c["kappa"] - 1)

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        kappa = 0.5 if without == "parameter" else mostly(rng, log_uniform(rng, 1.0, 3.0, size), 1.0, 0.6)
        case = Functions.cases(self, rng, size)
        return case | {"kappa": kappa + 0 * case["B"], "t": np.where(rng.random(size) < 0.1, 0, case["t"])}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Functions.domain(self, case | {"t": case["t"] + 1}, xp), case["kappa"] > 0)

    def margin(self, case: Case, xp: Any) -> Any:
        s, e, t, weight = case["s"], case["e"], case["t"], case["kappa"] * case["beta"]
        mu = case["sigma"] * t + case["beta"]
        first, second = reached(case, s, t, weight, xp), reached(case, s + e, t, weight, xp)
        rise = conjugate(case, s + e, t, weight, xp) - conjugate(case, s, t, weight, xp) - xp.dot(e, first)
        size = xp.dot(e, e) / (2 * mu)
        steep = xp.norm(e, axis=-1) - mu * xp.norm(second - first, axis=-1)
        scale = self.bound(case, xp) / (size + self.bound(case, xp))
        return least((size - rise) * scale, rise * scale, steep, xp=xp)

    def proof(self) -> list[Lemma]:
        def above(p: Any) -> Any:
            """Names: the objective at pi(s) and at any w, e = w - pi(s), q = |e|^2, inner products with g."""
            mu, n, q = p.positive("mu"), p.nonnegative("|g|^2"), p.nonnegative("|e|^2")
            inner, v, at = p.reals("<g,e> V value")
            p.assume(inner * inner <= n * q, at <= v - mu * q / 2)
            return at + inner <= v + n / (2 * mu)

        def lipschitz(p: Any) -> Any:
            mu, n, q, inner = p.positive("mu"), p.nonnegative("|g|^2"), p.nonnegative("|e|^2"), p.real("<g,e>")
            p.assume(inner * inner <= n * q, inner >= mu * q)
            return mu * mu * q <= n

        return [Lemma("(43), from strong convexity", above), Lemma("(42), from strong monotonicity", lipschitz)]


@claim(
    "MRDA.L7.3",
    place="Lemma 7.3",
    expected="proved",
    why="without (beta_{t-1} - beta_t) h in (44) it fails for decreasing beta; with Psi(w_t) for Psi(w_{t+1}) it fails too",
)
class LemmaThree(Functions):
    r"""(44) holds for every $t \ge 1$, any $s$, any $\Psi$ and any $\beta$, and so (46); (45) and (47) where $\beta_{t-1} \le
    \beta_t$ and $h \ge 0$. $w_1$ does not occur in it. ($\beta_{t-1}$ is drawn as beta0.)"""

    increasing = Hypothesis(r"$\beta_{t-1} \le \beta_t$", lambda c, xp: c["beta"] - c["beta0"])

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = Functions.cases(self, rng, size)
        return case | ({"beta0": case["beta"] * 2} if without else {})

    def margin(self, case: Case, xp: Any) -> Any:
        s, t, beta, before = case["s"], case["t"], case["beta"], case["beta0"]
        w = reached(case, s, t, beta, xp)
        spare = conjugate(case, s, t - 1, before, xp) - conjugate(case, s, t, beta, xp) - psi(case, w, xp)
        return least(spare, spare + (before - beta) * square(w, xp) / 2, xp=xp)

    def proof(self) -> list[Lemma]:
        def build(p: Any) -> Any:
            inner, t, value, beta, before, h, v, v_before = p.reals("<s,w> t Psi(w) beta beta_before h(w) V_t V_before")
            p.assume(v == inner - t * value - beta * h, v_before >= inner - (t - 1) * value - before * h)
            first = v + value <= v_before + (before - beta) * h
            return p.conj(first, p.implies(p.conj(before <= beta, h >= 0), v + value <= v_before))

        return [Lemma("V_{t-1}(-s) is at least its value at w_{t+1}", build)]
