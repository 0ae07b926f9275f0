"""The exact argmin in w: stationary to rounding, and no rival is lower."""

from __future__ import annotations

import numpy as np
import pytest

from verify.arrays import NUMPY
from verify.arrays.exact import DecimalArrays
from verify.losses import NoOverlapReLU
from verify.losses.no_overlap_prox import nearest


def problems(size, d, seed):
    rng = np.random.default_rng(seed)
    star = rng.normal(size=(size, d)) * rng.choice([0.3, 1.0, 2.0], (size, 1))
    v = rng.normal(size=(size, d)) * rng.choice([0.01, 0.3, 1.0, 10.0], (size, 1))
    v[: size // 8] = -star[: size // 8] * rng.uniform(0, 3, (size // 8, 1))
    v[size // 8 : size // 4] = star[size // 8 : size // 4]
    v[size // 4 : size // 3] = -star[size // 4 : size // 3] + 1e-3 * rng.normal(size=(size // 3 - size // 4, d))
    return NoOverlapReLU(rng.integers(1, 12, size), star), v, np.exp(rng.uniform(-5, 3, (size, 1)))


def objective(loss, w, v, beta):
    return loss.value(w, NUMPY) + beta[..., 0] / 2 * np.sum((w - v) ** 2, axis=-1)


@pytest.mark.parametrize("d", [1, 2, 3, 5])
def test_no_rival_is_lower_and_the_gradient_vanishes(d):
    loss, v, beta = problems(400, d, d)
    w = nearest(loss, v, beta, NUMPY)
    left = np.linalg.norm(loss.gradient(w, NUMPY) + beta * (w - v), axis=-1)
    inside = np.linalg.norm(w, axis=-1) > 1e-9
    here, rng = objective(loss, w, v, beta), np.random.default_rng(0)
    assert np.all(left[inside] <= 1e-8 * (1 + beta[inside, 0] * np.linalg.norm(v[inside], axis=-1)))
    for _ in range(300):
        mixed = rng.uniform(-2, 2, (400, 1)) * loss.w_star + rng.uniform(-1.5, 1.5, (400, 1)) * v
        rival = mixed + rng.normal(size=v.shape) * rng.choice([0.0, 0.0, 0.1, 1.0])
        close = w + 1e-3 * rng.normal(size=v.shape)
        for other in (rival, close):
            assert np.all(objective(loss, other, v, beta) >= here - 1e-12 * (1 + here))


def test_both_basins_are_looked_at():
    # v close to -w*: the angles near 0 and near pi each hold a local minimum, and beta decides which is lower
    loss = NoOverlapReLU(np.full(2, 4), np.tile([1.0, 0.0], (2, 1)))
    v, beta = np.tile([-0.9, 0.05], (2, 1)), np.array([[0.02], [2.0]])
    w = nearest(loss, v, beta, NUMPY)
    assert w[0, 0] > 0 > w[1, 0]


def test_fifty_digits_agree_with_float64():
    xp = DecimalArrays(50)
    loss, v, beta = problems(24, 3, 9)
    exact = nearest(NoOverlapReLU(loss.k, xp.convert(loss.w_star)), xp.convert(v), xp.convert(beta), xp)
    assert nearest(loss, v, beta, NUMPY) == pytest.approx(exact.astype(float), abs=1e-6)
    residual = NoOverlapReLU(loss.k, xp.convert(loss.w_star)).gradient(exact, xp) + xp.convert(beta) * (exact - xp.convert(v))
    inside = np.linalg.norm(exact.astype(float), axis=-1) > 1e-9
    assert float(np.max(np.abs(residual[inside].astype(float)))) < 1e-30
