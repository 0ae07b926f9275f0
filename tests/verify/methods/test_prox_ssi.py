"""ProxSSI against its argmin in Adam's metric, by brute force."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from verify.arrays import NUMPY, namespace
from verify.methods import ProxSSI
from verify.methods.adam import Adaptive
from verify.penalties import L1, GroupL2

ALPHA, B1, B2, EPSILON = 0.1, 0.8, 0.95, 1e-3
HYPER = Adaptive(ALPHA, B1, B2, EPSILON)
GRADIENTS = np.random.default_rng(1).normal(size=(5, 3)) * [1.0, 0.1, 10.0]
START = np.array([0.5, -0.2, 0.1])


def metric_and_point(w, gradients):
    """d and y from all gradients so far, weighted by their age."""
    ages = np.arange(len(gradients))[::-1]
    m = (B1**ages) @ gradients / np.sum(B1**ages)
    d = np.sqrt((B2**ages) @ gradients**2 / np.sum(B2**ages)) + EPSILON
    return d, w - ALPHA * m / d


def run(penalty, w, gradients, xp):
    state, path = ProxSSI().init(w, HYPER, penalty, xp), []
    for g in gradients:
        state, w = ProxSSI().step(state, w, g, HYPER, penalty, xp)
        path.append(w)
    return path


@pytest.mark.parametrize("lam", [0.3, 1.0, 30.0])
def test_group_lasso_in_the_metric(lam):
    path = run(GroupL2(lam, axes=(-1,), weights=None), START, GRADIENTS, NUMPY)
    for k, (before, after) in enumerate(zip([START, *path], path, strict=False)):
        d, y = metric_and_point(before, GRADIENTS[: k + 1])

        def objective(x, d=d, y=y):
            return lam * np.linalg.norm(x) + np.sum(d * (x - y) ** 2) / (2 * ALPHA)

        options = {"xatol": 1e-10, "fatol": 1e-14, "maxiter": 8000}
        best = min(
            (minimize(objective, x, method="Nelder-Mead", options=options) for x in (y, after + 1e-3)), key=lambda r: r.fun
        )
        assert objective(after) <= min(best.fun, objective(0 * y)) + 1e-12
        assert (after == 0).all() == (np.linalg.norm(d * y / ALPHA) <= lam)


def test_l1_in_the_metric():
    d, y = metric_and_point(START, GRADIENTS[:1])
    expected = np.sign(y) * np.maximum(np.abs(y) - 0.2 * ALPHA / d, 0)
    np.testing.assert_allclose(run(L1(0.2), START, GRADIENTS[:1], NUMPY)[0], expected, rtol=1e-12)


def test_float32_keeps_its_digits():
    torch = pytest.importorskip("torch", reason="the deep extra is not installed")
    penalty = GroupL2(0.3, axes=(-1,), weights=None)
    exact = run(penalty, START, GRADIENTS, NUMPY)
    w, g = torch.as_tensor(START, dtype=torch.float32), torch.as_tensor(GRADIENTS, dtype=torch.float32)
    for found, expected in zip(run(penalty, w, g, namespace(w)), exact, strict=True):
        np.testing.assert_allclose(found.numpy(), expected, rtol=2e-5, atol=1e-6)
