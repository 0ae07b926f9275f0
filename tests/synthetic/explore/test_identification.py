"""Who identifies, when the solution is known."""

from __future__ import annotations

import numpy as np

from synthetic.explore.identification import Game, begun_at_one, planted, prox_sgd, prox_ssi, rmda


def wrong(run, game, steps=400):
    """The number of wrong coordinates in the last tenth of the steps."""
    late = [point.tentative == 0 for point in run(game, steps)][-steps // 10 :]
    return np.mean(np.sum(np.array(late) != (game.solution == 0), axis=1))


def test_the_solution_is_stationary_with_the_margins_asked_for():
    game = planted(60, 0.2)
    slope = game.solution - game.a
    zero = game.solution == 0
    assert np.allclose(np.abs(slope[~zero]), 1)
    assert np.isclose(np.min(1 - np.abs(slope[zero])), 0.2)
    assert np.isclose(np.min(np.abs(game.solution[~zero])), 0.3)


def test_with_noise_rmda_identifies_and_prox_sgd_does_not():
    game = planted(60, 0.1, 1.0)
    assert wrong(rmda, game) < 1
    assert wrong(prox_sgd, game) > 10
    assert wrong(rmda, game) < wrong(prox_ssi, game) < wrong(prox_sgd, game)


def test_where_no_sampled_gradient_exceeds_the_threshold_prox_sgd_identifies_too():
    game = Game(np.linspace(-0.5, 0.5, 20), 0.05)
    assert wrong(prox_sgd, game) == 0


def test_with_mixing_below_one_the_tentative_points_are_zero_and_the_returned_ones_are_not():
    game = planted(36, 0.3, 0.3)
    zero = game.solution == 0
    *_, mixed = rmda(game, 150, c=0.3, start=np.ones(36))
    *_, plain = rmda(game, 150, c=1.0, start=np.ones(36))
    assert np.all(mixed.tentative[zero] == 0)
    assert np.all(mixed.w[zero] != 0)
    assert np.all(plain.w[zero] == 0)


def test_begun_at_a_stationary_point_of_mcp_rmda_leaves_it_once_the_step_passes_gamma():
    path, ratio = begun_at_one(2.0, 1.0, 8)
    assert np.allclose(path[: np.argmax(ratio > 2.0) + 1], 1, atol=1e-12)
    assert np.isclose(path[8], 4.20, atol=5e-3)
