"""MetricL1: the l1 prox in a full metric, against enumeration of supports and signs, searches and 50-digit arithmetic."""

from __future__ import annotations

from itertools import product

import mpmath
import numpy as np
import pytest

from verify.penalties import L1, MetricL1, metric_solver


def metric(rng, n, condition, graded=False):
    """A random symmetric positive-definite matrix; graded ones owe their condition number to their diagonal in part."""
    basis = np.linalg.qr(rng.normal(size=(n, n)))[0]
    H = (basis * np.geomspace(1, condition ** (0.5 if graded else 1.0), n)) @ basis.T
    units = np.geomspace(1, condition**0.25, n) if graded else np.ones(n)
    H = units[:, None] * H * units
    return 0.5 * (H + H.T)


def objective(H, lam, x, z, t):
    return np.einsum("...i,ij,...j->...", x - z, H, x - z) / (2 * t) + np.sum(lam * np.abs(x), axis=-1)


def agrees(rng, prox):
    """Whether prox has the least objective of all 3^n choices of support and signs, each with its stationary point."""
    good = True
    for n in (1, 2, 3, 4):
        for condition in (1.0, 30.0, 1e4):
            H, z, t = metric(rng, n, condition), rng.normal(size=n), 10 ** rng.uniform(-3, 3)
            lam = np.max(np.abs(H @ z)) / t * 10 ** rng.uniform(-2, 0.2)
            points = [np.zeros(n)]
            for signs in product((-1, 0, 1), repeat=n):
                on, s = np.flatnonzero(signs), np.array(signs)
                if len(on):
                    point = np.zeros(n)
                    point[on] = np.linalg.solve(H[np.ix_(on, on)], (H @ z - t * lam * s)[on])
                    points.append(point)
            best = np.min(objective(H, lam, np.array(points), z, t))
            good &= bool(objective(H, lam, prox(MetricL1(lam, H), z, t), z, t) <= best * (1 + 1e-12))
    return good


def test_prox_is_the_global_minimiser():
    assert agrees(np.random.default_rng(1), lambda penalty, z, t: penalty.prox(z, t))


def test_the_comparison_catches_seeded_mistakes():
    mistakes = {
        "metric forgotten": lambda p, z, t: L1(p.lam).prox(z, t),
        "diagonal alone": lambda p, z, t: L1(p.lam / np.diag(p.H)).prox(z, t),
        "one newton step": lambda p, z, t: L1(p.lam).prox(z - 0.1 * t, t),
        "threshold without t": lambda p, z, t: p.prox(z, 1.0),
    }
    for mistake in mistakes.values():
        assert not agrees(np.random.default_rng(1), mistake)


@pytest.mark.parametrize("condition", [1.0, 1e4, 1e10])
@pytest.mark.parametrize("graded", [False, True])
def test_optimality_to_rounding_up_to_300_coordinates(condition, graded):
    rng = np.random.default_rng(2)
    for n in (5, 40, 300):
        H, z, t = metric(rng, n, condition, graded), rng.normal(size=n), 10 ** rng.uniform(-3, 3)
        for share in (0.5, 0.02):
            penalty = MetricL1(share * np.max(np.abs(H @ z)) / t, H)
            x = penalty.prox(z, t)
            assert penalty.certificate(x, z, t) < 1e-13
            assert 0 < np.count_nonzero(x) < n or n == 5


def test_the_certificate_in_50_digits():
    """Support and signs are those of the exact solution: its own 50-digit system has the same signs and small enough forces."""
    rng = np.random.default_rng(3)
    mp = mpmath.MPContext()
    mp.dps = 50
    for condition in (10.0, 1e10):
        H, z, t = metric(rng, 8, condition), rng.normal(size=8), 0.3
        lam = 0.1 * float(np.max(np.abs(H @ z))) / t
        x = MetricL1(lam, H).prox(z, t)
        on = [int(i) for i in np.flatnonzero(x)]
        Hm, zm = mp.matrix(H.tolist()), mp.matrix(z.tolist())
        right = [(Hm * zm)[i] - mp.mpf(t) * lam * int(np.sign(x[i])) for i in on]
        exact = mp.lu_solve(mp.matrix([[Hm[i, j] for j in on] for i in on]), mp.matrix(right))
        full = mp.matrix(8, 1)
        for i, value in zip(on, exact, strict=True):
            full[i] = value
            assert value * x[i] > 0
        force = Hm * (full - zm)
        assert all(abs(force[i]) <= mp.mpf(t) * lam for i in range(8) if i not in on)
        np.testing.assert_allclose(x, [float(v) for v in full], rtol=1e-14 * condition + 1e-12)


def test_a_diagonal_metric_is_one_step_a_coordinate():
    rng = np.random.default_rng(4)
    diagonal, z = 10 ** rng.uniform(-4, 4, 20), rng.normal(size=(3, 20))
    x = MetricL1(0.3, np.diag(diagonal)).prox(z, 2.0)
    np.testing.assert_allclose(x, L1(0.3).prox(z, 2.0 / diagonal), rtol=1e-13, atol=1e-300)
    np.testing.assert_array_equal(x == 0, L1(0.3).prox(z, 2.0 / diagonal) == 0)


def test_weighted_and_batched_with_a_step_a_vector():
    rng = np.random.default_rng(5)
    H, z = metric(rng, 4, 20.0), rng.normal(size=(2, 3, 4))
    t, lam = rng.uniform(0.1, 2, (2, 3, 1)), np.array([0.0, 0.1, 1.0, 10.0])
    penalty = MetricL1(lam, H)
    x = penalty.prox(z, t)
    for i, j in np.ndindex(2, 3):
        np.testing.assert_array_equal(x[i, j], penalty.prox(z[i, j], float(t[i, j, 0])))
        assert penalty.certificate(x[i, j], z[i, j], float(t[i, j, 0])) < 1e-14
    assert np.isclose(penalty.value(z), np.sum(lam * np.abs(z)))
    assert penalty.subgradient_distance(x, -lam * np.sign(x)) == 0
    np.testing.assert_allclose(penalty.subgradient_distance(np.ones(4), np.zeros(4)), np.linalg.norm(lam))
    np.testing.assert_array_equal(penalty.support(x), x != 0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_corners(dtype):
    H = np.array([[2.0, 1.0], [1.0, 2.0]])
    penalty = MetricL1(0.5, H)
    tiny = np.finfo(dtype).smallest_subnormal
    z = np.array([[0, 0], [tiny, -tiny], [1e30, -1e30], [0.2, 3]], dtype=dtype)
    for t in (1e-8, 1.0, 1e8):
        x = penalty.prox(z, t)
        assert x.dtype == dtype
        assert not x[:2].any()
        np.testing.assert_array_equal(x[2], z[2])
        out = z.copy()
        assert penalty.prox(out, t, out=out) is out
        np.testing.assert_array_equal(out, x)
        np.testing.assert_array_equal(penalty.prox(np.asfortranarray(z), t), x)
    np.testing.assert_array_equal(MetricL1(0.0, H).prox(z, 1.0), z)
    assert np.isnan(penalty.prox(np.array([np.nan, 1.0], dtype), 1.0)[0])
    assert penalty.prox(np.zeros((0, 2), dtype), 1.0).shape == (0, 2)
    assert not penalty.prox(np.array([0.25, 0.0]), 1.0).any()  # |Hz| = (0.5, 0.25) is at the threshold


def test_bad_metrics_are_named():
    with pytest.raises(ValueError, match="square"):
        MetricL1(1.0, np.ones((2, 3)))
    with pytest.raises(ValueError, match="symmetric"):
        MetricL1(1.0, np.array([[1.0, 0.5], [0.4, 1.0]]))
    with pytest.raises(ValueError, match="positive definite; its least eigenvalue is -1"):
        MetricL1(1.0, np.array([[1.0, 2.0], [2.0, 1.0]]))
    with pytest.raises(ValueError, match="positive definite"):
        MetricL1(1.0, np.ones((2, 2)))
    with pytest.raises(ValueError, match="positive definite"):
        MetricL1(1.0, np.diag([1.0, -1.0]))
    with pytest.raises(ValueError, match="finite"):
        MetricL1(1.0, np.array([[np.nan]]))
    with pytest.raises(ValueError, match="one a coordinate"):
        MetricL1(np.ones(3), np.eye(2))
    with pytest.raises(ValueError, match="H is of size 2"):
        MetricL1(1.0, np.eye(2)).prox(np.ones(3), 1.0)
    with pytest.raises(ValueError, match="H is of size 1"):
        MetricL1(1.0, np.eye(1)).prox(np.float64(1.0), 1.0)
    with pytest.raises(ValueError, match="one a vector"):
        MetricL1(1.0, np.eye(2)).prox(np.ones(2), np.ones(2))


def test_an_unmet_certificate_raises(monkeypatch):
    monkeypatch.setattr(metric_solver, "kkt_gap", lambda H, x, d, c: (np.ones_like(x), H @ d))
    with pytest.raises(ArithmeticError, match="optimality conditions are met to 1 only"):
        MetricL1(1.0, np.eye(2)).prox(np.array([3.0, 4.0]), 1.0)
