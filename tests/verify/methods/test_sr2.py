"""SR2 in its three modes against Algorithm 1 by brute force, and each choice that the paper leaves open."""

from __future__ import annotations

import math

import numpy as np
import pytest

from verify.arrays import NUMPY
from verify.methods import SR2, ProxSGD
from verify.methods.sgd import Descent, Velocity
from verify.methods.sr2 import Adaptive, Sums
from verify.penalties import L0, L1, GroupL2, NegativeSquare, Zero

LAM = 0.3
PENALTIES = {
    "none": (Zero(), lambda x: 0 * x),
    "l1": (L1(LAM), lambda x: LAM * np.abs(x)),
    "l0": (L0(LAM), lambda x: LAM * (np.abs(x) > 0)),
}
RULES = {"eta1": 0.2, "eta2": 0.7, "gamma1": 2.0, "gamma2": 3.0, "gamma3": 0.5, "sigma_min": 0.1, "sigma0": 0.3}
MODES = {"exact": ("full", "full"), "theory": ("sampled", "full"), "experiments": ("sampled", "sampled")}
SLOPES = [1.0, -0.6, 0.2]


def plain_f(x, i):
    """f_i(x), or their mean: x1^2 + cos x1 + x2^2/4 + slope (x1 + x2)."""
    slope = sum(SLOPES) / 3 if i == "full" else SLOPES[i]
    return x[0] ** 2 + math.cos(x[0]) + x[1] ** 2 / 4 + slope * (x[0] + x[1])


def plain_slope(x, i, h=1e-6):
    return [(plain_f([x[0] + h, x[1]], i) - plain_f([x[0] - h, x[1]], i)) / (2 * h),
            (plain_f([x[0], x[1] + h], i) - plain_f([x[0], x[1] - h], i)) / (2 * h)]  # fmt: skip


def argmin(function, low, high):
    best = 0.0
    for _ in range(8):
        grid = np.append(np.linspace(low, high, 4001), [0.0, best])
        best = grid[np.argmin(function(grid))]
        low, high = best - (high - low) / 200, best + (high - low) / 200
    return float(best)


def plain_step(x, g, sigma, cost):
    """The minimiser of g v + R(v) + (sigma/2)(v - x)^2, one coordinate."""
    return argmin(lambda v: g * v + cost(v) + sigma / 2 * (v - x) ** 2, -30, 30)


def plain_run(x, cost, draws, mode):
    """Algorithm 1 as printed, with rho formed, the lower end of each interval, and the model minimised on a grid."""
    sigma, path = RULES["sigma0"], []
    for i in draws:
        g = plain_slope(x, i if mode[0] == "sampled" else "full")
        y = [plain_step(a, b, sigma, cost) for a, b in zip(x, g, strict=True)]
        if y == x:
            path.append((list(x), sigma))
            continue
        j = i if mode[1] == "sampled" else "full"
        fall = plain_f(x, j) - plain_f(y, j) + sum(cost(np.array(x)) - cost(np.array(y)))
        model = sum(cost(np.array(x)) - cost(np.array(y))) - g[0] * (y[0] - x[0]) - g[1] * (y[1] - x[1])
        rho = fall / model
        x = y if rho >= RULES["eta1"] else x
        if rho >= RULES["eta2"]:
            sigma = max(RULES["sigma_min"], RULES["gamma3"] * sigma)
        elif rho < RULES["eta1"]:
            sigma = RULES["gamma1"] * sigma
        path.append((list(x), sigma))
    return path


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("penalty", PENALTIES)
def test_a_run_follows_the_algorithm(mode, penalty):
    map_, cost = PENALTIES[penalty]
    gradient, objective = MODES[mode]
    method, rules = SR2(gradient=gradient, objective=objective), Adaptive(**RULES, rounding=2.0**-52)
    w, draws = np.array([2.0, -1.5]), [0, 1, 2, 0, 2, 1]
    state = method.init(w, rules, map_, NUMPY)
    kinds = set()
    for i, (x, sigma) in zip(draws, plain_run(list(w), cost, draws, MODES[mode]), strict=True):
        g = np.array(plain_slope(w, i if gradient == "sampled" else "full"))
        j = i if objective == "sampled" else "full"
        before = state.sigma
        state, w = method.step(state, w, g, rules, map_, NUMPY, lambda a, b, j=j: plain_f(a, j) - plain_f(b, j))
        assert w == pytest.approx(x, abs=1e-4)
        assert state.sigma == pytest.approx(sigma, rel=1e-12)
        kinds.add(float(np.sign(state.sigma - before)))
    assert len(kinds) > 1


def decision(method, loss_error=0.0, **sums):
    values = {"penalty": 0.0, "slope": 0.0, "square": 1.0, "size": 1.0, "terms": 1.0, "missing": 0, "loss": 0.0} | sums
    rules = Adaptive(**RULES | {"sigma0": 1.0}, kappa=0.5, rounding=2.0**-52, loss_error=loss_error)
    return method.decide(1.0, Sums(**values), rules, NUMPY)


def test_a_zero_step_keeps_sigma_or_fails():
    assert decision(SR2(), square=0.0).sigma == 1
    assert decision(SR2(zero="failure"), square=0.0).sigma == 2


def test_a_lost_step_is_a_zero_step_or_is_tested():
    tiny = {"square": 1e-34, "slope": -1e-17, "loss": -1e-16}
    assert decision(SR2(), **tiny).still
    assert decision(SR2(lost="tested"), **tiny).failed


def test_a_fall_that_the_difference_of_losses_cannot_show_is_lost():
    noisy = {"slope": -1e-9, "loss": -1e-8}
    assert decision(SR2(), **noisy).failed
    assert decision(SR2(), loss_error=1e-8, **noisy).still
    assert decision(SR2(), loss_error=1e-8, slope=-1e-7, loss=-1e-8).failed


def test_a_change_of_the_objective_that_rounding_cannot_hide_decides_however_little_was_promised():
    promise = {"loss_error": 1e7, "slope": -1e4}
    assert decision(SR2(), **promise, loss=-1e7).still
    assert decision(SR2(), **promise, loss=1e7).still
    assert decision(SR2(), **promise, loss=-1e13).failed
    assert decision(SR2(), **promise, loss=1e13).very


def test_a_step_that_is_short_beside_large_weights_is_tested_where_the_objective_shows_it():
    short = {"square": 1e-2, "size": 1e30, "slope": -0.9}
    assert decision(SR2(), **short, loss=0.9).very
    assert decision(SR2(), **short, loss=-0.9).failed
    assert decision(SR2(), **short, loss=0.0).still


@pytest.mark.parametrize("loss", [math.inf, -math.inf, math.nan])
def test_a_loss_that_is_not_finite_fails(loss):
    made = decision(SR2(), loss_error=math.inf, slope=-1e4, loss=loss)
    assert (made.failed, made.still, made.taken) == (True, False, False)


def test_a_missing_minimiser_fails_or_changes_nothing():
    nothing = {"missing": 1, "square": np.nan, "slope": np.nan, "loss": np.nan, "size": np.nan}
    assert decision(SR2(), **nothing).sigma == 2
    assert decision(SR2(unbounded="stay"), **nothing).sigma == 1
    assert not decision(SR2(), **nothing).taken


def test_a_step_beyond_assumption_3_is_ignored_or_fails_or_is_zero():
    far = {"slope": -1.0, "loss": 2.0}
    assert decision(SR2(), **far).taken
    assert decision(SR2(unmodelled="failure"), **far).failed
    assert decision(SR2(unmodelled="zero"), **far).still


@pytest.mark.parametrize(("place", "rise", "hold", "fall"), [(0, 2.0, 1.0, 0.5), (1, 3.0, 2.0, 1.0), (0.5, 2.5, 1.5, 0.75)])
def test_sigma_takes_the_place_in_its_interval(place, rise, hold, fall):
    rules = Adaptive(**RULES | {"sigma0": 1.0}, fall=place, hold=place, rise=place)
    values = dict(penalty=0.0, slope=-1.0, square=1.0, size=1.0, terms=1.0, missing=0)  # noqa: C408
    found = [SR2().decide(1.0, Sums(**values, loss=loss), rules, NUMPY).sigma for loss in (0.1, 0.5, 0.9)]
    assert found == pytest.approx([rise, hold, fall])


def test_without_minimiser_the_iterate_stays():
    w, rules = np.array([1.0]), Adaptive(**RULES)
    method, hill = SR2(), NegativeSquare(1.0)
    with np.errstate(invalid="ignore"):
        state, after = method.step(method.init(w, rules, hill, NUMPY), w, w, rules, hill, NUMPY, lambda a, b: (a - b).sum())
    assert after == w
    assert state.sigma == 0.6


def test_a_batch_is_its_runs_one_by_one():
    rng = np.random.default_rng(0)
    w, sigma = rng.normal(size=(5, 3)), rng.uniform(0.3, 3, 5)
    rules = Adaptive(**RULES)._replace(sigma0=sigma)

    def drop(a, b):
        return ((a - b) * (a + b) / 2).sum(axis=-1)

    method = SR2()
    states, after = method.step(method.init(w, rules, L1(LAM), NUMPY), w, w, rules, L1(LAM), NUMPY, drop)
    for i in range(5):
        one = rules._replace(sigma0=sigma[i])
        state, own = method.step(method.init(w[i], one, L1(LAM), NUMPY), w[i], w[i], one, L1(LAM), NUMPY, drop)
        assert own == pytest.approx(after[i])
        assert state.sigma == pytest.approx(states.sigma[i])


def test_the_loss_is_asked_for():
    w, rules = np.ones(2), Adaptive(**RULES)
    with pytest.raises(ValueError, match="drop"):
        SR2().step(SR2().init(w, rules, L1(LAM), NUMPY), w, w, rules, L1(LAM), NUMPY)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_the_proximal_gradient_step_is_the_argmin(penalty):
    map_, cost = PENALTIES[penalty]
    w, g, alpha = np.array([0.9, -0.2, 1.7]), np.array([0.4, 0.3, -1.0]), 0.8
    _, after = ProxSGD().step(Velocity(0), w, g, Descent(alpha), map_, NUMPY)
    wanted = [
        argmin(lambda v, x=x, s=s: s * v + (v - x) ** 2 / (2 * alpha) + cost(v), -5, 5) for x, s in zip(w, g, strict=True)
    ]
    assert after == pytest.approx(wanted, abs=1e-6)


def test_a_group_counts_once_in_the_sizes_of_the_terms():
    """Counted once a coordinate, the sizes of large groups pass a real decrease off as rounding."""
    rng = np.random.default_rng(0)
    w, g, penalty = rng.normal(size=(4, 50)), rng.normal(size=(4, 50)), GroupL2(0.3, axes=(1,), weights=None)
    rules = Adaptive(**RULES | {"sigma0": 2.0})
    y, sums = SR2().propose(SR2().init(w, rules, penalty, NUMPY), w, g, rules, penalty, NUMPY)
    change = 0.3 * (np.linalg.norm(w, axis=1) - np.linalg.norm(y, axis=1))
    assert sums.penalty == pytest.approx(change.sum())
    assert sums.terms == pytest.approx(np.abs(change).sum() + np.abs(g * (y - w)).sum())


def test_an_option_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="SR2: zero must be 'success' or 'failure'; got 'banana'"):
        SR2(zero="banana")
