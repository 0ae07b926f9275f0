"""Theorem 1, repaired: path by path, in expectation, and the largest step.

With D = theta_{t+1} - theta_t, e = m_t - grad f(theta_t), M = H - L and y = L D - (grad f(theta_{t+1}) - grad f(theta_t)):
(a) line 8 against theta_t: <m, D> + R_{t+1} + D'HD/2 <= R_t; (b) f_{t+1} <= f_t + <grad f_t, D> + L|D|^2/2 - |y|^2/(4L), since
f + L|.|^2/2 is convex and 2L-smooth; (c) v = -(e + M D + y) is in dF(theta_{t+1}), and (a) + (b) give F_t - F_{t+1} >= <e, D> +
D'MD/2 + |y|^2/(4L); (d) the core lemma, summed over the eigenvectors of H. (b) is taken from outside, the rest are the lemmas.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.setting import Mixed, Wave, column, least, mixed, moments, regularisers, relative, runs, short, square
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform, uniform
from verify.methods.prox_gen import Metric, ProxGen
from verify.penalties import L0


def core(p: Any) -> Any:
    """One coordinate of (d): D = d - e/M."""
    M, L, e, d, y, N = p.positive("M"), p.positive("L"), p.real("e"), p.real("d"), p.real("y"), p.real("N")
    p.assume(N >= M + 2 * L)
    left = (M * d + y) * (M * d + y)
    room = M * d * d + y * y / (2 * L)
    exact = (M + 2 * L) * room - left == (2 * L * d * M - y * M) * (2 * L * d * M - y * M) / (2 * L * M)
    return p.conj(exact, room >= 0)


def shifted(p: Any) -> Any:
    """With D = d - e/M the left side is (e + M D + y)^2 and the room 2 e D + M D^2 + y^2/(2L) + e^2/M."""
    M, L, e, d, y = p.positive("M"), p.positive("L"), p.real("e"), p.real("d"), p.real("y")
    D = d - e / M
    return p.conj(e + M * D + y == M * d + y, 2 * e * D + M * D * D + e * e / M == M * d * d)


def energy(p: Any) -> Any:
    """(a) and (b) in one coordinate."""
    f1, f2, g, R1, R2, m, D, H, L, Y = p.reals("f1 f2 g R1 R2 m D H L Y")
    p.assume(m * D + R2 + H * D * D / 2 <= R1, f2 <= f1 + g * D + L * D * D / 2 - Y)
    return f1 + R1 - f2 - R2 >= (m - g) * D + (H - L) * D * D / 2 + Y


def constants(p: Any) -> Any:
    """h = delta/alpha_0 >= 3L and 1/gamma = k >= h."""
    h, L, k = p.positive("h"), p.nonnegative("L"), p.real("k")
    p.assume(h >= 3 * L, k >= h)
    return p.conj((k + L) * h <= 2 * k * (h - L), 2 * (k + L) <= 8 * k / 3)


STEPS = [
    Lemma("(a) and (b) give the fall of F", energy),
    Lemma("(d), completing the square", shifted),
    Lemma("(d), the core", core),
    Lemma("the constants for alpha_0 <= delta/(3L)", constants),
]
H_ABOVE_L = Hypothesis(r"$(C_{t,i} + \delta)/\alpha_t > L$", lambda c, xp: least_metric(c, xp) - Wave(c, xp).L, strict=True)


def least_metric(case: Case, xp: Any) -> Any:
    H = (case["C"] + case["delta"][..., None, None]) / case["alpha"][..., None]
    return -xp.max(xp.max(-H, axis=-1), axis=-1)


class Path:
    """Runs of six steps, every step and the sum."""

    complete_proof = False
    sum_factor = 2

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        low, high = (1.5, 5.0) if without else (0.05, 0.99)
        return runs(rng, size, 6, 2, low, high)

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(xp.all(case["alpha"] > 0, axis=-1), xp.all(case["rho"] * (1 - case["rho"]) >= 0, axis=-1))
        fine = xp.both(fine, xp.both(case["delta"] > 0, xp.all(xp.all(case["C"] >= 0, axis=-1), axis=-1)))
        return xp.both(fine, xp.both(xp.both(case["lam"] >= 0, case["gamma"] > 0), Wave(case, xp).L > 0))

    def margin(self, case: Case, xp: Any) -> Any:
        f, penalty = Wave(case, xp), mixed(case)
        total, worst, errors = 0 * case["lam"], 1 + 0 * case["lam"], 0 * case["lam"]
        low, high, found = None, None, list(moments(case, f, penalty, xp))
        for m in found:
            gap, e2 = square(penalty._subgradient_gap(m.after, m.slope, xp), xp), square(m.error, xp)
            N = m.largest + f.L
            room = N * (self.sum_factor * (m.before - m.energy) + e2 / (m.least - f.L))
            scale = N * (xp.abs(m.before) + xp.abs(m.energy) + e2 / xp.abs(m.least - f.L)) + gap
            worst = xp.minimum(worst, relative(room - gap, scale, xp))
            total, errors = total + gap, errors + e2
            low = m.least if low is None else xp.minimum(low, m.least)
            high = m.largest if high is None else xp.maximum(high, m.largest)
        N = high + f.L
        room = N * (self.sum_factor * (found[0].before - found[-1].energy) + errors / (low - f.L))
        scale = N * (xp.abs(found[0].before) + xp.abs(found[-1].energy) + errors / xp.abs(low - f.L)) + total
        return least(xp, worst, relative(room - total, scale, xp))

    def proof(self) -> list[Lemma]:
        return STEPS


@claim(
    "PG.T1.path",
    place="Theorem 1",
    kind="run",
    form="own",
    expected="unrefuted",
    why="1 for 2 before the fall of F fails; so do 1/gamma without L, and delta/alpha in the place of 1/gamma",
)
class EveryPath(Path):
    r"""Path by path, for every lower semicontinuous $R$ with a prox, any $m_t$ and any metric $H_t = (C_t + \delta I)/\alpha_t$
    with eigenvalues in $[h, 1/\gamma]$, $h > L$: $\mathrm{dist}(0, \partial F(\theta_{t+1}))^2 \le N (2 (F(\theta_t) -
    F(\theta_{t+1})) + |m_t - \nabla f(\theta_t)|^2/(h - L))$, $N = 1/\gamma + L$, and so for sums over $t$. No unbiasedness, no
    bounded steps or gradients, no decay of $\rho_t$ is used."""

    above = H_ABOVE_L


@claim(
    "PG.T1.alpha.fix",
    place="Theorem 1, the condition on alpha_0",
    kind="run",
    expected="unrefuted",
    why="without C in the condition, or with 1 for 2 before the fall of F, it fails",
)
class Measured(Path):
    r"""For $\alpha_0 \le \delta/(3L)$ it is enough that $(C_{t,i} + \delta)/\alpha_t \ge h > L$ in the steps that are made, which can be
    measured, and $\delta$ may be as small as one likes: claim PG.T1.path with $\alpha_0 L/\delta$ up to $10^4$ here."""

    above = H_ABOVE_L

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = runs(rng, size, 6, 2, 1.0, 2.0)
        L = np.abs(case["A"]) * np.sum(case["v"] ** 2, axis=1) + np.max(np.abs(case["q"]), axis=1)
        least_C = case["alpha"] * L[:, None] * (0.1 if without else 1.0)
        small = case["delta"] * log_uniform(rng, 1e-4, 1.0, size)
        return case | {"C": least_C[:, :, None] * uniform(rng, 1.001, 3.0, case["C"].shape) + case["C"], "delta": small}


@claim(
    "PG.T1.sharp",
    place="Theorem 1",
    expected="unrefuted",
    why="1.99 for 2 fails at f = 3x - x^2/2, R = 1.499 l0, H = 3, theta = 0",
)
class ExactGradient:
    r"""With exact gradients and no momentum $\alpha_0 \le \delta/L$ is enough, equality included: $\mathrm{dist}(0, \partial F
    (\theta_{t+1}))^2 \le 2 (1/\gamma + L)(F(\theta_t) - F(\theta_{t+1}))$, and $2$ is the least constant: $f = 3x - x^2/2$,
    $R = (3/2 - \epsilon) l_0$, $H = 3$, $\theta_t = 0$ has $16$ and $8 (2 + \epsilon)$. (One coordinate, $f = q(x - c)^2/2$.)"""

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
        return [*STEPS[:3], Lemma("2 is attained in the limit", attained)]


def attained(p: Any) -> Any:
    e = p.positive("e")
    p.assume(e < 1)
    lam = p.xp.constant("1.5") - e
    w, H = p.xp.zeros_like(e), p.xp.constant(3)
    y = L0._unchecked(lam=lam)._prox(w - 3 / H, 1 / H, p.xp)
    fall, gap = 0 - (3 * y - y * y / 2 + lam), 3 - y
    return p.conj(y == -1, gap * gap == 16, fall == 2 + e)


@claim(
    "PG.T1.step",
    place="Theorem 1, the condition on alpha_0",
    form="own",
    expected="refuted",
    why="f = (x - 1)^2/2, R = l0/3, alpha = 3/2, delta = L = 1: 0, 3/2, 0, 3/2, ..., dist 1/2 at every second step",
    erratum="false",
    fix="PG.T1.fix",
    falls="nothing that is printed: alpha_0 <= delta/L is the limit for nonconvex R",
)
class TooLong:
    r"""Exact gradients with $\alpha_0 \le 3\delta/(2L)$: no run returns after two steps to where it was, unless it stayed there (here
    $f = L(x - c)^2/2$ and $l_0$, $\delta = 1$)."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {"L": short(rng, 0.1, 10.0, size), "c": np.round(rng.normal(size=size) * 3, 1), "w": np.round(rng.normal(size=size), 1)}
        case["alpha"] = rng.choice([0.5, 1.0, 1.25, 1.5], size) / case["L"]
        case["lam"] = case["L"] * case["c"] ** 2 * rng.choice([0.1, 0.3, 0.5, 0.7], size)
        return case | {"w": np.where(rng.random(size) < 0.5, 0.0, case["w"])}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(case["alpha"] > 0, xp.both(case["lam"] >= 0, case["L"] > 0))
        return xp.both(fine, 3 - 2 * case["alpha"] * case["L"] >= 0)

    def margin(self, case: Case, xp: Any) -> Any:
        penalty, first, method = L0._unchecked(lam=case["lam"]), case["w"], ProxGen()
        hyper = Metric(case["alpha"], 0, 1)
        state, path = method.init(first, hyper, penalty, xp), [first]
        for _ in range(2):
            state, after = method.step(state, path[-1], case["L"] * (path[-1] - case["c"]), hyper, penalty, xp)
            path.append(after)
        return xp.where(xp.both(path[2] == first, path[1] != first), -1, 1)
