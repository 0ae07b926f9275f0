"""Lemma 2: a case for each of its conditions without which the conclusion fails."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.evidence import Fact, claim
from verify.methods.mda import MDA, Averages, Mixing
from verify.methods.rmda import RMDA
from verify.penalties.box import Box
from verify.penalties.zero import Zero

SPANS = ((1, 10), (10, 100), (100, 1000))


def share(s: list[Fraction]) -> Fraction:
    """sum s_k^2/(sum s_k)^2: the variance of N_t over that of the noise."""
    return sum((x * x for x in s), Fraction(0)) / sum(s, Fraction(0)) ** 2


def swings(eta: float, steps: int) -> Any:
    """|V_t/alpha_t - f'(W_{t-1})| at the end for f = w^2/2 on [-1, 1], W_0 = 1, c = 1, no noise."""
    w, state, error = np.array([1.0]), RMDA().restart(np.array([1.0]), NUMPY), 0.0
    for _ in range(steps):
        slope = w
        state, w = RMDA().step(state, w, slope, Mixing(eta, 1), Box(-1, 1), NUMPY)
        error = float(np.abs(state.V / state.alpha - slope)[0])
    return error


def jump(before: float, t: int, sign: int) -> float:
    """N_t of the running method where N_{t-1} is ``before``, tau_t = 1/sqrt t and zeta_t = sign/tau_t."""
    root = float(np.sqrt(t))
    alpha = root - 1  # s_t = 1: so tau_t = 1/(alpha + 1)
    state = Averages(t - 1, alpha, np.array([before * alpha]), np.zeros(1))
    state, _ = MDA().step(state, np.zeros(1), np.array([sign * root]), Mixing(1 / root, 0), Zero(), NUMPY)
    return float((state.V / state.alpha)[0])


@claim(
    "RMDA.L2.needed",
    place="Lemma 2, Eq. 4",
    expected="proved",
    why="s_k = 1 in place of 2^-k or 2^k gives 1/t, tau_t = 1/t a product above 1/2, and eta = 1 in the box errors below 0.02",
    form="own",
    kind="text",
)
class Needed:
    r"""Each condition is needed, by examples. Without (i), $s_k = 2^{-k}$: the variance of $N_t$ is $\frac{1 + 2^{-t}}{3 (1 -
    2^{-t})}$ times the noise's; without $\tau_t \to 0$, $s_k = 2^k$: the same. With $\tau_t \to 0$ but without (ii), $\tau_t =
    \frac{1}{\sqrt t}$ and $\zeta_t = \pm \frac{1}{\tau_t}$ with probability $\frac{\tau_t^2}{2}$ each, else 0 (variance
    1): where $\zeta_t \ne 0$, $|N_{t-1}|$ or $|N_t|$ is at least $\frac12$, and from $m + 1$ to $n$ there is no such $t$ with
    probability $\frac mn$, so they never end. Without (iii) and without noise: $f = \frac12 w^2$ on $[-1, 1]$, $W_0 = 1$, $c_t
    = 1$, constant $\eta = 3$, so that (i), (ii) and $\frac{\beta_t}{\alpha_t} \to 0$ hold: $W_t$ goes back and forth, and the
    error is above 0.999 at $t = 2000$."""

    def facts(self) -> list[Fact]:
        times = range(1, 41)
        closed = [(1 + Fraction(1, 2**t)) / (3 * (1 - Fraction(1, 2**t))) for t in times]
        falling = [share([Fraction(1, 2**k) for k in range(1, t + 1)]) for t in times]
        rising = [share([Fraction(2**k) for k in range(1, t + 1)]) for t in times]
        quiet = [prod((1 - Fraction(1, k) for k in range(m + 1, n + 1)), start=Fraction(1)) for m, n in SPANS]
        largest = [max(abs(jump(N, t, sign)), abs(N)) for N in np.linspace(-1, 1, 81) for t in (4, 100) for sign in (1, -1)]
        far, near = swings(3.0, 2000), swings(1.0, 2000)
        return [
            Fact("s = 2^-k: as said at t = 1, ..., 40", falling == closed, f"{float(falling[-1]):.6f}"),
            Fact("s = 2^k: the same", rising == closed, f"{float(rising[-1]):.6f}"),
            Fact("no jump from m + 1 to n: m/n", quiet == [Fraction(m, n) for m, n in SPANS], str(SPANS)),
            Fact("N before or after a jump is 1/2 or more", min(largest) >= 0.5 - 1e-12, f"{min(largest):.4f}"),
            Fact("eta = 3: the error is above 0.999 at t = 2000", far > 0.999, f"{far:.4f}"),
            Fact("eta = 1: below 0.02", near < 0.02, f"{near:.4f}"),
        ]
