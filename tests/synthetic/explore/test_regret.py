"""Dual averaging against its adversaries."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from synthetic.explore.averaging import supports
from synthetic.explore.regret import bound, play, weights, worst
from verify.claims.mrda.worst import WEIGHTS
from verify.claims.mrda.worst import worst as exact


@pytest.mark.parametrize("kind", WEIGHTS)
@pytest.mark.parametrize("steps", [2, 3, 4, 5])
def test_the_adversary_is_nearly_the_exact_worst_and_with_constant_weights_exactly(kind, steps):
    most = float(exact(WEIGHTS[kind][:steps], Fraction(1), Fraction(1))[0])
    beta = np.array([float(weight) for weight in WEIGHTS[kind][:steps]])
    regret = play(worst(beta, 1.0), beta, 1.0, (0.0, 0.0)).regret[-1]
    assert regret <= most + 1e-9
    assert regret >= (1 - 1e-9 if kind == "constant" else 0.98) * most


def test_with_constant_weights_the_points_go_round_the_circle_and_the_bound_is_met_at_every_step():
    beta = weights(3.0, 0.0, 60)
    game = play(worst(beta, 1.0), beta, 1.0, (0.0, 0.0))
    assert np.allclose(np.linalg.norm(game.w[4:], axis=1), 1, atol=1e-12)
    assert np.allclose(game.regret[3:], bound(beta, 1.0)[3:], atol=1e-9)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
def test_no_random_gradients_pass_the_bound_and_a_first_point_costs_its_length(alpha):
    beta, rng = weights(1.0, alpha, 30), np.random.default_rng(0)
    for _ in range(50):
        turn = rng.uniform(0, 2 * np.pi, 30)
        g = np.stack([np.cos(turn), np.sin(turn)], axis=1)
        assert np.all(play(g, beta, 1.0, (0.0, 0.0)).regret <= bound(beta, 1.0) + 1e-12)
    g = worst(beta, 1.0)
    assert np.allclose(play(g, beta, 1.0, (2.0, 0.0)).regret, play(g, beta, 1.0, (0.0, 0.0)).regret + 2)


def test_on_the_same_noise_rda_keeps_zeros_that_prox_sgd_forgets():
    found = supports(np.random.default_rng(0).normal(size=(300, 40)), 1.0, 0.3)
    assert np.mean(found["RDA"][-1]) == 0
    assert np.mean(found["prox-SGD"][-1]) > 0.5
    assert np.array_equal(found["RDA"][0], found["prox-SGD"][0])
