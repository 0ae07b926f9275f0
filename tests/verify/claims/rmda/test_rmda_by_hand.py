"""The counterexamples of RMDA's claims by plain scripts in 50 digits or rationals: no code of the suite is used."""

from __future__ import annotations

from fractions import Fraction as Q
from itertools import product

from mpmath import mp, mpf, sqrt

mp.dps = 50


def soft(z, t):
    return z - t if z > t else z + t if z < -t else 0 * z


def rmda(w0, steps, gradient, prox, eta=lambda t: 1, c=lambda t: 1):
    """[(W_t, W~_t, alpha_t/beta_t, tau_t)] in d = 1, from the definition."""
    w, V, alpha, path = w0, mpf(0), mpf(0), []
    for t in range(1, steps + 1):
        beta = sqrt(mpf(t))
        s = eta(t) * beta
        alpha, V = alpha + s, V + s * gradient(w, t)
        point = prox(w0 - V / beta, alpha / beta)
        w = point if c(t) == 1 else (1 - c(t)) * w + c(t) * point
        path.append((w, point, alpha / beta, s / alpha))
    return path


def close(x, y, digits=10):
    return abs(x - y) < mpf(10) ** -digits


def identity(z, t):
    return z


def test_half_of_line_5():
    """Without the half, argmin of V w + beta w^2 at V = beta = 1 is -1/2; prox of 0 - V/beta is -1."""
    best = min((Q(1) * w + w * w, w) for w in (Q(k, 8) for k in range(-16, 17)))
    assert best[1] == Q(-1, 2)


def test_momentum():
    """With c = 1/2 and a gradient in the first step only, the third step goes back."""
    path = rmda(mpf(0), 3, lambda w, t: mpf(1 if t == 1 else 0), identity, c=lambda t: mpf(1) / 2)
    first, second, third = (w for w, *_ in path)
    assert first == -mpf(1) / 2
    assert close(second, -(1 + sqrt(mpf(2))) / 4)
    assert second < third < first


def test_rda():
    """g = (1, -1): the plain mean is 0."""
    path = rmda(mpf(0), 2, lambda w, t: mpf(1 if t == 1 else -1), identity)
    assert close(path[1][0], (sqrt(mpf(2)) - 1) / sqrt(mpf(2)))


def test_iterates_off_the_manifold_for_ever():
    path = rmda(mpf(1), 60, lambda w, t: mpf(0), soft, c=lambda t: mpf(1) / 2)
    assert all(point == 0 and w == mpf(2) ** -t for t, (w, point, _, _) in enumerate(path, 1))


def test_the_change_of_w_with_noise():
    """eta = 1, f = (w - 2)^2/2, W_0 = 2, no penalty: from each state one of the outcomes -+1 moves by tau_t r_t or more."""
    w, V, alpha, last, worst = mpf(2), mpf(0), mpf(0), None, mpf(0)
    for t in range(1, 7):
        beta = sqrt(mpf(t))
        ends = [2 - (V + beta * (w - 2 + sign)) / beta for sign in (1, -1)]
        assert min(ends) > mpf("0.7")
        if last is not None:
            most = max(abs(end - w) for end in ends) / last
            worst = max(worst, most)
            assert most >= alpha / sqrt(mpf(t - 1))
        alpha, V, w = alpha + beta, V + beta * (w - 2 - 1), ends[1]
        last = beta / alpha
    assert close(worst, mpf("7.444"), 3)


def test_the_box_alternates():
    p = mpf("0.75")
    path = rmda(mpf(1), 60, lambda w, t: w, lambda z, t: min(mpf(1), max(mpf(-1), z)), eta=lambda t: mpf(t) ** (p - mpf(1) / 2))
    ends = [w for w, *_ in path]
    assert all(abs(ends[t]) == 1 and ends[t] == -ends[t - 1] for t in range(39, 60))
    assert close(abs(ends[-1] - ends[-2]) / path[-1][3], mpf("69.56"), 2)


def mcp(z, t, lam=1, gamma=2):
    r = abs(z)
    if t >= gamma:
        return z if r > lam * sqrt(gamma * t) else mpf(0)
    return z if r > gamma * lam else soft(z, t * lam) * gamma / (gamma - t)


def test_mcp_leaves_its_stationary_point():
    path = rmda(mpf(1), 8, lambda w, t: w - mpf(3) / 2, mcp)
    assert path[0][0] == 1
    assert close(path[-1][0], mpf("4.2000277932156159227"))
    assert all(point == 0 or abs(point) >= sqrt(2 * r) for _, point, r, _ in path if r > 2)
    other = rmda(mpf(1) / 2, 6, lambda w, t: w - mpf(5) / 4, mcp)
    assert close(other[2][0], mpf("2.295"), 3)


def test_mcp_ends_at_zero_where_the_slope_is_zero():
    """f = w^2/2: 0 from the first step on, while beta/alpha goes to 0; and -f'(0) = 0 is inside (-1, 1)."""
    path = rmda(mpf(1), 200, lambda w, t: w, mcp)
    assert all(w == 0 for w, *_ in path)
    assert path[-1][2] > 100


def test_binary_signs_flip():
    w = w0 = [mpf(3) / 2] * 2
    V = [mpf(0)] * 2
    for t in range(1, 5):
        beta = sqrt(mpf(t))
        V = [v + beta * (x - p) for v, x, p in zip(V, w, (2, 1), strict=True)]
        z = [a - v / beta for a, v in zip(w0, V, strict=True)]
        size = sum(map(abs, z)) / 2
        w = [size if x >= 0 else -size for x in z]
    assert w[0] > 0 > w[1]
    assert close(w[0], mpf("1.5365660924854930856"))


def test_prox_sgd_identifies_with_variance():
    """f_xi = w^2/2 + xi w/2, lambda = 1, eta = 1/2: 0 from step 2 on, on all 64 paths."""
    for signs in product((1, -1), repeat=6):
        w, path = Q(1), []
        for sign in signs:
            w = soft(w - Q(1, 2) * (w + Q(sign, 2)), Q(1, 2))
            path.append(w)
        assert not any(path[1:])


def test_interpolation():
    """x = (1, 2), y = 1, lambda = 1/2, from W* = (1/2, 0) with a step of 1/4."""
    residual = Q(1, 2) - 1
    ends = [soft(w - Q(1, 4) * residual * x, Q(1, 8)) for w, x in ((Q(1, 2), 1), (Q(0), 2))]
    assert ends == [Q(1, 2), Q(1, 8)]


def test_logistic_regression_by_prox_sgd():
    for seed in range(3):
        w = [mpf(1), mpf(1)]
        for k in range(24):
            x = [(-1) ** ((k * k + seed * k) % 3), mpf((-1) ** ((k + seed) % 2)) / 10]
            pull = -x[0] / (1 + mp.exp(x[0] * (x[0] * w[0] + x[1] * w[1])))
            w = [soft(v - pull * z / 2, mpf(1) / 10) for v, z in zip(w, x, strict=True)]
        assert w[1] == 0


def test_a_restart_loses_a_zero():
    g, half = [0, 0, 0, 0, 0, 1, 0, 0], mpf(1) / 2

    def prox(z, t):
        return soft(z, t * half)

    assert all(w == 0 for w, *_ in rmda(mpf(0), 8, lambda w, t: mpf(g[t - 1]), prox))
    again = rmda(mpf(0), 4, lambda w, t: mpf(g[t + 3]), prox)
    assert close(again[1][0], mpf("-0.1464466094067262378"))


def test_anchor_without_beta_over_alpha():
    """eta = 1/t, f = (w - 3)^2/2, W_0 = 0: the limit is 2, not 3."""
    path = rmda(mpf(0), 2000, lambda w, t: w - 3, identity, eta=lambda t: mpf(1) / t)
    assert abs(path[-1][0] - 2) < mpf("0.001")


def test_without_nondegeneracy_never_zero():
    """f = w^2/2 - w, lambda = 1, W_0 = 1: t W_t tends to 1 with eta = 1/2; with eta = 1, W_1 = 0."""
    half = rmda(mpf(1), 2000, lambda w, t: w - 1, soft, eta=lambda t: mpf(1) / 2)
    assert all(w > 0 for w, *_ in half)
    assert abs(2000 * half[-1][0] - 1) < mpf("0.01")
    assert rmda(mpf(1), 1, lambda w, t: w - 1, soft)[0][0] == 0


def test_which_weight_divides_the_change_of_w():
    """s_t = 1, 1/t in turn: from (4)(iii) the quotient with the weight of one step later does not go to 0."""
    alpha, tau = mpf(0), [mpf(0)]
    for t in range(1, 402):
        s = mpf(1) if t % 2 else mpf(1) / t
        alpha += s
        tau.append(s / alpha)
    w, change = mpf(0), [mpf(0)]
    for t in range(1, 401):
        after = w + tau[t] / (4 * sqrt(mpf(t))) * (1 - w)
        change.append(after - w)
        assert change[t] / tau[t] <= 1 / (4 * sqrt(mpf(t)))
        w = after
    assert change[399] / tau[400] > 2 > change[39] / tau[40] > mpf("0.5")


def test_the_subgradient_of_eq_25():
    """psi = 0, W_0 = 0, g = eta = 1: -V - (W~ - W_0) is 0, with the other sign it is -2."""
    ((w, *_),) = rmda(mpf(0), 1, lambda w, t: mpf(1), identity)
    assert (-1 - w, -1 + w) == (0, -2)
