"""Dual averaging, proximal gradient, the sqrt(t) method and the baselines against the argmins of the paper, by brute force."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from verify.arrays import NUMPY
from verify.methods import MRDA, RDA, SDA, SGD, Adam, ProxSGD, SqrtT
from verify.methods.adam import Adaptive
from verify.methods.sda import Weight
from verify.methods.sgd import Descent
from verify.methods.sqrt_t import Scale
from verify.penalties import L1, Zero

LAM, GAMMA = 0.3, 0.7
START = np.array([0.9, -0.4, 0.0])
GRADIENTS = np.array([[1.0, -2.0, 0.1], [-3.0, 0.5, 0.2], [0.4, 0.4, -0.9], [2.0, -1.0, 0.3], [-0.2, 0.9, 0.1]])


def argmin(function):
    """The minimiser of a convex function of one number, 0 if it is as good as the one found."""
    found = minimize_scalar(function, bracket=(-1.0, 1.0), method="brent", options={"xtol": 1e-12}).x
    return 0.0 if function(0.0) <= function(found) else found


def each(function):
    """The argmins of function(w, i), a coordinate at a time."""
    return np.array([argmin(lambda w, i=i: function(w, i)) for i in range(len(START))])


def run(method, penalty, hypers):
    w, path = START, []
    state = method.init(w, hypers[0], penalty, NUMPY)
    for g, hyper in zip(GRADIENTS, hypers, strict=True):
        state, w = method.step(state, w, g, hyper, penalty, NUMPY)
        path.append(w)
    return path


@pytest.mark.parametrize(("method", "lam", "anchor"), [(SDA(), 0.0, START), (RDA(), LAM, START), (MRDA(), LAM, 0 * START)])
def test_dual_averaging_minimises_eq_5_10_or_29(method, lam, anchor):
    betas = [GAMMA * np.sqrt(t) for t in range(1, 6)]
    path = run(method, L1(LAM), [Weight(b) for b in betas])
    for t, (beta, w) in enumerate(zip(betas, path, strict=True), start=1):

        def objective(x, i, t=t, beta=beta):
            mean = sum(GRADIENTS[k, i] for k in range(t)) / t
            return mean * x + lam * abs(x) + beta / (2 * t) * (x - anchor[i]) ** 2

        assert w == pytest.approx(each(objective), abs=1e-7)


def test_prox_sgd_minimises_eq_8():
    steps = [1 / (GAMMA * np.sqrt(t)) for t in range(1, 6)]
    before = START
    for g, alpha, w in zip(GRADIENTS, steps, run(ProxSGD(), L1(LAM), [Descent(a) for a in steps]), strict=True):

        def objective(x, i, g=g, alpha=alpha, before=before):
            return g[i] * x + (x - before[i]) ** 2 / (2 * alpha) + LAM * abs(x)

        assert w == pytest.approx(each(objective), abs=1e-7)
        before = w


def test_sqrt_t_minimises_eq_25():
    before = START
    for t, (g, w) in enumerate(zip(GRADIENTS, run(SqrtT(), L1(LAM), [Scale()] * 5), strict=True), start=1):

        def objective(x, i, g=g, t=t, before=before):
            return g[i] * x + np.sqrt(t) / 2 * (x - before[i]) ** 2 + t * LAM * abs(x)

        assert w == pytest.approx(each(objective), abs=1e-7)
        before = w


@pytest.mark.parametrize("method", [SGD(), ProxSGD()])
def test_momentum_weighs_each_gradient_by_its_age(method):
    path = run(method, Zero(), [Descent(0.1, 0.9)] * 5)
    w = START.copy()
    for t in range(5):
        w = w - 0.1 * sum(0.9 ** (t - k) * GRADIENTS[k] for k in range(t + 1))
        assert path[t] == pytest.approx(w)


def test_adam_agrees_with_torch():
    torch = pytest.importorskip("torch")
    parameter = torch.nn.Parameter(torch.tensor(START))
    optimizer = torch.optim.Adam([parameter], lr=0.1)
    for g, w in zip(GRADIENTS, run(Adam(), Zero(), [Adaptive(0.1)] * 5), strict=True):
        parameter.grad = torch.tensor(g)
        optimizer.step()
        assert w == pytest.approx(parameter.detach().numpy(), abs=1e-12)


def test_the_first_w_of_mrda_is_forgotten():
    step = [
        MRDA().step(MRDA().init(w, Weight(1), L1(LAM), NUMPY), w, GRADIENTS[0], Weight(1.0), L1(LAM), NUMPY)
        for w in (START, -START)
    ]
    assert np.array_equal(step[0][1], step[1][1])
    assert MRDA.largest_mean(*step[0], Weight(1.0)) == pytest.approx(2.0)
