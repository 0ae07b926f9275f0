"""Theorem 1, repaired: path by path, in expectation, and the largest step.

With D = theta_{t+1} - theta_t, e = m_t - grad f(theta_t), M = H - L and y = L D - (grad f(theta_{t+1}) - grad f(theta_t)):
(a) line 8 against theta_t: <m, D> + R_{t+1} + D'HD/2 <= R_t; (b) f_{t+1} <= f_t + <grad f_t, D> + L|D|^2/2 - |y|^2/(4L), since
f + L|.|^2/2 is convex and 2L-smooth; (c) v = -(e + M D + y) is in dF(theta_{t+1}), and (a) + (b) give F_t - F_{t+1} >= <e, D> +
D'MD/2 + |y|^2/(4L); (d) the core lemma, summed over the eigenvectors of H. (b) is taken from outside, the rest are the lemmas.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.setting import Wave, mixed, moments, runs
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform, uniform
from verify.evidence.margins import least, relative, square


def core(p: Any) -> Any:
    """One coordinate of (d): D = d - e/M."""
    M, L, d, y = p.positive("M"), p.positive("L"), p.real("d"), p.real("y")
    left = (M * d + y) * (M * d + y)
    room = M * d * d + y * y / (2 * L)
    exact = (M + 2 * L) * room - left == (2 * L * d * M - y * M) * (2 * L * d * M - y * M) / (2 * L * M)
    return p.conj(exact, room >= 0)


def largest(p: Any) -> Any:
    """With N = 1/gamma + L >= M + 2L for every eigenvalue."""
    left, room, rest, N, own = p.real("left"), p.nonnegative("room"), p.nonnegative("rest"), p.real("N"), p.real("M + 2L")
    p.assume(own <= N, own * room - left == rest)
    return left <= N * room


def shifted(p: Any) -> Any:
    """With D = d - e/M the left side is (e + M D + y)^2 and the room 2 e D + M D^2 + y^2/(2L) + e^2/M."""
    M, e, d, y = p.positive("M"), p.real("e"), p.real("d"), p.real("y")
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
    Lemma("(d), the largest eigenvalue", largest),
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
        return least(worst, relative(room - total, scale, xp), xp=xp)

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
    r"""In the place of $\alpha_0 \le \delta/(3L)$ it is enough that $(C_{t,i} + \delta)/\alpha_t \ge h > L$ in the steps
    that are made, which can be measured, and $\delta$ may be as small as one likes: claim PG.T1.path with $\alpha_0 L/\delta$
    up to $10^4$ here."""

    above = H_ABOVE_L

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = runs(rng, size, 6, 2, 1.0, 2.0)
        L = np.abs(case["A"]) * np.sum(case["v"] ** 2, axis=1) + np.max(np.abs(case["q"]), axis=1)
        least_C = case["alpha"] * L[:, None] * (0.1 if without else 1.0)
        small = case["delta"] * log_uniform(rng, 1e-4, 1.0, size)
        return case | {"C": least_C[:, :, None] * uniform(rng, 1.001, 3.0, case["C"].shape) + case["C"], "delta": small}
