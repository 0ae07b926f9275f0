"""The claims of MRDA: counterexamples by plain arithmetic, and mistakes that the checks must catch."""

from __future__ import annotations

import importlib
import pkgutil
from fractions import Fraction

import mpmath

from verify.claims import mrda
from verify.claims.mrda import cost, prox_rate, regret, setting, start, support_lemmas
from verify.evidence import CLAIMS, decide
from verify.methods.mrda import MRDA

for _module in pkgutil.iter_modules(mrda.__path__):
    importlib.import_module(f"verify.claims.mrda.{_module.name}")
NAMES = sorted(n for n in CLAIMS if n.startswith("MRDA."))
TABLE = """E5 E6 E7 E8 E12 E16 E22 E18 E24 E25 E26 S33.threshold S32.best S33.sparser S34.constant A2.h S7.nonneg L7.1 L7.2 L7.3
E55 L7.4 L7.5 E58 S7.linear T3.1 S4.tables"""


def soft(z, t):
    return max(abs(z) - t, 0) * (1 if z > 0 else -1)


def dual(w, gradient, betas, lam):
    """w_1, ..., w_{t+1} in d = 1 from Eq. 29."""
    total, path = 0, [w]
    for t, beta in enumerate(betas, start=1):
        total += gradient(path[-1])
        path.append(soft(-total / beta, t * lam / beta))
    return path


def test_every_id_of_the_table_exists_and_points_to_a_correction():
    assert {f"MRDA.{n}" for n in TABLE.split()} <= set(NAMES)
    for name in NAMES:
        fix = CLAIMS[name].fix
        assert fix is None or fix in CLAIMS, name
        assert (CLAIMS[name].erratum is None) == (CLAIMS[name].expected != "refuted"), name


def test_regret_and_cost_bounds_fail_from_a_random_start():
    path = dual(Fraction(1), lambda w: 1, [1], 1)
    regret_at_0 = path[0] + abs(path[0])
    assert regret_at_0 == 2 > 1 + Fraction(1, 8) + Fraction(1, 2)


def test_regret_bound_fails_for_beta_1_below_sigma():
    """Psi = w^2/2, beta = 0, g = (1, -1): w_2 = -1, R_2(0) = 3/2, Delta_2 = 1."""
    w2 = Fraction(-1)
    assert 0 + (-1 * w2 + w2 * w2 / 2) == Fraction(3, 2) > Fraction(1, 2) * (1 + 1)


def test_eq_55_fails_for_both_reasons():
    value = soft(Fraction(-1), 0) ** 2 / 2  # V_1(-1), beta = 1, lam = 0
    assert 0 + value > Fraction(1, 4)
    assert 1 * 1 + value > Fraction(1, 2)


def test_prox_sgd_can_be_sparser():
    w = soft(-mpmath.mpf(9), 1)
    assert w == -8
    root = mpmath.sqrt(2)
    assert soft(w + 12 / root, 1 / root) == 0
    assert soft(3 / root, 2 / root) > 0  # -(g_1 + g_2)/sqrt 2


def test_the_sqrt_t_method_diverges_on_a_quartic():
    w = mpmath.mpf(2)
    for t in range(1, 6):
        root = mpmath.sqrt(t)
        w = soft(w - w**3 / root, root)
        assert abs(w) >= 2 * mpmath.sqrt(t + 1)


def test_linear_weights_can_converge():
    path = dual(Fraction(3), lambda w: 1, [1, 2, 3, 4], 1)
    assert path[1:] == [0] * 4


def test_linear_weights_can_end_elsewhere():
    """f = |w - 1|/2, gamma = 1: w_gamma = 1/2, 1/4 above the least cost, which is gamma |w*|^2/4."""
    path = dual(Fraction(0), lambda w: Fraction(-1, 2), [1, 2, 3, 4], 0)
    assert path[1:] == [Fraction(1, 2)] * 4


def test_a_deep_network_with_a_bias_leaves_zero():
    """N = w_2 relu(w_1 x) + b, x = 1, y = 2: the derivatives at 0 are 0, 0 and -2."""

    def loss(w1, w2, b):
        return (w2 * max(w1, 0) + b - 2) ** 2 / 2

    h = Fraction(1, 8)
    ends = [[loss(*(h * s * (i == k) for i in range(3))) for s in (1, -1)] for k in range(3)]
    g = [(up - down) / (2 * h) for up, down in ends]
    assert g == [0, 0, -2]
    assert [soft(-x, 1) for x in g] == [0, 0, 1]


def test_constant_steps_are_faster_on_a_quartic():
    """f = w^4/4 from 1/2: the cost of the mean is about 0.05/t with 1/sqrt t, less than 1/t^2 with 1."""

    def cost_of_mean(alpha, steps):
        w, total = 0.5, 0.0
        for t in range(1, steps + 1):
            total += w
            w -= alpha(t) * w**3
        return (total / steps) ** 4 / 4

    for t in (100, 1000, 10000):
        assert t * cost_of_mean(lambda k: k**-0.5, t) > 1 / 32
        assert t * t * cost_of_mean(lambda k: 1, t) < 1


def test_a_two_step_function_attains_the_cost_bound():
    """f = max(0, 18 + 15x + 20|y|)/25, beta = 1, B = 1.2: (D^2 + G^2)/2 = 0.86."""

    def f(x, y):
        return max(Fraction(0), 18 + 15 * x + 20 * abs(y)) / 25

    mean = -Fraction(3, 10), -Fraction(4, 10)
    assert f(*mean) - f(-Fraction(6, 5), 0) == Fraction(43, 50) == (Fraction(18, 25) + 1) / 2


def seeded(monkeypatch, module, name, mistake, claim_id):
    monkeypatch.setattr(module, name, mistake)
    return decide(CLAIMS[claim_id], seed=0).verdict


def test_a_quarter_for_the_half_is_caught(monkeypatch):
    right = regret.printed

    def mistake(case, m, weights, xp):
        return right(case, m, weights / 2, xp)

    for name in ("MRDA.L7.4.rda", "MRDA.L7.4.fix"):
        assert seeded(monkeypatch, regret, "printed", mistake, name) == "refuted"


def test_a_sum_from_one_is_caught(monkeypatch):
    right = regret.printed

    def mistake(case, m, weights, xp):
        return right(case, m, weights - 1 / setting.first_weight(case, xp), xp)

    assert seeded(monkeypatch, regret, "printed", mistake, "MRDA.L7.4.rda") == "refuted"


def test_a_missing_excess_is_caught(monkeypatch):
    def mistake(case, most, t, xp):
        return 0 * most

    assert seeded(monkeypatch, regret, "excess", mistake, "MRDA.L7.4.fix") == "refuted"
    assert seeded(monkeypatch, regret, "excess", mistake, "MRDA.L7.4.sharp") == "refuted"


def test_a_missing_start_is_caught(monkeypatch):
    kind, right = type(CLAIMS["MRDA.L7.5.fix"]), cost.Expected.room
    monkeypatch.setattr(kind, "room", lambda s, c, k, D2, xp: right(s, c | {"w1": 0 * c["w1"]}, k, D2, xp), raising=False)
    assert decide(CLAIMS["MRDA.L7.5.fix"]).verdict == "refuted"


def test_a_wrong_threshold_in_the_closed_form_is_caught(monkeypatch):
    def mistake(case, s, t, beta, xp):
        return setting.soft(s, case["lam"][..., None], xp) / (setting.sigma(case) * t + beta)[..., None]

    assert seeded(monkeypatch, support_lemmas, "reached", mistake, "MRDA.L7.2") == "refuted"


def test_a_step_that_forgets_t_is_caught(monkeypatch):
    right = MRDA.propose

    def mistake(self, state, w, g, hyper, penalty, xp):
        return right(self, state, w, g, hyper._replace(beta=hyper.beta * (state.t + 1)), penalty, xp)

    monkeypatch.setattr(MRDA, "propose", mistake)
    assert decide(CLAIMS["MRDA.E39.fix"]).verdict == "refuted"
    assert decide(CLAIMS["MRDA.E55.fix"]).verdict == "refuted"


def test_a_missing_inner_product_in_eq_55_is_caught(monkeypatch):
    right = start.sides

    def mistake(case, xp, half):
        for m, left, at, end in right(case, xp, half):
            yield m, left, at - xp.dot(case["g"][:, 0], case["w1"]), end

    assert seeded(monkeypatch, start, "sides", mistake, "MRDA.E55.fix") == "refuted"


def test_sigma_tau_for_sigma_of_the_step_before_is_caught(monkeypatch):
    right = start.sides

    def mistake(case, xp, half):
        total, before = 0, setting.first_weight(case, xp)
        for m, left, _, end in right(case, xp, half):
            total = total + setting.square(m.g, xp) / (2 * (case["sigma"] * m.t + before))
            before = m.beta
            yield m, left, total, end

    assert seeded(monkeypatch, start, "sides", mistake, "MRDA.E55.fix") == "refuted"


def test_a_wrong_limit_for_linear_weights_is_caught(monkeypatch):
    kind, right = type(CLAIMS["MRDA.S7.linear.fix"]), cost.Expected.best
    monkeypatch.setattr(kind, "best", lambda s, case, xp: right(s, case | {"sigma": 2 * case["sigma"]}, xp), raising=False)
    assert decide(CLAIMS["MRDA.S7.linear.fix"]).verdict == "refuted"


def test_steps_that_do_not_fall_keep_the_rate(monkeypatch):
    def mistake(gamma, xp):
        return lambda t: 1 / gamma

    assert seeded(monkeypatch, prox_rate, "falling", mistake, "MRDA.S32.best") == "unrefuted"
