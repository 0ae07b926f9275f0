"""Section 7, Eqs. 35 to 38: the support functions U_t and V_t, and when they are not negative."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.mrda.setting import conjugate, psi, sigma, support
from verify.evidence import Case, Lemma, claim
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
