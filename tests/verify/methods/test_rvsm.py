"""RVSM in both orders and ADMM in both forms against the paper's argmins, by brute force and with no code shared."""

from __future__ import annotations

import numpy as np
import pytest

from tests.verify.lowest import lowest
from verify.arrays import NUMPY
from verify.losses import NoOverlapReLU
from verify.losses.no_overlap_prox import nearest
from verify.methods import ADMM, RVSM, ADMMGradient, RVSMListing
from verify.methods.rvsm import Relaxation
from verify.penalties import L0, L1, TransformedL1

LAM, BETA, ETA, K = 0.07, 0.25, 0.8, 3
PENALTIES = {
    "l1": (L1(LAM), lambda x: LAM * np.abs(x)),
    "l0": (L0(LAM), lambda x: LAM * (np.abs(x) > 0)),
    "tl1": (TransformedL1(LAM, 0.5), lambda x: LAM * 1.5 * np.abs(x) / (0.5 + np.abs(x))),
}


def brute_u(w, cost):
    """argmin_u R(u) + (beta/2)|w - u|^2, a coordinate at a time."""
    return np.array([lowest(lambda x, z=z: cost(x) + BETA / 2 * (x - z) ** 2, -abs(z) - 0.1, abs(z) + 0.1) for z in w])


def plain_loss(w, star):
    """Eq. (5), with arccos."""
    b = (K * K - K) / (2 * np.pi)
    a, r = b + K / 2, np.linalg.norm(w)
    if r == 0:
        return a / K**2
    t = np.arccos(np.clip(w @ star / r, -1, 1))
    g = r * (np.sin(t) + (np.pi - t) * np.cos(t)) / (2 * np.pi)
    return (a * (r * r + 1) - 2 * K * g - 2 * b * r) / K**2


def difference_gradient(w, star, h=1e-5):
    return np.array([(plain_loss(w + h * e, star) - plain_loss(w - h * e, star)) / (2 * h) for e in np.eye(len(w))])


def plain_run(rule, w, star, cost, steps):
    u, z, path = brute_u(w, cost), np.zeros_like(w), []
    for _ in range(steps):
        if rule == "proof":
            u = brute_u(w, cost)
            w = w - ETA * (difference_gradient(w, star) + BETA * (w - u))
        elif rule == "listing":
            new = brute_u(w, cost)
            w = w - ETA * (difference_gradient(w, star) + BETA * (w - u))
            u = new
        else:
            w = (
                brute_w(u - z / BETA, star)
                if rule == "exact"
                else w - ETA * (difference_gradient(w, star) + z + BETA * (w - u))
            )
            u = brute_u(w + z / BETA, cost)
            z = z + BETA * (w - u)
        path.append((w, u))
    return path


def brute_w(v, star):
    """argmin_w f(w) + (beta/2)|w - v|^2 by a coarse search over the ball and Nelder-Mead from its best points."""
    from scipy.optimize import minimize

    def objective(w):
        return plain_loss(w, star) + BETA / 2 * (w - v) @ (w - v)

    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(size=(3000, len(v))), [v, star, 0.5 * star, -0.3 * star]])
    order = np.argsort([objective(p) for p in points])[:8]
    options = {"xatol": 1e-10, "fatol": 1e-16, "maxiter": 4000, "maxfev": 4000}
    found = [minimize(objective, points[i], method="Nelder-Mead", options=options) for i in order]
    return min(found, key=lambda x: x.fun).x


METHODS = {
    "proof": lambda loss: RVSM(),
    "listing": lambda loss: RVSMListing(),
    "gradient": lambda loss: ADMMGradient(),
    "exact": lambda loss: ADMM(lambda v, beta, xp: nearest(loss, v, beta, xp)),
}


@pytest.mark.parametrize("rule", METHODS)
@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("start", [(0.9, -0.4), (-0.5, 0.6)])
def test_a_run_follows_the_argmins_of_the_paper(rule, penalty, start):
    steps = 2 if rule == "exact" else 4
    map_, cost = PENALTIES[penalty]
    w, star = np.array(start), np.array([0.6, 0.8])
    loss, method, hyper = NoOverlapReLU(K, star), METHODS[rule](NoOverlapReLU(K, star)), Relaxation(ETA, BETA)
    state = method.init(w, hyper, map_, NUMPY)
    for expected_w, expected_u in plain_run(rule, w, star, cost, steps):
        state, w = method.step(state, w, loss.gradient(w, NUMPY), hyper, map_, NUMPY)
        assert w == pytest.approx(expected_w, abs=2e-6)
        assert state.u == pytest.approx(expected_u, abs=2e-5)


def test_admm_without_its_argmin_says_what_is_missing():
    w = np.ones(2)
    method, hyper = ADMM(), Relaxation(1.0, 1.0)
    with pytest.raises(ValueError, match="ADMMGradient"):
        method.step(method.init(w, hyper, L1(0.1), NUMPY), w, w, hyper, L1(0.1), NUMPY)
