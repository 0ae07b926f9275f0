"""RMDA and modernized dual averaging against line 5 of Algorithm 1, minimised by brute force from all gradients so far."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from tests.verify.lowest import lowest
from verify.arrays import NUMPY, namespace
from verify.methods import MDA, RMDA
from verify.methods.mda import Mixing
from verify.penalties import L1, MCP, GroupL2, Zero

LAM, STEPS = 0.4, 9
PENALTIES = {
    "l1": (L1(LAM), lambda x: LAM * np.abs(x)),
    "mcp": (MCP(LAM, 2.0), lambda x: np.where(np.abs(x) < 2 * LAM, LAM * np.abs(x) - x * x / 4, LAM * LAM)),
    "zero": (Zero(), lambda x: 0 * x),
}
RNG = np.random.default_rng(3)
W0, TARGET = np.array([1.0, -0.5, 0.0, 2.0]), np.array([1.5, 0.2, -0.1, -1.0])
NOISE, ETA = RNG.normal(size=(STEPS, 4)), np.round(RNG.uniform(0.1, 1.0, STEPS), 1)
C = np.array([0.5, 1.0, 0.1, 0.0, 0.7, 1.0, 0.3, 0.9, 1.0])


def plain_run(cost, restarts=()):
    """(W_t, W~_t) of every step, from lists: nothing is accumulated."""
    w = anchor = W0
    weights, gradients, path = [], [], []
    for k in range(STEPS):
        if k in restarts:
            anchor, weights, gradients = w, [], []
        t = len(weights) + 1
        weights.append(ETA[k] * t**0.5)
        gradients.append(w - TARGET + NOISE[k])
        V, alpha = sum(s * g for s, g in zip(weights, gradients, strict=True)), sum(weights)
        reach = np.abs(anchor) + np.abs(V) / t**0.5 + 1
        point = np.array(
            [
                lowest(lambda x, v=v, a=a, t=t, alpha=alpha: v * x + t**0.5 / 2 * (x - a) ** 2 + alpha * cost(x), -r, r)
                for v, a, r in zip(V, anchor, reach, strict=True)
            ]
        )
        w = (1 - C[k]) * w + C[k] * point
        path.append((w, point))
    return path


def run(method, penalty, w, xp, restarts=()):
    noise = NOISE if xp is NUMPY else w.new_tensor(NOISE)
    target = TARGET if xp is NUMPY else w.new_tensor(TARGET)
    state, path = method.init(w, None, penalty, xp), []
    for k in range(STEPS):
        state = method.restart(w, xp) if k in restarts else state
        state, w = method.step(state, w, w - target + noise[k], Mixing(float(ETA[k]), float(C[k])), penalty, xp)
        path.append((w, method.tentative(state, penalty, xp)))
    return path


@pytest.mark.parametrize("restarts", [(), (3, 6)])
@pytest.mark.parametrize("name", PENALTIES)
def test_every_iterate_is_the_argmin_of_line_5(name, restarts):
    penalty, cost = PENALTIES[name]
    for found, expected in zip(run(RMDA(), penalty, W0, NUMPY, restarts), plain_run(cost, restarts), strict=True):
        np.testing.assert_allclose(found, expected, atol=2e-6)


def test_without_a_penalty_it_is_modernized_dual_averaging():
    for found, expected in zip(run(MDA(), L1(LAM), W0, NUMPY), plain_run(lambda x: 0 * x), strict=True):
        np.testing.assert_allclose(found, expected, atol=2e-6)


def test_group_lasso_by_a_general_minimiser():
    penalty, g = GroupL2(LAM, axes=(-1,), weights=None), np.array([0.7, -1.2, 0.4, 0.1])
    state = RMDA().restart(W0, NUMPY)
    state, _ = RMDA().step(state, W0, g, Mixing(0.3, 1), penalty, NUMPY)
    state, w = RMDA().step(state, W0, 2 * g, Mixing(0.5, 1), penalty, NUMPY)
    V, alpha, beta = 0.3 * g + 0.5 * 2**0.5 * 2 * g, 0.3 + 0.5 * 2**0.5, 2**0.5

    def line(x):
        return V @ x + beta / 2 * np.sum((x - W0) ** 2) + alpha * LAM * np.linalg.norm(x)

    best = minimize(line, W0, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 4000})
    np.testing.assert_allclose(w, best.x, atol=1e-6)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_exact_zeros_survive_mixing_with_c_1_and_no_other(kind):
    w = np.array([3.0, 0.1], dtype=kind)
    state = RMDA().restart(w, NUMPY)
    state, one = RMDA().step(state, w, np.array([0.1, 0.1], dtype=kind), Mixing(1.0, 1.0), L1(1.0), NUMPY)
    assert one[1] == 0 < one[0]
    assert one.dtype == kind
    assert (one == RMDA().tentative(state, L1(1.0), NUMPY)).all()
    state, half = RMDA().step(RMDA().restart(w, NUMPY), w, 0 * w, Mixing(1.0, 0.5), L1(1.0), NUMPY)
    assert half[1] > 0
    assert RMDA().tentative(state, L1(1.0), NUMPY)[1] == 0


def test_c_1_forgets_a_broken_iterate():
    w = np.array([1.0])
    state = RMDA().restart(w, NUMPY)
    with np.errstate(invalid="ignore"):
        _, after = RMDA().step(state, np.array([np.inf]), w, Mixing(0.1, 1.0), L1(0.1), NUMPY)
    assert np.isfinite(after).all()


def test_a_restart_is_a_fresh_run_from_there():
    first = run(RMDA(), L1(LAM), W0, NUMPY, restarts=(4,))
    w, state = first[3][0], RMDA().restart(first[3][0], NUMPY)
    for k in range(4, STEPS):
        state, w = RMDA().step(state, w, w - TARGET + NOISE[k], Mixing(ETA[k], C[k]), L1(LAM), NUMPY)
        np.testing.assert_array_equal(w, first[k][0])


def test_a_batch_of_runs_is_the_runs_one_by_one():
    w, eta, c = np.stack([W0, -W0]), np.array([[0.1], [1.0]]), np.array([[1.0], [0.3]])
    state, together = RMDA().restart(w, NUMPY), w
    for k in range(STEPS):
        state, together = RMDA().step(state, together, together - TARGET + NOISE[k], Mixing(eta, c), L1(LAM), NUMPY)
    for i in range(2):
        state, alone = RMDA().restart(w[i], NUMPY), w[i]
        for k in range(STEPS):
            state, alone = RMDA().step(state, alone, alone - TARGET + NOISE[k], Mixing(eta[i, 0], c[i, 0]), L1(LAM), NUMPY)
        np.testing.assert_allclose(together[i], alone, rtol=1e-14)


def test_what_is_watched():
    state, w, hyper = RMDA().restart(W0, NUMPY), W0, Mixing(0.5, 1.0)
    for _ in range(4):
        state, w = RMDA().step(state, w, w, hyper, L1(LAM), NUMPY)
    alpha = 0.5 * (1 + 2**0.5 + 3**0.5 + 2)
    assert RMDA.newest(state, w, hyper) == pytest.approx(0.5 * 2 / alpha)
    assert RMDA.anchoring(state, w, hyper) == pytest.approx(2 / alpha)


def test_a_run_on_tensors_is_the_run_on_arrays():
    torch = pytest.importorskip("torch", reason="the deep extra is not installed")
    w = torch.as_tensor(W0)
    for penalty in (L1(LAM), GroupL2(LAM, axes=(-1,))):
        expected = run(RMDA(), penalty, W0, NUMPY, (4,))
        for found, wanted in zip(run(RMDA(), penalty, w, namespace(w), (4,)), expected, strict=True):
            np.testing.assert_allclose([x.numpy() for x in found], wanted, rtol=1e-9, atol=1e-12)
