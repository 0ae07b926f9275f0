"""CardinalityBall: projection on vectors with at most k nonzeros, and its normal cone, against enumeration of the supports."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from verify.arrays.exact import RationalArrays
from verify.arrays.numpy import NumpyArrays
from verify.penalties import CardinalityBall


def projects(rng):
    """Whether prox is feasible and no farther than the best of all supports, on vectors with many ties."""
    good = True
    for n in (1, 2, 4, 5):
        for k in range(n + 2):
            z = rng.integers(-3, 4, (30, n)) * 0.5
            x = CardinalityBall(k).prox(z, 1.0)
            supports = [list(c) for c in combinations(range(n), min(k, n))]
            best = np.min([np.sum(z**2, axis=1) - np.sum(z[:, s] ** 2, axis=1) for s in supports], axis=0)
            good &= (np.count_nonzero(x, axis=1) <= k).all() and np.allclose(np.sum((x - z) ** 2, axis=1), best)
    return bool(good)


def test_prox_is_a_nearest_point():
    assert projects(np.random.default_rng(1))


@pytest.mark.parametrize("mistake", ["smallest", "signed", "one too many"])
def test_the_comparison_catches_seeded_mistakes(monkeypatch, mistake):
    right = NumpyArrays.largest_k
    wrong = {
        "smallest": lambda x, k: right(-x, k),
        "signed": lambda x, k: right(x - 2 * (x > 1), k),
        "one too many": lambda x, k: right(x, k + 1),
    }[mistake]
    monkeypatch.setattr(NumpyArrays, "largest_k", staticmethod(wrong))
    assert not projects(np.random.default_rng(1))


def test_ties_keep_the_first_and_zeros_are_exact():
    np.testing.assert_array_equal(CardinalityBall(2).prox(np.array([1.0, -2.0, 2.0, -2.0]), 7.0), [0, -2, 2, 0])
    np.testing.assert_array_equal(CardinalityBall(0).prox(np.array([1.0, 2.0]), 1.0), [0, 0])


def test_value_is_an_indicator_for_each_vector():
    ball = CardinalityBall(1)
    x = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1e-320]])
    np.testing.assert_array_equal(ball.value(x, axis=-1), [0, 0, np.inf])
    assert ball.value(x[:2]) == 0
    assert ball.value(x) == np.inf
    np.testing.assert_array_equal(ball.support(x), x != 0)
    assert ball.weak_convexity == np.inf
    assert ball.prox_bound == np.inf


def test_distance_to_the_limiting_normal_cone_by_enumeration():
    """The cone at x is the union, over supports J of k entries that hold x's, of vectors that vanish on J."""
    rng = np.random.default_rng(2)
    for n in (1, 3, 5):
        for k in range(n + 1):
            for count in range(min(k, n) + 1):
                x, g = np.zeros(n), rng.normal(size=n)
                x[rng.permutation(n)[:count]] = 1.0
                cones = [list(J) for J in combinations(range(n), k) if set(np.flatnonzero(x)) <= set(J)]
                nearest = min(np.linalg.norm(g[J]) for J in cones)
                assert np.isclose(CardinalityBall(k).subgradient_distance(x, g), nearest)
    assert CardinalityBall(1).subgradient_distance(np.ones(2), np.ones(2)) == np.inf
    z = rng.normal(size=(40, 6))
    x = CardinalityBall(2).prox(z, 0.3)
    assert not CardinalityBall(2).subgradient_distance(x, (x - z) / 0.3, axis=-1).any()
    assert CardinalityBall(9).subgradient_distance(np.zeros(2), np.array([3.0, 4.0])) == 5


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_corners(dtype):
    ball = CardinalityBall(1)
    tiny = np.finfo(dtype).smallest_subnormal
    z = np.array([[0, 0, 0], [tiny, 0, -tiny], [1e30, -1e30, 1]], dtype=dtype)
    for t in (1e-8, 1e8):
        x = ball.prox(z, t)
        np.testing.assert_array_equal(x, z * np.array([1, 0, 0]))
        assert x.dtype == dtype
        out = z.copy()
        assert ball.prox(out, t, out=out) is out
        np.testing.assert_array_equal(out, x)
        np.testing.assert_array_equal(ball.prox(np.asfortranarray(z), t), x)
    assert np.isnan(ball.prox(np.array([np.nan, 1.0, 2.0], dtype), 1.0)[0])
    assert ball.prox(np.zeros((2, 0), dtype), 1.0).shape == (2, 0)
    assert ball.prox(dtype(3), 1.0) == 3
    assert CardinalityBall(0).prox(dtype(3), 1.0) == 0
    assert CardinalityBall(0).value(dtype(3)) == np.inf
    assert ball.subgradient_distance(dtype(3), dtype(2)) == 2


def test_bad_k_and_exact_arithmetic():
    for k in (-1, 1.5, "2", None, True):
        with pytest.raises(ValueError, match="k must be an integer >= 0"):
            CardinalityBall(k)
    R = RationalArrays()
    x = CardinalityBall(np.int64(1))._prox(R.convert(np.array([0.1, -0.3])), 1, R)
    assert [str(v) for v in x] == ["0", "-3/10"]
    assert CardinalityBall(1)._value(x, R)[0] == 0
