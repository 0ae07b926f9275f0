"""Exact certificates of worst cases, and performance estimation where it is installed."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from verify.claims.mrda.worst import attained, regret, worst
from verify.evidence.certificate import certify, holds, repaired, semidefinite
from verify.evidence.performance import dual_averaging_regret, installed, proximal_gradient_gap
from verify.evidence.semidefinite import dual_averaging, proximal_gradient

ONE = Fraction(1)


def test_semidefinite_is_decided_exactly():
    assert semidefinite([[ONE, ONE], [ONE, ONE]])
    assert not semidefinite([[ONE, ONE], [ONE, ONE - Fraction(1, 10**30)]])
    assert not semidefinite([[0 * ONE, ONE], [ONE, ONE]])
    assert semidefinite([[0 * ONE, 0 * ONE], [0 * ONE, ONE]])


def test_repair_meets_the_equalities_exactly():
    equal, target = ((ONE, 2 * ONE, 0 * ONE), (0 * ONE, ONE, ONE)), (ONE, ONE / 3)
    x = repaired([Fraction(1, 7), Fraction(1, 3), Fraction(2, 9)], equal, target)
    assert [sum(a * v for a, v in zip(row, x, strict=True)) for row in equal] == list(target)


def test_a_certificate_with_less_room_is_rejected():
    program = dual_averaging([ONE] * 3, ONE, ONE)
    found = certify(program)
    assert holds(program, found.multipliers)
    assert not holds(program, [v * Fraction(99, 100) for v in found.multipliers])
    assert not holds(program, [-v for v in found.multipliers])


@pytest.mark.parametrize("t", [2, 3, 5])
def test_the_worst_regret_is_reached_by_gradients_in_the_plane(t):
    """|s_k| = a_k with |g| = G: the triangle gives each angle; the regret from its definition, in floats."""
    beta = [Fraction(w) for w in ("1", "1.5", "1.75", "2", "2.25")][:t]
    value, a = worst(beta, ONE, ONE)
    assert value == regret(a, beta, ONE, ONE)
    s, lost = complex(0), 0.0
    for k in range(t):
        w = -s / float(beta[k - 1]) if k else 0j
        turn = 0.0 if not k else math.acos(max(-1, min(1, (float(a[k]) ** 2 - abs(s) ** 2 - 1) / (2 * abs(s) or 1))))
        along = s / abs(s) if abs(s) else 1
        g = along * complex(math.cos(turn), math.sin(turn))
        lost += (g.conjugate() * w).real
        s += g
    assert lost + abs(s) == pytest.approx(float(value), abs=1e-9)


def test_the_proximal_gradient_bound_is_certified_and_attained():
    for steps in (1, 2, 3):
        assert 0 <= certify(proximal_gradient(steps)).bound - attained(steps) < Fraction(1, 10**6)


@pytest.mark.skipif(not installed(), reason="the extra pepit is not installed")
def test_performance_estimation_agrees():
    beta = [1.0, 1.5, 1.75]
    exact, _ = worst([Fraction(b) for b in beta], ONE, ONE)
    assert dual_averaging_regret(beta, 1.0, 1.0).value == pytest.approx(float(exact), rel=1e-5)
    assert proximal_gradient_gap(2).value == pytest.approx(0.125, rel=1e-4)
