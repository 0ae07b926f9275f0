"""Section 7: the support functions U_t and V_t and Lemmas 7.1 to 7.3."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.mrda.setting import conjugate, psi, sigma, support
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import integers, log_uniform, mostly, vectors
from verify.evidence.margins import least, soft, square


class Functions:
    r"""$\Psi = \lambda |w|_1 + \frac\sigma2 |w|^2 + c$, h = |w|^2/2, at one t; s, e and w are vectors."""

    vectors = ("s", "e", "w")
    d = 2

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        scale = log_uniform(rng, 1e-2, 1e2, (size, 1))
        case = {n: vectors(rng, size, self.d) * scale for n in ("s", "e", "w")}
        case["e"] = case["e"] * log_uniform(rng, 1e-2, 1.0, (size, 1))
        case |= {"lam": mostly(rng, log_uniform(rng, 1e-2, 10.0, size), 0.0, 0.4), "t": integers(rng, 1, 20, size)}
        case |= {"sigma": mostly(rng, log_uniform(rng, 1e-2, 10.0, size), 0.0, 0.5), "beta": log_uniform(rng, 0.1, 10.0, size)}
        case |= {"beta0": case["beta"] * rng.choice([1.0, 0.5, 0.1], size), "B": log_uniform(rng, 1e-2, 10.0, size)}
        simple = rng.random(size) < 0.2
        plain = {"s": np.sign(case["s"]), "lam": 0.0, "sigma": 0.0, "beta": 1.0, "beta0": 1.0, "t": 1, "B": 1.0}
        for name, value in plain.items():
            picked = simple.reshape(-1, *[1] * (case[name].ndim - 1))
            case[name] = np.where(picked, value, case[name])
        return case

    def domain(self, case: Case, xp: Any) -> Any:
        signs = xp.both(xp.both(case["lam"] >= 0, case["sigma"] >= 0), xp.both(case["beta"] > 0, case["B"] > 0))
        return xp.both(xp.both(signs, case["t"] >= 1), case["beta0"] > 0)

    def bound(self, case: Case, xp: Any) -> Any:
        size = xp.norm(case["s"], axis=-1) + xp.norm(case["e"], axis=-1)
        return size * (case["B"] + size / case["beta0"]) + case["beta"] * case["B"] * case["B"]


def reached(case: Case, s: Any, t: Any, beta: Any, xp: Any) -> Any:
    """pi_t(s)."""
    return soft(s, (t * case["lam"])[..., None], xp) / (sigma(case) * t + beta)[..., None]


def symbols(p: Any) -> tuple[Any, ...]:
    s, w, lam, curve, beta, t = p.reals("s w lam>= sigma>= beta t")
    p.assume(t >= 0, beta >= 0, curve * t + beta > 0)
    return s, w, lam, curve, beta, t


@claim(
    "MRDA.E35",
    place="Eq. 35, 36, 38",
    expected="proved",
    form="own",
    why="t lambda replaced by lambda, or sigma t + beta by sigma + beta, fails at t = 2",
)
class ClosedForms(Functions):
    r"""For $\Psi = \lambda |w|_1 + \frac\sigma2 |w|^2$ and $h = \frac12 |w|^2$: $\pi_t(s) = \frac{S(s, t\lambda)}{\sigma t +
    \beta_t}$, $V_t(s) = \frac{|S(s, t\lambda)|^2}{2 (\sigma t + \beta_t)}$ and, for $\sigma = 0$, $U_t(s) = B |S(s,
    t\lambda)|$, $B^2 = 2 D^2$: the closed forms on which these checks rest, so that no maximum is sampled."""

    def margin(self, case: Case, xp: Any) -> Any:
        s, w, t, beta = case["s"], case["w"], case["t"], case["beta"]
        length = xp.norm(w, axis=-1)
        inside = w * (case["B"] / xp.maximum(length, case["B"]))[..., None]
        u = support(case, s, t, xp) - xp.dot(s, inside) + t * psi(case, inside, xp)
        v = conjugate(case, s, t, beta, xp) - xp.dot(s, w) + t * psi(case, w, xp) + beta * square(w, xp) / 2
        return least(u, v, xp=xp) / (1 + length * length * (1 + t * (sigma(case) + case["lam"])))

    def proof(self) -> list[Lemma]:
        def conjugate_(p: Any) -> Any:
            s, w, lam, curve, beta, t = symbols(p)
            size = soft(s, t * lam, p.xp)
            mu = curve * t + beta
            best = size / mu

            def inner(x: Any) -> Any:
                return s * x - t * lam * p.xp.abs(x) - mu * x * x / 2

            return p.conj(inner(best) == size * size / (2 * mu), inner(w) <= inner(best))

        def support_(p: Any) -> Any:
            s, w, lam, _, _, t = symbols(p)
            return s * w - t * lam * p.xp.abs(w) <= soft(s, t * lam, p.xp) * w

        def ball(p: Any) -> Any:
            """<S, w> <= |S||w| <= B|S|, from p^2 <= |S|^2 |w|^2."""
            inner, size, length, most = p.real("<S,w>"), p.nonnegative("|S|"), p.nonnegative("|w|"), p.nonnegative("B")
            p.assume(inner * inner <= size * size * length * length, length <= most)
            return inner <= most * size

        def attained(p: Any) -> Any:
            """At w = B S/|S|: a coordinate of S is 0 or s - t lam sign(s), and w has its sign."""
            s, lam, t, factor = p.real("s"), p.nonnegative("lam"), p.nonnegative("t"), p.nonnegative("B/|S|")
            size = soft(s, t * lam, p.xp)
            return s * factor * size - t * lam * p.xp.abs(factor * size) == factor * size * size

        return [
            Lemma("V and its maximiser, in one coordinate", conjugate_),
            Lemma("U: what is maximised is at most <S, w>", support_),
            Lemma("U: which is at most B|S| in the ball", ball),
            Lemma("U: and B|S| at w = B S/|S|", attained),
        ]


class Offset(Functions):
    """With a constant c in the penalty."""

    d = 1

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = Functions.cases(self, rng, size)
        return case | {"c": mostly(rng, rng.normal(size=size), 1.0, 0.2), "s": mostly(rng, case["s"], 0.0, 0.3)}

    def both(self, case: Case, xp: Any) -> Any:
        s = case["s"]
        return xp.minimum(support(case, s, case["t"], xp), conjugate(case, s, case["t"], case["beta"], xp))


@claim(
    "MRDA.S7.nonneg",
    place="Section 7, below Eq. 36",
    expected="refuted",
    why="d = 1, Psi = 1 + |w|, h = w^2/2, t = beta = 1, s = 0: U_1(0) = V_1(0) = -1",
    erratum="gap",
    fix="MRDA.S7.nonneg.fix",
    falls="nothing: l1 has minimum 0, and the proof of Lemma 7.4 uses V_0(0) = 0 only",
)
class NonNegative(Offset):
    r"""By (31) $U_t$ and $V_t$ are non-negative, for every $\Psi$ and $h$."""

    def margin(self, case: Case, xp: Any) -> Any:
        return self.both(case, xp)


@claim(
    "MRDA.S7.nonneg.fix",
    place="Section 7, below Eq. 36",
    expected="proved",
    why="-(t-1) Psi(w_0) for -t Psi(w_0) fails at s = 0, where there is equality",
)
class AtLeastStart(Offset):
    r"""$U_t(s) \ge -t \Psi(w_0)$ and $V_t(s) \ge -t \Psi(w_0)$, with equality at $s = 0$: non-negative if $\Psi(w_0) \le 0$.
    (Xiao assumes $\min \Psi = 0$.)"""

    def margin(self, case: Case, xp: Any) -> Any:
        return self.both(case, xp) + case["t"] * case["c"]

    def proof(self) -> list[Lemma]:
        def build(p: Any) -> Any:
            """Both are at least what they maximise at w = w_0, where h = 0 and <s, w - w_0> = 0."""
            u, v, t, value, beta = p.reals("U V t Psi(w_0) beta")
            p.assume(u >= 0 - t * value, v >= 0 - t * value - beta * 0)
            return p.conj(u >= -t * value, v >= -t * value, p.implies(p.conj(t >= 0, value <= 0), p.conj(u >= 0, v >= 0)))

        def at_zero(p: Any) -> Any:
            """Psi(w) >= Psi(w_0) is (31); h >= 0."""
            value, start = p.reals("Psi(w) Psi(w_0)")
            t, beta, h = p.nonnegative("t"), p.nonnegative("beta"), p.nonnegative("h(w)")
            p.assume(value >= start)
            return p.conj(-t * value <= -t * start, -t * value - beta * h <= -t * start)

        return [
            Lemma("a maximum is at least the value at w_0", build),
            Lemma("for s = 0 no w has more", at_zero),
        ]


class LemmaOne(Functions):
    def spare(self, case: Case, xp: Any) -> Any:
        s, t, beta = case["s"], case["t"], case["beta"]
        return conjugate(case, s, t, beta, xp) + beta * case["B"] * case["B"] / 2 - support(case, s, t, xp)


@claim(
    "MRDA.L7.1",
    place="Lemma 7.1",
    expected="refuted",
    why="d = 1, Psi = 0, D^2 = 1/2, t = beta = s = 1: U = 1 = V + beta D^2",
    erratum="misprint",
    fix="MRDA.L7.1.fix",
    falls="nothing: Xiao's Lemma 9 has <=, and (54) uses no more",
)
class Strict(LemmaOne):
    r"""$U_t(s) < V_t(s) + \beta_t D^2$, strictly as printed."""

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
