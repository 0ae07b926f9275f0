"""The Kronecker-factored preconditioner: (C-4), and the prox in its metric."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verify.claims.proxgen.setting import short
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import mostly
from verify.evidence.margins import least, relative, soft
from verify.methods.prox_gen import Metric, ProxGen


def largest(x: Any, xp: Any) -> Any:
    """The largest eigenvalue of the mean of x x' over the samples (the last axis but one), x in two dimensions."""
    count = x.shape[-2]
    a, b, c = (xp.sum(x[..., i] * x[..., j], axis=-1) / count for i, j in ((0, 0), (0, 1), (1, 1)))
    return (a + c) / 2 + xp.sqrt((a - c) * (a - c) / 4 + b * b)


class Recedes:
    """R = 1/(1 + |x|), and its prox at z >= 1 with the step 1: u = 1 + x with u^2 (u - 1 - z) = 1, by 1/u (Cardano)."""

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        half, third = 1 / xp.constant(2), (1 + z) / 3
        root = xp.sqrt(half * half + third * third * third)
        return 1 / (xp.cbrt(half + root) - xp.cbrt(root - half)) - 1


def weights(w: Any, steps: int, xp: Any) -> Iterator[tuple[Any, Any]]:
    """The first layer's weight and the second one's C. out = w_2 w_1 x with w_2 = 0; the samples have x = 1 and a loss 0, and
    x = 0 and the loss out, so that the full gradient is 0. alpha = delta = 1."""
    samples = [(1, 0), (0, 1)]  # x and the derivative of the loss in the output
    method, penalty, second, count = ProxGen(), Recedes(), 0, len(samples)
    state = method.init(w, None, penalty, xp)
    for _ in range(steps):
        yield w, sum(d * d for _, d in samples) * sum(w * w * x * x for x, _ in samples) / (count * count)
        slope = sum(second * d * x for x, d in samples) / count
        C = sum((second * d) ** 2 for _, d in samples) * sum(x * x for x, _ in samples) / (count * count)
        state, w = method.step(state, w, slope + 0 * w, Metric(1, 0, 1, C), penalty, xp)


def grows(p: Any) -> Any:
    """u = 1 + w: the prox has u+^2 (u+ - u) = 1, so u_t^3 >= t."""
    u, after = p.positive("u"), p.positive("u+")
    p.assume(after * after * (after - u) == 1)
    return after * after * after >= u * u * u + 1


def below(p: Any) -> Any:
    """q^2 gamma = 4: at t > (1 + q)^3."""
    gamma, q, u, t = p.positive("gamma"), p.positive("q"), p.positive("u"), p.real("t")
    p.assume(q * q * gamma == 4, u * u * u >= t, t > (1 + q) * (1 + q) * (1 + q))
    return p.conj(u > 1 + q, p.implies(u > 1 + q, gamma * ((u - 1) * (u - 1) / 4 + 1) > 1))


@claim(
    "PG.C4.kfac",
    place="Sect. 2 and 3, (C-4)",
    kind="run",
    expected="refuted",
    why="w_1 = 1, 1.21, 1.38, ... has no bound, C of the second layer is w_1^2/4: the eigenvalue, 0.8, 0.73, 0.68, tends to 0",
    erratum="gap",
    fix="PG.C4.kfac.fix",
    falls="(C-4) for KFAC from (C-1) to (C-3) alone (the paper argues in its Appendix D, which is not at hand); it holds with "
    "bounded delta and a, so wherever the weights stay bounded, as with l_q, q > 0, where F falls",
)
class Kronecker:
    r"""KFAC, $C = E[\delta_l \delta_l^\top] \otimes E[a_{l-1} a_{l-1}^\top]$, satisfies (C-4) for some $\gamma > 0$ in
    every run with (C-1) to (C-3) (each case has a candidate that serves at $t = 1$; the lemmas are about every $\gamma$).
    Here $\mathrm{out} = w_2 w_1 x$ at $w_2 = 0$, samples $x = 1$ with the loss $0$ and $x = 0$ with the loss
    $\mathrm{out}$: $f = g_t = 0$ everywhere, $L = \sigma = G = 0$. $R = 1/(1 + |w_1|)$, $\alpha = \delta = 1$; the least
    eigenvalue is $1/(1 + w_1^2/4)$."""

    complete_proof = False
    steps = 32

    def cases(self, rng: Any, size: int) -> Case:
        return {
            "w": mostly(rng, rng.uniform(1, 2, size), 1.0, 0.3),
            "gamma": mostly(rng, rng.uniform(0.1, 0.5, size), 0.25, 0.3),
        }

    def domain(self, case: Case, xp: Any) -> Any:
        first = 1 - case["gamma"] * (1 + case["w"] * case["w"] / 4)
        return xp.both(case["w"] >= 1, xp.both(case["gamma"] > 0, first >= 0))

    def margin(self, case: Case, xp: Any) -> Any:
        return least(*[1 / (C + 1) - case["gamma"] for _, C in weights(case["w"], self.steps, xp)], xp=xp)

    def proof(self) -> list[Lemma]:
        return [Lemma("the first weight grows without bound", grows), Lemma("below every gamma in the end", below)]


def coordinate(p: Any) -> Any:
    """What is summed over the coordinates, for any t."""
    u, x, t = p.reals("u_i x_i t")
    return x * x - 2 * t * (u * x) + t * t * (u * u) >= 0


def along(p: Any) -> Any:
    """The sum in any dimension, for |u| = 1 and at t = <u, x>: Cauchy and Schwarz."""
    inner, size, unit, D2 = p.reals("<u,x> |x|^2 |u|^2 D^2")
    p.assume(unit == 1, size - 2 * inner * inner + inner * inner * unit >= 0, size <= D2)
    return inner * inner <= D2


def mean(p: Any) -> Any:
    """u' E[x x'] u = E <u, x>^2: one sample more, of any weight."""
    old, new, share, D2 = p.reals("mean>= <u,x>^2>= share>= D^2")
    p.assume(old <= D2, new <= D2, share <= 1)
    after = (1 - share) * old + share * new
    return p.conj(after >= 0, after <= D2)


def product(p: Any) -> Any:
    """Of the largest eigenvalues P and Q of the factors, of their bounds; that of the product is P Q."""
    P, Q, D2, A2 = p.nonnegative("P"), p.nonnegative("Q"), p.real("D^2"), p.real("A^2")
    p.assume(P <= D2, Q <= A2)
    split = D2 * A2 - P * Q == (D2 - P) * A2 + P * (A2 - Q)
    return p.conj(split, p.implies(split, P * Q <= D2 * A2))


def floor(p: Any) -> Any:
    """(C-4): top is the largest eigenvalue of C."""
    alpha, lowest, delta, top, DA = p.reals("alpha alpha_min> delta> top>= D^2A^2")
    p.assume(alpha >= lowest, top <= DA)
    return alpha * (DA + delta) >= lowest * (top + delta)


@claim(
    "PG.C4.kfac.fix",
    place="Sect. 3, (C-4)",
    expected="proved",
    why="attained by one sample; D A for D^2 A^2 fails",
)
class Factors:
    r"""With $|\delta_l| \le D$ and $|a_{l-1}| \le A$ KFAC has $0 \le \lambda_{max}(C) \le D^2 A^2$, so (C-4) with $\gamma =
    \alpha_{min}/(D^2 A^2 + \delta)$. (Of several layers the largest counts. Taken as known: the eigenvalues of a Kronecker
    product are the products. The cases have one layer, two and two dimensions.)"""

    def cases(self, rng: Any, size: int) -> Case:
        samples = 1 + (rng.random(size) < 0.7)[:, None, None] * rng.normal(size=(size, 3, 2))
        a = samples * short(rng, 1e-2, 1e2, (size, 1, 1))
        d = np.where(rng.random((size, 1, 1)) < 0.5, samples[:, ::-1], rng.normal(size=(size, 3, 2)))
        return {"d": d, "a": a}

    def margin(self, case: Case, xp: Any) -> Any:
        D, A = (xp.max(xp.sum(case[n] * case[n], axis=-1), axis=-1) for n in ("d", "a"))
        return relative(D * A - largest(case["d"], xp) * largest(case["a"], xp), D * A, xp)

    def proof(self) -> list[Lemma]:
        return [
            Lemma("a coordinate", coordinate),
            Lemma("a sample, for every dimension", along),
            Lemma("the mean over samples, and with it the largest eigenvalue of a factor", mean),
            Lemma("that of the product", product),
            Lemma("so (C-4), multiplied out", floor),
        ]


@claim(
    "PG.C4.kfac.prox",
    place="Sect. 2, AdaGrad, Newton and KFAC with (3)",
    form="own",
    expected="refuted",
    why="H = [[2, 1], [1, 2]], z = (1, 1), lambda = 1: it has 7/4 at (1/2, 1/2), (2/3, 2/3) has 5/3",
    erratum="gap",
    fix="PROX.MetricL1",
    falls="(3), (4) for every C that is not diagonal: the prox does not separate; for l1 it is a problem of its own",
)
class NotSeparable:
    r"""For a full metric $H$ the prox of $\lambda |\theta|_1$ is soft thresholding of each coordinate at $\lambda/H_{ii}$."""

    def cases(self, rng: Any, size: int) -> Case:
        b = mostly(rng, np.round(rng.uniform(-1, 1, size), 1), 1.0, 0.3)
        H = np.stack([b, mostly(rng, 1 + np.abs(b), 2.0, 0.5)], axis=1)
        z = mostly(rng, np.round(rng.normal(size=(size, 2)) * 2, 1), 1.0, 0.3)
        return {
            "H": H,
            "z": z,
            "lam": short(rng, 0.1, 10.0, size),
            "x": np.round(z * rng.choice([0.6, 0.7, 0.8, 1.0], (size, 1)), 2),
        }

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["H"][..., 1] > xp.abs(case["H"][..., 0]), case["lam"] >= 0)

    def margin(self, case: Case, xp: Any) -> Any:
        b, a, lam, z = case["H"][..., 0], case["H"][..., 1], case["lam"], case["z"]

        def objective(x: Any) -> Any:
            u, v = x[..., 0] - z[..., 0], x[..., 1] - z[..., 1]
            return (a * u * u + 2 * b * u * v + a * v * v) / 2 + lam * xp.sum(xp.abs(x), axis=-1)

        return objective(case["x"]) - objective(soft(z, (lam / a)[..., None], xp))
