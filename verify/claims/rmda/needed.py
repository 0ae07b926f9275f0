"""Lemma 2: a case for each of its conditions without which the conclusion fails."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.evidence import Fact, claim
from verify.methods.mda import Mixing
from verify.methods.rmda import RMDA
from verify.penalties.box import Box


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


@claim(
    "RMDA.L2.needed",
    place="Lemma 2, Eq. 4",
    expected="proved",
    why="s_k = 1 in place of 2^-k or 2^k gives 1/t, and eta = 1 in the box gives errors below 0.02",
    form="own",
    kind="text",
)
class Needed:
    r"""Each condition is needed. Without (i), $s_k = 2^{-k}$: the variance of $N_t$ stays above $\frac13$ of the noise's;
    without $\tau_t \to 0$, $s_k = 2^k$: the same. Without (iii) and without noise: $f = \frac12 w^2$ on $[-1, 1]$, $W_0 = 1$,
    $c_t = 1$, constant $\eta = 3$, so that (i), (ii) and $\beta_t/\alpha_t \to 0$ hold: $W_t$ goes back and forth and the
    error tends to 1."""

    def facts(self) -> list[Fact]:
        falling = [share([Fraction(1, 2**k) for k in range(1, t + 1)]) for t in (1, 5, 40)]
        rising = [share([Fraction(2**k) for k in range(1, t + 1)]) for t in (1, 5, 40)]
        far, near = swings(3.0, 2000), swings(1.0, 2000)
        third = Fraction(1, 3)
        return [
            Fact("s = 2^-k: above 1/3 at t = 1, 5, 40", min(falling) > third, f"{float(falling[-1]):.6f}"),
            Fact("s = 2^k: above 1/3 at t = 1, 5, 40", min(rising) > third, f"{float(rising[-1]):.6f}"),
            Fact("eta = 3: the error is above 0.999 at t = 2000", far > 0.999, f"{far:.4f}"),
            Fact("eta = 1: below 0.02", near < 0.02, f"{near:.4f}"),
        ]
