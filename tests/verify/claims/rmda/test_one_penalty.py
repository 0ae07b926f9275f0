"""Claims that name one psi: other psi do otherwise, by the running step."""

from __future__ import annotations

import numpy as np
import pytest

from verify.arrays import NUMPY
from verify.claims import load
from verify.methods.mda import Mixing
from verify.methods.rda import RDA
from verify.methods.rmda import RMDA
from verify.methods.sda import Weight
from verify.penalties import Box, GroupL2, Zero

CLAIMS = load()


def after(steps, penalty, g, w0):
    """State and W_t after steps with the gradient g, eta = c = 1."""
    w, state = w0, RMDA().restart(w0, NUMPY)
    for _ in range(steps):
        state, w = RMDA().step(state, w, g, Mixing(1.0, 1), penalty, NUMPY)
    return state, w


def moves(state, w, g, b, penalty):
    """The larger |W_{t+1} - W_t| of the outcomes g + b and g - b."""
    ends = [RMDA().step(state, w, g + sign * b, Mixing(1.0, 1), penalty, NUMPY)[1] for sign in (1, -1)]
    return max(np.linalg.norm(end - w) for end in ends)


def test_a_box_holds_a_noisy_nonzero_coordinate_where_l1_lets_go():
    """RMDA.L2.iii.fix is for l1: at the bound 1 of a box neither outcome moves W, without it one moves W by eta b."""
    g, b = np.array([-1.0]), 0.5
    box = Box(lower=0.0, upper=1.0)
    state, w = after(20, box, g, np.array([0.0]))
    assert w == 1
    assert r"For $\psi = \lambda |w|_1$" in CLAIMS["RMDA.L2.iii.fix"].statement
    assert moves(state, w, g, b, box) == 0
    assert moves(*after(20, Zero(), g, np.array([0.0])), g, b, Zero()) >= b


@pytest.mark.parametrize(("along", "enough"), [(True, True), (False, False)])
def test_group_lasso_keeps_noise_along_a_group_and_shrinks_noise_across_it(along, enough):
    """RMDA.T2.schedules: f = |w - (3, 0)|^2/2, lambda = 1, at its stationary point (2, 0)."""
    penalty, w0, g = GroupL2(lam=1.0, axes=(-1,), weights=None), np.array([2.0, 0.0]), np.array([-1.0, 0.0])
    state, w = after(100, penalty, g, w0)
    assert np.allclose(w, w0)
    noise = np.array([0.5, 0.0] if along else [0.0, 0.5])
    assert (moves(state, w, g, noise, penalty) >= 0.5 * (1 - 1e-9)) == enough


def ends(penalty, w0, eta, g):
    """Where RMDA with the schedule eta and RDA with beta_t = sqrt t end."""
    w = v = np.array([w0])
    one, two = RMDA().restart(w, NUMPY), RDA().init(v, None, penalty, NUMPY)
    for t, (rate, slope) in enumerate(zip(eta, g, strict=True), 1):
        one, w = RMDA().step(one, w, np.array([slope]), Mixing(rate, 1), penalty, NUMPY)
        two, v = RDA().step(two, v, np.array([slope]), Weight(np.sqrt(t)), penalty, NUMPY)
    return w.item(), v.item()


def test_rmda_is_rda_for_the_indicator_of_a_point_with_any_schedule_and_not_without_penalty():
    """RMDA.S3.rda.fix: that eta/sqrt t is needed is said of psi = 0."""
    constant, gradients = [1.0] * 4, [0.0, 0.0, 1.0, -1.0]
    point = Box(lower=1.0, upper=1.0)
    assert ends(point, 1.0, constant, gradients) == (1.0, 1.0)
    one, two = ends(Zero(), 0.0, constant, gradients)
    assert (abs(one) > 0.05) > abs(two)
    one, two = ends(Zero(), 0.0, [t**-0.5 for t in range(1, 5)], gradients)
    assert one == pytest.approx(two, abs=1e-12)
