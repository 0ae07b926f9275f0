"""Intervals that contain the truth as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic.statistics import mean_interval, wilson


def test_wilson_is_the_solution_of_its_equation():
    for successes, n in ((0, 20), (7, 20), (20, 20), (1, 1), (499, 1000)):
        share, low, high = wilson(successes, n)
        assert low <= share <= high
        for p in (low, high):
            if 0 < p < 1:
                assert (share - p) ** 2 == pytest.approx(1.959963984540054**2 * p * (1 - p) / n)


def test_wilson_by_hand():
    assert wilson(20, 20) == pytest.approx((1.0, 0.8388749, 1.0), abs=1e-7)  # 20/(20 + z^2)
    assert wilson(0, 0)[1:] == (0.0, 1.0)
    with pytest.raises(ValueError, match="between 0 and n = 3; got 4"):
        wilson(4, 3)


@pytest.mark.parametrize("p", [0.02, 0.3, 0.5, 0.97])
def test_wilson_covers(p):
    n, k = 40, np.arange(41)
    drawn = np.random.default_rng(0).binomial(n, p, 20_000)
    low, high = np.array([wilson(int(x), n)[1:] for x in k]).T
    assert np.mean((low[drawn] <= p) & (p <= high[drawn])) > 0.92


def test_the_mean_is_covered_and_infinite_values_are_left_out():
    rng = np.random.default_rng(1)
    inside = [low <= 3 <= high for _, low, high in (mean_interval(rng.normal(3, 2, 20)) for _ in range(300))]
    assert 0.88 < np.mean(inside) < 0.98
    assert mean_interval([1.0, np.inf, 3.0, np.nan])[0] == 2.0


@pytest.mark.parametrize("n", [2, 3, 5, 10, 14])
def test_the_interval_of_a_few_values_keeps_its_level(n):
    rng = np.random.default_rng(n)
    inside = [low <= 3 <= high for _, low, high in (mean_interval(rng.normal(3, 0.1, n)) for _ in range(600))]
    assert 0.92 < np.mean(inside) < 0.98


def test_the_mean_of_positive_numbers_has_no_negative_bound():
    for n in (3, 8, 20):
        assert mean_interval(np.random.default_rng(2).lognormal(sigma=3, size=n))[1] >= 0


def test_few_values_have_no_interval():
    assert np.isnan(mean_interval([])).all()
    mean, low, high = mean_interval([2.0])
    assert mean == 2.0
    assert np.isnan([low, high]).all()
