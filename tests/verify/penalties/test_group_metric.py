"""GroupL2 in a diagonal metric: one step a coordinate, by Newton's method on the norm."""

from __future__ import annotations

import numpy as np
import pytest

from tests.verify.penalties.group_definitions import group_l2_exact, is_least, length, mp, ulps
from verify.arrays import NUMPY
from verify.claims import load
from verify.penalties import GroupL2


def test_a_step_a_coordinate_minimises_the_definition():
    rng = np.random.default_rng(2)
    penalty = GroupL2(0.7, axes=-1, weights=2.0)
    for d in (1, 2, 3, 4):
        for spread in (0.1, 2.0, 8.0):
            t = 10 ** rng.uniform(-spread, spread, d)
            z = 1.4 * t * rng.normal(size=d) / np.sqrt(d) * rng.choice([0.9, 1.1, 3.0, 100.0])
            assert is_least(lambda y: 1.4 * length(y), penalty.prox(z, t), z, t, rng, starts=2, probes=800)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_step_a_coordinate_against_60_digits(dtype):
    """4 ulp, times the conditioning 1 + H/r of the secular equation next to the threshold. Float32 arrays are held to 2 ulp."""
    rng = np.random.default_rng(3)
    for d in (1, 2, 5, 40):
        for _ in range(12):
            t = (10 ** rng.uniform(-8, 8, d)).astype(dtype)
            z = (t * rng.normal(size=d) / np.sqrt(d) * 10 ** rng.uniform(-0.3, 4)).astype(dtype)
            x = GroupL2(1.0, axes=-1, weights=None).prox(z, t)
            exact = group_l2_exact(z, [float(v) for v in t])
            if not any(exact):
                assert not x.any()
                continue
            r = np.sqrt(float(mp.fsum(e * e for e in exact)))
            p = z / (r + t.astype(np.float64))
            conditioning = 1 + 1 / (r * np.sum(p**2 / (r + t)))
            assert x.dtype == dtype
            assert ulps(x, exact) <= (2 if dtype == np.float32 else 4 * conditioning)


@pytest.mark.parametrize("seed", range(5))
def test_a_group_is_zero_in_a_metric_exactly_where_it_should_be_down_to_subnormal_floats(seed):
    """The cases and the margin of PROX.GroupL2.diagonal.support, of whose floats a replay in 50 digits would say nothing."""
    made = load()["PROX.GroupL2.diagonal.support"]
    case = made.cases(np.random.default_rng(seed), 5000)
    with np.errstate(all="ignore"):
        assert made.margin(case, NUMPY).min() >= 0
    assert {-1040, 0} <= set(case["scale"])


def test_the_newton_iteration_itself_converges_in_float32():
    rng = np.random.default_rng(4)
    t = (10 ** rng.uniform(-8, 8, (400, 6))).astype(np.float32)
    z = (t * rng.normal(size=(400, 6)) * 10 ** rng.uniform(0.5, 4, (400, 1))).astype(np.float32)
    penalty = GroupL2(1.0, axes=-1, weights=None)
    with np.errstate(all="ignore"):
        x = penalty._prox(z, t, NUMPY)
    assert x.dtype == np.float32
    exact = penalty.prox(z.astype(np.float64), t.astype(np.float64))
    np.testing.assert_allclose(x, exact, rtol=1e-4)
    assert np.median(np.abs(x / exact - 1)) < 2e-7


def test_equal_steps_a_coordinate_are_the_scalar_step():
    z = np.random.default_rng(5).normal(size=(50, 7))
    penalty = GroupL2(0.3, axes=-1)
    np.testing.assert_allclose(penalty.prox(z, np.full((50, 7), 0.4)), penalty.prox(z, 0.4), rtol=1e-13)
