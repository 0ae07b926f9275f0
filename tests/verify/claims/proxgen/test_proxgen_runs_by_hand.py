"""Theorem 1, its step and its momentum: runs from the paper's formulas, in rational or 50-digit numbers."""

from __future__ import annotations

from fractions import Fraction as Q

import pytest
from mpmath import mp, mpf
from plain_proxgen import counterexample, sign, soft

mp.dps = 50


def mcp_map(z, t, lam, gamma):
    if abs(z) <= t * lam:
        return mpf(0)
    return sign(z) * (abs(z) - t * lam) * gamma / (gamma - t) if abs(z) <= gamma * lam else z


def oscillation(rho, mu, steps):
    """Sum of dist^2: f = (x - 3/2)^2/2, MCP(1, 2), h = 3, from the minimiser 1."""
    x, m, total = mpf(1), mpf(0), mpf(0)
    for _ in range(steps):
        m = rho * m + (1 - rho) * (x - mpf("1.5"))
        x = mcp_map(x - m / 3, mpf(1) / 3, mpf(1), mpf(2))
        slope = x - mpf("1.5")
        gap = max(abs(slope) - 1, 0) if x == 0 else abs(slope + sign(x) * max(1 - abs(x) / 2, 0))
        total, rho = total + gap * gap, rho * mu
    return total


def test_constant_momentum_oscillates_for_ever():
    assert oscillation(mpf("0.9"), 1, 100) == pytest.approx(29.881, abs=1e-3)
    assert oscillation(mpf("0.9"), 1, 800) == pytest.approx(248.969, abs=1e-3)
    assert oscillation(mpf("0.9"), mpf("0.5"), 400) == pytest.approx(0.0645804, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "produced", "whole"), [("T1", False, False), ("T1.start", False, True), ("T1.gap", True, False)]
)
def test_theorem_1_as_printed(name, produced, whole):
    c = counterexample(name)
    q, lam, centre, T = c["q"], c["lam"], c["c"], int(c["T"])
    step, points = c["alpha"] / c["delta"], [c["w"]]
    assert 3 * c["L"] * c["alpha"] <= c["delta"]
    for _ in range(T):
        x = points[-1]
        points.append(soft(x - step * q * (x - centre), step * lam))
    chosen = points[1:] if produced else points[:-1]
    total = 0
    for x in chosen:
        g = q * (x - centre)
        total += max(abs(g) - lam, 0) ** 2 if x == 0 else (g + sign(x) * lam) ** 2
    best = soft(centre, lam / q) if q else Q(0)

    def f(x):
        return q * (x - centre) ** 2 / 2 + (lam * abs(x) if whole else 0)

    assert total > 8 / (3 * step) * (f(c["w"]) - f(best))


def test_a_small_first_step_is_not_enough():
    """f = x^2/2, delta = L = 1: alpha = 1/3, then 3 at every step; 1/gamma = 3, so Q_2 Delta = 8/2."""
    x, total = Q(1), Q(0)
    for alpha in [Q(1, 3), *[Q(3)] * 5]:
        x -= alpha * x
        total += x * x
    assert total > 600 > 2 * (3 + 1) * Q(1, 2)


def test_a_step_beyond_delta_over_l_cycles():
    c = counterexample("T1.step")
    path = [c["w"]]
    for _ in range(4):
        z = path[-1] - c["alpha"] * (path[-1] - 1)
        path.append(Q(0) if z * z <= 2 * c["alpha"] * c["lam"] else z)
    assert path[0] == path[2] == path[4] != path[1] == path[3]
    assert c["alpha"] <= 1 + c["eps"] <= Q(11, 10)


@pytest.mark.parametrize("beta", [Q(0), Q(1, 2), Q(999, 1000)])
def test_adam_cycles(beta):
    x, v, left, path = Q(1, 4), Q(0), Q(1), []
    for _ in range(6):
        v, left = beta * v + (1 - beta) * x * x, left * beta
        assert v / (1 - left) == Q(1, 16)
        path.append(x)
        x -= x / (Q(1, 4) + Q(1, 4))
    assert path == [Q(1, 4), Q(-1, 4)] * 3
