"""The counterexamples of RVSM's limit and angle claims, again, by a plain script."""

from __future__ import annotations

from itertools import pairwise

import mpmath as mp
import pytest
from plain_limits import angle, gradient, hard, norm, numbers, run, soft

A2 = (mp.pi + 1) / (2 * mp.pi)  # the curvature along w for k = 2
STAR = ("0.6", "0.8")


def beta_bound(delta, k=2):
    return mp.mpf(delta) * mp.sin(mp.mpf(delta)) / (k * mp.pi)


def largest_slope(path, star, k=2):
    star, slopes = numbers(star), []
    for v, w in pairwise(path):
        apart = norm([x - y for x, y in zip(v, w, strict=True)])
        turn = norm([x - y for x, y in zip(gradient(v, star, k), gradient(w, star, k), strict=True)])
        slopes.append(turn / apart if apart > mp.mpf(10) ** -25 else mp.mpf(0))
    return max(slopes)


def test_the_angle_rises_from_zero_when_the_run_starts_at_w_star():
    path = run(STAR, STAR, "0.25", "0.1", 200)
    thetas = [angle(w, numbers(STAR)) for w in path]
    assert beta_bound(2) >= 0.25
    assert 1 / (mp.mpf("0.25") + largest_slope(path, STAR)) >= 1
    assert thetas[0] < mp.mpf(10) ** -25
    assert thetas[1] == pytest.approx(0.0232516228104629, rel=1e-14)
    assert thetas[2] > thetas[1] > thetas[0]
    assert thetas[-1] == pytest.approx(0.056928288664209479, rel=1e-14)


def test_l0_lets_the_angle_grow_from_a_long_start():
    star, delta = numbers(("0", "1")), mp.mpf("1.936")
    path = run(("-3", "1.15"), ("0", "1"), "0.28", "0.196", 1, hard)
    before, after = (angle(w, star) for w in path)
    assert before <= mp.pi - delta < after
    assert beta_bound(delta) >= mp.mpf("0.28")
    assert mp.mpf("0.196") / mp.mpf("0.28") < 1 / mp.sqrt(2)
    assert after == pytest.approx(1.2139173313947285, rel=1e-12)
    assert norm(path[0]) > 2
    assert norm(path[1]) < 1.8  # in the strip at once


def test_the_copy_may_vanish():
    w = run(("1",), ("1",), "0.25", "0.2", 200)[-1][0]
    assert abs(w - A2 / (A2 + mp.mpf("0.25"))) < mp.mpf(10) ** -50
    assert soft(w, mp.mpf("0.8")) == 0


def test_the_chord_is_zero_and_the_distance_is_not_and_c_two_is_not_zero():
    w = run(("1",), ("1",), "0.25", "0.1", 200)[-1][0]
    assert abs(1 - w - mp.mpf("0.1") / A2) < mp.mpf(10) ** -50
    assert angle([w], [mp.mpf(1)]) == 0


@pytest.mark.parametrize(("tilt", "chords"), [("1.001", 1088), ("1.0001", 10880), ("1.00001", 108804)])
def test_the_distance_is_no_multiple_of_the_chord_near_equal_magnitudes(tilt, chords):
    length = mp.hypot(1, mp.mpf(tilt))
    star = [1 / length, mp.mpf(tilt) / length]
    w = run(star, star, "0.2", "0.1", 600)[-1]
    far = norm([x - y for x, y in zip(w, numbers(star), strict=True)])
    assert far == pytest.approx(0.2145, abs=1e-4)
    assert far / (2 * mp.sin(angle(w, numbers(star)) / 2)) == pytest.approx(chords, rel=1e-3)


def test_the_chord_is_zero_for_unequal_magnitudes_that_are_all_pruned():
    length = mp.hypot(1, mp.mpf("0.6"))
    star, ratio = [1 / length, mp.mpf("-0.6") / length], mp.mpf("0.19") / mp.mpf("0.28")
    w = run(star, star, "0.28", "0.19", 400)[-1]
    assert ratio < 1 / mp.sqrt(2)
    assert max(abs(x) for x in w) < ratio
    assert norm([x - A2 / (A2 + mp.mpf("0.28")) * y for x, y in zip(w, star, strict=True)]) < mp.mpf(10) ** -40
    assert norm([x - y for x, y in zip(w, star, strict=True)]) == pytest.approx(0.2981, abs=1e-4)


def test_the_interval_for_c_is_empty():
    w = run(("1",), ("1",), "0.28", "0.26", 300)[-1][0]
    c = (mp.pi + 1 - 1 / w) / mp.pi
    assert beta_bound(2) >= mp.mpf("0.28")
    assert 1 - 4 * mp.mpf("0.26") < 0 < c
    assert c == pytest.approx(0.86478631607707464, rel=1e-14)


def test_the_display_below_18_has_the_length_of_u_and_not_its_square():
    w = run(STAR, STAR, "0.25", "0.1", 300)[-1]
    u = [soft(x, mp.mpf("0.4")) for x in w]
    theta, gamma, length = angle(w, numbers(STAR)), angle(w, u), norm(u)
    c, b = (mp.pi - theta) / (2 * mp.pi), mp.mpf("0.25")
    left = (c * mp.cos(theta) + b * length * mp.cos(gamma)) ** 2
    right = [c * c + 2 * c * b * length**p * mp.cos(theta + gamma) + b * b * length**2 for p in (1, 2)]
    assert abs(left - right[0]) < mp.mpf(10) ** -30
    assert left - right[1] == pytest.approx(0.0413103455, rel=1e-6)


def test_l0_has_two_limits():
    assert run(("1",), ("1",), "0.25", "0.1", 200, hard)[-1][0] == 1
    assert run(("0.5",), ("1",), "0.25", "0.1", 200, hard)[-1][0] == pytest.approx(0.72501936892100188, rel=1e-15)


def test_l0_raises_the_angle():
    thetas = [angle(w, numbers(STAR)) for w in run(STAR, STAR, "0.25", "0.05", 200, hard)]
    assert thetas[1] == pytest.approx(0.1311116, rel=1e-6)
    assert thetas[-1] == pytest.approx(0.193312002045954, rel=1e-12)


@pytest.mark.parametrize(
    ("side", "x", "y", "delta", "beta", "lam", "eta", "length"),
    [
        (50, "-8.05", "0.199", "0.89", "0.11", "0.00219", "1.3", 12.8),
        (7 * 10**6, "-1200", "0.000516", "1.25", "0.18", "2.55e-8", mp.mpf(1) / mp.mpf("4.18"), 300 * 12.69),
    ],
    ids=["2501 dimensions", "eta = 1/(beta + 4)"],
)
def test_l0_ends_at_the_saddle_in_many_dimensions(side, x, y, delta, beta, lam, eta, length):
    """By symmetry w = (x, y, ..., y) with side^2 equal entries and w* = e_1: gradient and norm written for that."""
    n, k = side * side, 2
    x, y, delta, beta, lam, eta = numbers((x, y, delta, beta, lam, eta))
    cut = mp.sqrt(2 * lam / beta)
    assert beta <= beta_bound(delta)
    assert lam / beta < 1 / mp.sqrt(n + 1)
    assert eta <= 1 / (beta + A2)
    assert mp.atan2(side * y, -x) >= delta
    assert mp.hypot(x, side * y) == pytest.approx(length, rel=1e-3)
    for _ in range(2000):
        r, theta = mp.sqrt(x * x + n * y * y), mp.atan2(mp.sqrt(n) * y, x)
        c = (mp.pi + k - 1 - (mp.sin(theta) + k - 1) / r) / (mp.pi * k)
        x, y = (
            x - eta * (c * x - (mp.pi - theta) / (mp.pi * k) + (0 if abs(x) > cut else beta * x)),
            y - eta * (c * y + (0 if abs(y) > cut else beta * y)),
        )
    assert x == pytest.approx(-1 / (mp.pi + 1), rel=1e-12)
    assert abs(side * y) < mp.mpf(10) ** -30


def test_a_tie_at_the_limit_breaks_u_is_s_of_w():
    path = [w[0] for w in run(("2",), ("1",), "0.25", "0.125", 100, hard)]
    for t, w in enumerate(path):
        assert abs(w - 1 - (1 - A2) ** t) < mp.mpf(10) ** -45
        assert hard(w, mp.mpf("0.5")) == w
    assert hard(mp.mpf(1), mp.mpf("0.5")) == 0
