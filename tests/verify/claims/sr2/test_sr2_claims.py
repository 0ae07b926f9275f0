"""SR2's claims: counterexamples by plain scripts in fractions, with no code shared."""

from __future__ import annotations

from fractions import Fraction as Q
from importlib import import_module
from pathlib import Path

import pytest

import verify.claims.sr2 as folder
from verify.evidence import CLAIMS, decide

for path in Path(folder.__file__).parent.glob("*.py"):
    import_module(f"verify.claims.sr2.{path.stem}" if path.stem != "__init__" else "verify.claims.sr2")
OWN = sorted(name for name in CLAIMS if name.startswith("SR2."))
LISTED = """E3 S11.descent S3.threshold A2.scope E8 E9 Alg.extended Alg.threshold Alg.assumption A3.exact A3.noise A4.trivial T1
T1.sigmamax T2 T2.zero L1 L1.index L2 teps T3 T4 D3 C1 Tab1 S5.tables S5.sampled""".split()  # noqa: SIM905


def test_every_claim_of_the_list_is_there():
    assert {f"SR2.{name}" for name in LISTED} <= set(OWN)


def test_refuted_claims_say_what_replaces_them_and_what_falls():
    for name in OWN:
        made = CLAIMS[name]
        if made.expected == "refuted":
            assert made.fix in CLAIMS, name
            assert made.erratum, name
            assert made.falls, name


def counterexample(name, seed=4):
    found = decide(CLAIMS[f"SR2.{name}"], seed=seed).counterexample
    assert found is not None
    return found["case"]


def exact(case, *names):
    return [Q(repr(float(case[n][0] if isinstance(case[n], list) else case[n]))) for n in names]


class Parabola:
    """SR2 on f(x) = a (x - c)^2/2, R = 0, d = 1, exact gradient: (x, sigma, s, rho, new x, new sigma)."""

    def __init__(self, case):
        self.a, self.c = (Q(repr(case[n][0][0])) for n in ("a", "c"))
        self.eta1, self.eta2, self.g1, self.g3, self.low = exact(case, "eta1", "eta2", "gamma1", "gamma3", "sigma_min")
        (self.x,), (self.sigma,) = exact(case, "x"), exact(case, "sigma0")
        assert case["kind"] == 0
        assert case["place"][0] == 0

    def f(self, x):
        return self.a * (x - self.c) ** 2 / 2

    def step(self, zero_fails=False):
        g = self.a * (self.x - self.c)
        s = -g / self.sigma
        rho = (self.f(self.x) - self.f(self.x + s)) / (-g * s) if s else None
        if (s and rho < self.eta1) or (not s and zero_fails):
            self.sigma *= self.g1
            return s, False
        self.x += s
        if s and rho >= self.eta2:
            self.sigma = max(self.low, self.g3 * self.sigma)
        return s, True


def test_the_printed_sigma_max_is_passed():
    case = counterexample("T1.sigmamax")
    run, (eta2, gamma2) = Parabola(case), exact(case, "eta2", "gamma2")
    limit = min(run.sigma, gamma2 * abs(run.a) / (1 - eta2))
    run.step()
    assert run.sigma > limit


def test_zero_steps_that_fail_pass_every_bound():
    case = counterexample("T2.zero")
    run, (eta2, gamma2) = Parabola(case), exact(case, "eta2", "gamma2")
    limit = max(run.sigma, gamma2 * abs(run.a) / (1 - eta2))
    for _ in range(4):
        s, _ = run.step(zero_fails=True)
        assert s == 0
    assert run.sigma > limit


def test_one_success_more_than_lemma_1_prints():
    case = counterexample("L1")
    run, (eps,) = Parabola(case), exact(case, "eps")
    bound, count = 2 * run.f(run.x) / (run.eta1 * run.low * eps**2), 0
    for _ in range(8):
        s, good = run.step()
        count += good
        if good and s * s <= eps * eps:
            break
    assert count > bound


def test_the_sum_to_t_eps_is_not_the_fall_to_its_start():
    case = counterexample("L1.index")
    run, (eps,) = Parabola(case), exact(case, "eps")
    for _ in range(8):
        before = run.x
        s, good = run.step()
        if good and s * s <= eps * eps:
            break
    assert good
    assert run.f(before) != run.f(run.x)


@pytest.mark.parametrize("name", ["T4", "C1"])
def test_the_printed_constant_of_theorem_4_is_too_small(name):
    case = counterexample(name)
    run, (eta2, gamma2, eps) = Parabola(case), exact(case, "eta2", "gamma2", "eps")
    a = abs(run.a)
    top = min(run.sigma, gamma2 * a / (1 - eta2))
    factor = 3 * (a * a + top * top)
    s, good = run.step()
    assert good
    assert s * s <= eps * eps
    distance = (run.a * (run.x - run.c)) ** 2
    assert distance > (factor * eps**2 if name == "T4" else ((factor + 3) * eps) ** 2)


def on_a_bowl(a, mean, x, sigma):
    """Step, rho and Assumption 3's ratio for the sample a x^2/2 of f = mean x^2/2, R = 0."""
    s = -a * x / sigma
    fall = mean * (x * x - (x + s) ** 2) / 2
    return s, fall / (sigma * s * s), abs(-fall - a * x * s) / s**2


def test_twelve_short_successes_in_a_row():
    samples, eta, eps, x, count = (Q(1, 50), Q(9, 10)), Q(1, 5), Q(1, 2), Q(1), 0
    mean = sum(samples) / 2
    while sum((a * x) ** 2 for a in samples) / 2 > eps**2:
        for a in samples:
            s, rho, ratio = on_a_bowl(a, mean, x, Q(1))
            assert rho >= eta
            assert ratio < 22
            assert s not in (0, -x)
        x, count = x - samples[0] * x, count + 1
    assert count >= 12 > 2 * (mean / 2) / (eta * eps**2)


def test_successes_without_end_at_one_eps_and_one_kappa():
    def f(x):
        if x >= -1:
            return x * abs(x) / 2
        return (x + 2) ** 2 / 2 - 1 if x >= -2 else Q(-1)

    def outcome(x, tilt, eta=Q(1, 8)):
        """|s|^2, whether it succeeds, and Assumption 3's ratio, with sigma = 2."""
        g = x + tilt
        s = -g / 2
        fall = f(x) - f(x + s)
        return s * s, fall >= eta * -g * s, abs(-fall - g * s) / (s * s)

    x, kappas = Q(1, 2), []
    for _ in range(300):
        moved, good, ratios = zip(*(outcome(x, tilt) for tilt in (0, 1, -1)), strict=True)
        assert good == (True, True, False)
        assert (moved[0] + moved[1]) / 2 > Q(1, 8) > Q(35, 100) ** 2
        kappas, x = [*kappas, *ratios], x / 2
    assert max(kappas) == Q(9, 2)
    assert 2 * (f(Q(1, 2)) + 1) / (Q(1, 8) * 2 * Q(35, 100) ** 2) < 300  # the printed constant
    assert not outcome(Q(1, 3), 1, Q(1, 8) + Q(1, 10**9))[1]


def test_equation_13_needs_the_mean_on_both_sides():
    falls = []
    for a in (Q(1), Q(1, 10)):
        s, rho, _ = on_a_bowl(a, Q(11, 20), Q(1), Q(10))
        assert rho >= Q(1, 2)
        falls.append(10 * s * s * rho)
    assert sum(falls) / 2 < Q(1, 2) * 10 * Q(1, 10) ** 2


def test_sigma_is_one_factor_behind_in_the_proof_of_lemma_2():
    case = counterexample("L2.index")
    run, (eps,) = Parabola(case), exact(case, "eps")
    sigmas, power = [run.sigma], run.sigma
    for _ in range(8):
        s, good = run.step()
        power *= run.g3 if good else run.g1
        if good and s * s <= eps * eps:
            break
        sigmas.append(run.sigma)
    assert len(sigmas) > 1
    assert sigmas[-2] < power


def test_the_sampled_objective_never_settles():
    states = {Q(0)}
    for _ in range(5):
        new = set()
        for x in states:
            squares = []
            for b in (1, -1):
                g = x + b
                s = -g
                if s:
                    fall = (x * x / 2 + b * x) - ((x + s) ** 2 / 2 + b * (x + s))
                    assert fall / (s * s) == Q(1, 2)
                squares.append(s * s)
                new.add(x + s)
            assert sum(squares) / 2 >= 1
        states = new
    assert states == {Q(0), Q(1), Q(-1)} or states <= {Q(0), Q(1), Q(-1)}


def test_every_draw_fails_where_the_run_freezes():
    x = Q(1, 2)
    for k in range(-5, 40):
        sigma = Q(2) ** k
        for b in (1, -1):
            g = x + b
            s = -g / sigma
            fall = (x * x - (x + s) ** 2) / 2
            assert fall / (sigma * s * s) < Q(1, 3)
            assert abs(-fall - g * s) / s**2 == Q(1, 2) + sigma * (Q(2, 3) if b == 1 else 2)


def test_theorem_1_fails_for_the_sampled_objective():
    x, sigma, s = Q(1), Q(2), Q(-1, 2)
    assert s == -(4 * x - 3) / sigma

    def full(y):
        return ((2 * y * y - 3 * y) + (-y * y + 3 * y)) / 2

    assert (full(x) - full(x + s)) / (sigma * s * s) == Q(3, 4)
    assert (2 * x * x - 3 * x) - (2 * (x + s) ** 2 - 3 * (x + s)) == 0


def test_t_eps_is_not_the_sum_of_the_two_counts():
    seen = {(a, sigma): on_a_bowl(Q(a), Q(2), Q(1), Q(sigma)) for a in (1, 3) for sigma in (4, 8)}
    assert {key: rho for key, (_, rho, _) in seen.items()} == {
        (1, 4): Q(7, 4),
        (3, 4): Q(5, 12),
        (1, 8): Q(15, 8),
        (3, 8): Q(13, 24),
    }
    assert seen[1, 4][0] ** 2 <= Q(1, 4)
    assert max(ratio for _, _, ratio in seen.values()) == 7


def test_the_model_has_no_minimiser_at_the_threshold():
    assert [-((1 + s) ** 2) + s**2 for s in (0, 10, 1000)] == [-1, -21, -2001]


def test_a_tie_lowers_nothing():
    values = {y: Q(y - 1) ** 2 / 2 + (Q(1, 2) if y else 0) for y in (0, 1)}
    assert values[0] == values[1]
    objective = {y: Q(y - 1) ** 2 / 2 + (Q(1, 2) if y else 0) for y in (0, 1)}  # |y - z|^2/(2 alpha) + R, z = 1
    assert objective[0] == min(objective.values())
