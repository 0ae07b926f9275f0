"""ProxGEN's counterexamples from the paper's formulas in rational or 50-digit numbers: of the package only what it found."""

from __future__ import annotations

from fractions import Fraction as Q

import pytest
from mpmath import findroot, mp, mpf, sqrt
from plain_proxgen import counterexample, sign, soft

mp.dps = 50


def hat_and_step(c):
    step = c["alpha"] / (c["C"] + c["delta"])
    return c["theta"] - step * c["m"], step


def test_soft_thresholding_without_its_positive_part():
    c = counterexample("E3")
    hat, step = hat_and_step(c)

    def objective(x):
        return (x - hat) ** 2 / (2 * step) + c["lam"] * abs(x)

    assert objective(sign(hat) * (abs(hat) - step * c["lam"])) > objective(soft(hat, step * c["lam"]))


def test_lambda_twice():
    c = counterexample("E2.lambda")
    assert (c["theta"], c["lam"]) == (1, Q(1, 2))
    assert (soft(c["theta"], c["lam"]), soft(c["theta"], c["lam"] ** 2)) == (Q(1, 2), Q(3, 4))


def test_an_indefinite_metric_has_no_minimiser():
    c = counterexample("E2.newton")
    H = (c["C"] + c["delta"]) / c["alpha"]
    assert H < 0

    def line(x):
        return c["m"] * x + c["lam"] * abs(x) + H * (x - c["theta"]) ** 2 / 2

    assert line(10**9) < line(10**6) < line(0)


@pytest.mark.parametrize("name", ["mcp.naive", "scad.naive"])
def test_a_textbook_formula_at_a_large_step(name):
    c = counterexample(name)
    z, t = hat_and_step(c)
    lam, gamma, r = c["lam"], c["gamma"], abs(z)
    a = gamma if name == "mcp.naive" else 1 + gamma

    def mcp(x):
        return lam * abs(x) - x * x / (2 * a) if abs(x) <= a * lam else a * lam**2 / 2

    def scad(x):
        if abs(x) <= lam:
            return lam * abs(x)
        return (2 * a * lam * abs(x) - x * x - lam**2) / (2 * (a - 1)) if abs(x) <= a * lam else lam**2 * (a + 1) / 2

    value = mcp if name == "mcp.naive" else scad
    if r > a * lam:
        kept = r
    elif name == "mcp.naive":
        kept = gamma * soft(r, t * lam) / (gamma - t)
    else:
        kept = (gamma * r - a * t * lam) / (gamma - t) if r > (1 + t) * lam else soft(r, t * lam)
    rivals = [Q(0), r, *map(abs, c["x"])]
    assert min((x - r) ** 2 / (2 * t) + value(x) for x in rivals) < (kept - r) ** 2 / (2 * t) + value(kept)


def test_the_printed_preconditioner_is_not_adams():
    c = counterexample("adam")
    C, v, apart = mpf(0), Q(0), False
    for g in c["g"]:
        C = sqrt(mpf(float(c["beta"])) * C + mpf(float((1 - c["beta"]) * g * g)))
        v = c["beta"] * v + (1 - c["beta"]) * g * g
        apart |= abs(C * C - mpf(float(v))) > 1e-9
    assert apart


def test_the_printed_preconditioner_leaves_the_bound_on_the_gradients():
    c = counterexample("C4.adam.literal")
    C, worst = mpf(0), mpf(10)
    for g, alpha in zip(c["g"], c["alpha"], strict=True):
        C = sqrt(mpf(float(c["beta"])) * C + mpf(float((1 - c["beta"]) * g * g)))
        worst = min(worst, mpf(float(alpha)) / (C + mpf(float(c["delta"]))))
        assert abs(g) <= c["G"]
    assert worst < float(c["alpha_min"] / (c["G"] + c["delta"]))


def test_adagrad_falls_below_any_gamma():
    theta, total = mpf(1), mpf(0)
    eigenvalues = []
    for t in range(1, 101):
        g = theta - 2
        total += g * g
        C = sqrt(mpf(t))
        assert total == t
        step = mpf("0.1") / (C + mpf("0.1"))
        assert abs(soft(theta - step * g, step) - theta) < 1e-45  # it stays at the minimiser of (x - 2)^2/2 + |x|
        eigenvalues.append(step)
    assert eigenvalues[99] < eigenvalues[0] / 9


def test_kronecker_factors_without_gradients():
    """out = w_2 w_1 x at w_2 = 0; samples x = 1 with the loss 0, x = 0 with the loss out; R = 1/(1 + w_1), metric 1."""
    w, eigenvalues = mpf(1), []
    for _ in range(2000):
        delta, a = [mpf(0), mpf(1)], [w, mpf(0)]
        assert sum(d * x for d, x in zip(delta, a, strict=True)) == 0  # the gradient in w_2, and that in w_1 has the factor w_2
        eigenvalues.append(1 / (sum(d * d for d in delta) / 2 * sum(x * x for x in a) / 2 + 1))
        w = findroot(lambda x, w=w: (x - w) * (1 + x) ** 2 - 1, w + 1 / (1 + w) ** 2)
    assert eigenvalues[:3] == pytest.approx([0.8, 0.7335, 0.6769], abs=1e-4)
    assert eigenvalues[1999] < 1 / (1 + mpf(2000 ** (1 / 3) - 1) ** 2 / 4) < mpf("0.04")


def test_the_prox_in_a_full_metric_does_not_separate():
    def objective(x, y):
        return (2 * (x - 1) ** 2 + 2 * (x - 1) * (y - 1) + 2 * (y - 1) ** 2) / 2 + abs(x) + abs(y)

    assert (objective(Q(1, 2), Q(1, 2)), objective(Q(2, 3), Q(2, 3))) == (Q(7, 4), Q(5, 3))


def test_prox_sgd_reaches_0_and_proxgen_does_not():
    x, y = Q(-1), Q(1)
    hat = soft(x - (x - 2), 1)
    assert x + Q(1, 2) * (hat - x) == 0
    for t in range(1, 50):
        y = soft(y - Q(1, 2) * (y - 1), Q(1, 2))
        assert y == Q(1, 2**t)


def test_prox_sgd_leaves_0_with_proxgen():
    c = counterexample("E5.zero")
    g, alpha, h = -c["L"] * c["c"], c["alpha"], c["h"]
    first, second = alpha * soft(-g / h, c["lam"] / h), soft(-alpha * g / h, alpha * c["lam"] / h)
    assert first == second != 0


def lasso(zero, two_stages, steps=300):
    """The number of nonzeros of a lasso run in floats: 12 unknowns, 3 of them active."""
    import numpy as np

    rng = np.random.default_rng(3)
    A = rng.normal(size=(40, 12)) / 40**0.5
    truth = np.zeros(12)
    truth[:3] = [2.0, -1.5, 1.0]
    b, lam, alpha, h = A @ truth + 0.02 * rng.normal(size=40), 0.1, 0.3, 1.0
    x = np.zeros(12) if zero else rng.normal(size=12)
    for _ in range(steps):
        g = A.T @ (A @ x - b)
        if two_stages:
            z = x - g / h
            x = x + alpha * (np.sign(z) * np.maximum(abs(z) - lam / h, 0) - x)
        else:
            z = x - alpha * g / h
            x = np.sign(z) * np.maximum(abs(z) - alpha * lam / h, 0)
    return int((x != 0).sum())


def test_a_lasso_run():
    assert lasso(zero=False, two_stages=False) == lasso(zero=True, two_stages=False) == 3
    assert lasso(zero=False, two_stages=True) == 12
    assert lasso(zero=True, two_stages=True) >= 3  # not 0, which the text reports


@pytest.mark.parametrize("lam", [Q(1, 2), Q(1, 10), Q(1, 1000)])
def test_a_lasso_whose_solution_has_another_support(lam):
    gram = [[1, 0, Q(3, 5)], [0, 1, Q(3, 5)], [Q(3, 5), Q(3, 5), 1]]
    theta = [1 - 10 * lam / 7, 1 - 10 * lam / 7, 5 * lam / 7]
    error = [theta[0] - 1, theta[1] - 1, theta[2]]
    assert all(t > 0 for t in theta)
    assert [sum(g * e for g, e in zip(row, error, strict=True)) for row in gram] == [-lam] * 3


def test_the_original_proxquant_leaves_the_minimiser():
    z = 1 - Q(1, 2) * (1 - 2) / 2
    assert (soft(z, Q(1, 2) / 2), soft(z, Q(1, 2))) == (1, Q(3, 4))


def test_the_literal_w_has_a_third_well():
    z, t = Q(1, 4), Q(1, 2)
    values = {x: (x - z) ** 2 / 2 + t * (0 if x == 0 else abs(abs(x) - 1)) for x in [Q(i, 100) for i in range(-200, 201)]}
    assert min(values, key=values.get) == 0
    assert values[Q(3, 4)] > values[Q(0)]
