"""The abstract's "with high probability": how often a random start meets the condition on its angle."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.rvsm.setting import iterates, problem
from verify.evidence import Case, Fact, claim
from verify.evidence.draw import integers, uniform

MOST = 40  # dimensions


@claim(
    "RVSM.S0.probability",
    place="the abstract",
    kind="text",
    expected="refuted",
    why="d = 1, k = 2, beta = .1, lam = .05: half of the starts are behind 0, and end at w = -.2096, u = 0",
    erratum="gap",
    fix="RVSM.S0.probability.fix",
    falls="nothing of Theorem 1, which takes the angle as given; no probability is derived. In d = 2 a fixed delta has the "
    "probability 1 - delta/pi: near 1 only with delta, and so beta, near 0",
)
class LearnedOften:
    r"""No-overlap networks are learned with high probability over the direction of the start, whatever the dimension: in $d =
    1$, for $w^0 = \pm 0.1, \pm 0.2, \dots, \pm 2$, the limit is within $1/2$ of $w^*$ for nearly all."""

    def facts(self) -> list[Fact]:
        w0 = np.concatenate([np.arange(1, 21), -np.arange(1, 21)])[:, None] / 10
        ones = np.ones(len(w0))
        case = {"k": np.full(len(w0), 2), "w_star": np.ones_like(w0), "w0": w0, "eta": ones}
        case |= {"beta": 0.1 * ones, "lam": 0.05 * ones}
        *_, (w, u) = iterates(case, NUMPY, 200)
        gradient = problem(case, NUMPY).gradient(w, NUMPY) + 0.1 * (w - u)
        learned = np.abs(w - 1)[:, 0] < 0.5
        shown = f"{int(learned.sum())} of {len(w0)}; the others end at {w[-1, 0]:.4f} with u = {u[-1, 0]:g}"
        return [
            Fact("all runs have arrived", bool(np.abs(gradient).max() < 1e-12)),
            Fact("nine in ten starts are learned", bool(learned.mean() >= 0.9), shown),
        ]


def behind(d: Any, delta: Any, xp: Any) -> Any:
    """The share of directions with theta > pi - delta: the integral of sin^(d-2) to delta over that to pi; 1/2 for d = 1."""
    sine, cosine = xp.sin(delta), xp.cos(delta)
    before, after = (delta, xp.zeros_like(delta) + xp.pi), (1 - cosine, xp.zeros_like(delta) + 2)
    share, power = xp.zeros_like(delta) + xp.constant("0.5"), sine
    for n in range(MOST - 1):  # before: the integrals of sin^n; power: sin^(n + 1)
        share = xp.where(d == n + 2, before[0] / before[1], share)
        following = tuple(((n + 1) * x - y) / (n + 2) for x, y in zip(before, (power * cosine, 0), strict=True))
        before, after, power = after, following, power * sine
    return share


@claim(
    "RVSM.S0.probability.fix",
    place="the abstract",
    expected="unrefuted",
    why="attained for d = 1 and for delta = pi/2; with sin^d in place of sin^(d - 1) it fails for d = 2",
)
class AngleOften:
    r"""A uniformly random direction has $\theta(w^0, w^*) \le \pi - \delta$, $0 < \delta \le \pi/2$, with a probability of at
    least $1 - \frac{1}{2} \sin^{d - 1} \delta$: for fixed $\delta < \pi/2$, and with it fixed $\beta$, it tends to 1 as $d \to
    \infty$. (The share behind is $\frac{1}{2} I_x(\frac{d - 1}{2}, \frac{1}{2})$, $x = \sin^2 \delta$, an incomplete beta
    function, and $I_x(a, \frac{1}{2}) \le I_x(a, 1) = x^a$. Checked for $d \le 40$.)"""

    lost = 1

    def cases(self, rng: Any, size: int) -> Case:
        return {"d": integers(rng, 1, MOST, size), "delta": uniform(rng, 0.05, np.pi / 2, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["d"] >= 1, case["d"] <= MOST), xp.both(case["delta"] > 0, 2 * case["delta"] <= xp.pi))

    def margin(self, case: Case, xp: Any) -> Any:
        sine, power = xp.sin(case["delta"]), xp.zeros_like(case["delta"]) + 1
        for n in range(MOST):
            power = xp.where(n < case["d"] - self.lost, power * sine, power)
        return power / 2 - behind(case["d"], case["delta"], xp)
