"""Theorem 1, repaired: with exact gradients, and the largest step."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.setting import Mixed, regularisers, short
from verify.claims.proxgen.theorem import STEPS
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import uniform
from verify.evidence.margins import relative
from verify.methods.prox_gen import Metric, ProxGen
from verify.penalties import L0


@claim(
    "PG.T1.sharp",
    place="Theorem 1",
    expected="unrefuted",
    why="1.99 for 2 fails at f = 3x - x^2/2, R = 1.499 l0, H = 3, theta = 0",
)
class ExactGradient:
    r"""With exact gradients and no momentum $\alpha_0 \le \delta/L$ is enough, equality included: $\mathrm{dist}(0, \partial
    F (\theta_{t+1}))^2 \le 2 (1/\gamma + L)(F(\theta_t) - F(\theta_{t+1}))$, and $2$ is the least constant: $f = 3x - x^2/2$,
    $R = (3/2 - \epsilon) l_0$, $H = 3$, $\theta_t = 0$ has $16$ and $8 (2 + \epsilon)$. (One coordinate, $f = q(x -
    c)^2/2$.)"""

    complete_proof = False

    def cases(self, rng: Any, size: int) -> Case:
        q = rng.choice([-1.0, 1.0], size) * short(rng, 0.1, 10.0, size)
        case = regularisers(rng, size) | {"q": q, "c": np.round(rng.normal(size=size) * 3, 1)}
        w = np.where(rng.random(size) < 0.3, 0.0, np.round(rng.normal(size=size) * 3, 1))
        case |= {"H": np.abs(q) * np.where(rng.random(size) < 0.3, 1.0, uniform(rng, 1.0, 5.0, size)), "w": w}
        corner = rng.random(size) < 0.05
        special = {"kind": 1, "lam": 1.499, "q": -1.0, "c": 3.0, "H": 3.0, "w": 0.0}
        return {n: np.where(corner, special[n], v) if n in special else v for n, v in case.items()}

    factor: Any = 2

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["H"] >= xp.abs(case["q"]), case["H"] > 0), xp.both(case["lam"] >= 0, case["gamma"] > 0))

    def margin(self, case: Case, xp: Any) -> Any:
        penalty, q, c, w, H = Mixed(case["kind"], case["lam"], case["gamma"]), case["q"], case["c"], case["w"], case["H"]
        method, hyper = ProxGen(), Metric(1 / H, 0, 1)
        _, y = method.step(method.init(w, hyper, penalty, xp), w, q * (w - c), hyper, penalty, xp)
        gap = penalty._subgradient_gap(y, q * (y - c), xp)
        before, after = (q * (x - c) * (x - c) / 2 + penalty._value(x, xp) for x in (w, y))
        N = H + xp.abs(q)
        return relative(self.factor * N * (before - after) - gap * gap, N * (xp.abs(before) + xp.abs(after)), xp)

    def proof(self) -> list[Lemma]:
        return [*STEPS[:4], Lemma("2 is attained in the limit", attained)]


def attained(p: Any) -> Any:
    e = p.positive("e")
    p.assume(e < 1)
    lam = p.xp.constant("1.5") - e
    w, H = p.xp.zeros_like(e), p.xp.constant(3)
    y = L0._unchecked(lam=lam)._prox(w - 3 / H, 1 / H, p.xp)
    fall, gap = 0 - (3 * y - y * y / 2 + lam), 3 - y
    return p.conj(y == -1, gap * gap == 16, fall == 2 + e)


def cycles(p: Any) -> Any:
    """f = (x - 1)^2/2, R = lambda l0 with 2 alpha lambda = 1, delta = L = 1, alpha = 1 + e: 0, 1 + e, 0."""
    e, lam = p.positive("e"), p.positive("lam")
    p.assume(e < 1, 2 * (1 + e) * lam == 1)
    penalty, method, alpha, zero = L0._unchecked(lam=lam), ProxGen(), 1 + e, p.xp.zeros_like(e)
    first = method._move(zero, zero - 1, p.xp.constant(1), alpha, penalty, p.xp)
    second = method._move(first, first - 1, p.xp.constant(1), alpha, penalty, p.xp)
    return p.conj(first == 1 + e, second == 0)


@claim(
    "PG.T1.step",
    place="Theorem 1, the condition on alpha_0",
    form="own",
    expected="refuted",
    why="f = (x - 1)^2/2, R = l0/(2 alpha), delta = L = 1, alpha = 1 + e: 0, 1 + e, 0, 1 + e, ..., dist e at every second step",
    erratum="false",
    fix="PG.T1.fix",
    falls="nothing that is printed: alpha_0 <= delta/L is the limit for nonconvex R",
)
class TooLong:
    r"""Exact gradients with $\alpha_0 \le (1 + \epsilon) \delta/L$ for some $\epsilon > 0$: no run returns after two steps to
    where it was, unless it stayed there (here $f = (x - 1)^2/2$ and $l_0$, $L = \delta = 1$, each case with an
    $\epsilon \le 1/10$; the lemma is about every $\epsilon < 1$)."""

    complete_proof = False

    def cases(self, rng: Any, size: int) -> Case:
        case = {"eps": rng.choice([0.1, 0.01, 0.001], size)}
        case["alpha"] = 1 + case["eps"] * rng.choice([-5.0, 0.0, 1.0, 1.0], size)
        case["lam"] = rng.choice([0.25, 1.0, 1.0], size) / (2 * case["alpha"])
        return case | {"w": rng.choice([0.0, 0.0, 1.0, 1.1, 2.0], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(xp.both(case["eps"] > 0, case["eps"] * 10 <= 1), case["lam"] >= 0)
        return xp.both(fine, xp.both(case["alpha"] > 0, 1 + case["eps"] - case["alpha"] >= 0))

    def margin(self, case: Case, xp: Any) -> Any:
        penalty, first, method = L0._unchecked(lam=case["lam"]), case["w"], ProxGen()
        hyper = Metric(case["alpha"], 0, 1)
        state, path = method.init(first, hyper, penalty, xp), [first]
        for _ in range(2):
            state, after = method.step(state, path[-1], path[-1] - 1, hyper, penalty, xp)
            path.append(after)
        return xp.where(xp.both(path[2] == first, path[1] != first), -1, 1)

    def proof(self) -> list[Lemma]:
        return [Lemma("the cycle for every epsilon < 1", cycles)]
