"""The Kronecker-factored preconditioner: (C-4), and the prox in its metric."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.setting import short
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import mostly
from verify.evidence.margins import relative, soft


def largest(x: Any, xp: Any) -> Any:
    """The largest eigenvalue of the mean of x x' over the samples (the last axis but one), x in two dimensions."""
    count = x.shape[-2]
    a, b, c = (xp.sum(x[..., i] * x[..., j], axis=-1) / count for i, j in ((0, 0), (0, 1), (1, 1)))
    return (a + c) / 2 + xp.sqrt((a - c) * (a - c) / 4 + b * b)


class Layer:
    """Two samples of one layer with one weight: delta_l and a_{l-1} of each, and a candidate gamma."""

    bounded = Hypothesis(r"$|g_t| \le G$", lambda c, xp: c["G"] - xp.max(xp.abs(c["d"] * c["a"]), axis=-1))

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        M = short(rng, 0.1, 1e3, (size, 1))
        apart = np.where(rng.random((size, 1)) < 0.5, [1.0, 0.0], rng.random((size, 2)))
        d, a = M * apart, M * apart[:, ::-1]
        G = np.abs(d * a).max(axis=1) * rng.choice([1.0, 2.0], size) + rng.choice([0.0, 1.0], size)
        case = {n: short(rng, 1e-3, 10.0, size) for n in ("alpha", "delta", "gamma")}
        return case | {"d": d, "a": a, "G": G}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["alpha"] > 0, case["delta"] > 0), xp.both(case["gamma"] > 0, case["G"] >= 0))


@claim(
    "PG.C4.kfac",
    place="Sect. 2 and 3, (C-4)",
    expected="refuted",
    why="samples (delta, a) = (M, 0), (0, M): the gradients are 0 = G, C is M^4/4",
    erratum="false",
    fix="PG.C4.kfac.fix",
    falls="Theorem 1 for KFAC under (C-1) to (C-3); it stands with bounded delta and a",
)
class Kronecker(Layer):
    r"""For KFAC, $C = E[\delta_l \delta_l^\top] \otimes E[a_{l-1} a_{l-1}^\top]$, (C-4) follows from bounded gradients
    $|\delta_l a_{l-1}| \le G$ with a $\gamma$ that depends on $G$, $\alpha_{min}$ and $\delta$ alone (here $\alpha/(G + 1 +
    \delta)$ times a factor up to $1$ that is drawn)."""

    def margin(self, case: Case, xp: Any) -> Any:
        count = case["d"].shape[-1]
        C = xp.sum(case["d"] * case["d"], axis=-1) * xp.sum(case["a"] * case["a"], axis=-1) / (count * count)
        least = case["alpha"] / (C + case["delta"])
        gamma = xp.minimum(case["gamma"], 1) * case["alpha"] / (case["G"] + 1 + case["delta"])
        return least - gamma


def identity(p: Any) -> Any:
    """Two dimensions; in all, Cauchy and Schwarz."""
    u, v, x, y = p.reals("u v x y")
    across = u * y - v * x
    return (u * x + v * y) * (u * x + v * y) + across * across == (u * u + v * v) * (x * x + y * y)


def factor(p: Any) -> Any:
    """u' E[x x'] u = E <u, x>^2, and for |u| = 1 <u, x>^2 + (a square) = |x|^2 <= D^2."""
    along, across, size, D2 = p.real("<u, x>^2"), p.nonnegative("square"), p.real("|x|^2"), p.real("D^2")
    p.assume(along + across == size, size <= D2)
    return along <= D2


def product(p: Any) -> Any:
    """Of the largest eigenvalues P and Q of the factors, of their bounds; that of the product is P Q."""
    P, Q, D2, A2 = p.nonnegative("P"), p.nonnegative("Q"), p.real("D^2"), p.real("A^2")
    p.assume(P <= D2, Q <= A2)
    split = D2 * A2 - P * Q == (D2 - P) * A2 + P * (A2 - Q)
    return p.conj(split, p.implies(split, P * Q <= D2 * A2))


@claim(
    "PG.C4.kfac.fix",
    place="Sect. 3, (C-4)",
    expected="proved",
    why="attained by one sample; D A for D^2 A^2 fails",
)
class Factors:
    r"""With $|\delta_l| \le D$ and $|a_{l-1}| \le A$ KFAC has $0 \le \lambda_{max}(C) \le D^2 A^2$, so (C-4) with $\gamma =
    \alpha_{min}/(D^2 A^2 + \delta)$. (One layer, two and two dimensions here; of several layers the largest counts. The
    eigenvalues of a Kronecker product are the products.)"""

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
            Lemma("Cauchy and Schwarz", identity),
            Lemma("the largest eigenvalue of a factor", factor),
            Lemma("of the product", product),
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
