"""Mistakes put into the methods and the claims, one at a time: the engine must not let them pass."""

from __future__ import annotations

import pytest

from verify.claims import load
from verify.claims.proxgen import adagrad, binary, expectation, finite, kfac, powers, theorem
from verify.evidence import Lemma, decide
from verify.evidence.proof import attempt
from verify.methods.prox_gen import ProxGen, ProxGenAdaGrad, ProxGenAdam
from verify.methods.prox_quant import ProxQuant
from verify.methods.two_stage_prox_sgd import TwoStageProxSGD
from verify.penalties import BinaryW

CLAIMS = load()
steps, kinks = theorem.moments, BinaryW._prox


def kind_of(name):
    return type(CLAIMS[f"PG.{name}"])


def no_preconditioner_in_the_try(self, w, m, metric, alpha, penalty, xp):
    return penalty._prox(w - alpha * m, alpha / metric, xp)


def no_step_in_the_prox(self, w, m, metric, alpha, penalty, xp):
    return penalty._prox(w - alpha / metric * m, 1 / metric, xp)


def the_hat(self, w, m, metric, alpha, penalty, xp):
    return penalty._prox(w - m / metric, 1 / metric, xp)


def exchanged(self, state, g, hyper, xp):
    v = (1 - hyper.beta) * state.total + hyper.beta * g * g
    return state._replace(total=v, C=xp.sqrt(v))


def linear_growth(self, state, g, hyper, xp):
    total = state.total + g * g
    return state._replace(total=total, C=total + xp.abs(g))


def smallest_entry(case, f, penalty, xp):
    return (m._replace(largest=m.least) for m in steps(case, f, penalty, xp))


def without_smoothness(case, f, penalty, xp):
    return (m._replace(largest=m.largest - f.L) for m in steps(case, f, penalty, xp))


def half_the_fall(case, f, penalty, xp, method=None):
    return (m._replace(before=m.before / 2, energy=m.energy / 2) for m in steps(case, f, penalty, xp, method))


def smaller_threshold(case, method, count, xp):
    return finite_run(case | {"lam": case["lam"] * xp.constant("0.9")}, method, count, xp)


def just_G(self, case, xp):
    return case["alpha_min"] / (case["G"] + case["delta"])


finite_run, own_constants = finite.run, expectation.Enumerated.constants


def scaled(first, second, third):
    return lambda self, case, xp: tuple(
        q * xp.constant(s) for q, s in zip(own_constants(self, case, xp), (first, second, third), strict=True)
    )


MISTAKES = [
    ("E2", ProxGen, "_move", no_preconditioner_in_the_try),
    ("E2", ProxGen, "_move", ProxQuant._move),
    ("lq", ProxGen, "_move", ProxQuant._move),
    ("mcp", ProxGen, "_move", no_step_in_the_prox),
    ("scad", ProxGen, "_move", no_preconditioner_in_the_try),
    ("Tab2", ProxQuant, "_move", ProxGen._move),
    ("Tab2.objective", ProxGen, "_move", no_step_in_the_prox),
    ("adam.fix", ProxGenAdam, "_precondition", exchanged),
    ("C4.adagrad.fix", ProxGenAdaGrad, "_precondition", linear_growth),
    ("C4.adam", kind_of("C4.adam"), "gamma", lambda self, case, xp: case["alpha_min"] / case["delta"]),
    (
        "C4.adam.literal.fix",
        kind_of("C4.adam.literal.fix"),
        "gamma",
        lambda self, c, xp: c["alpha_min"] / (c["G"] + c["delta"]),
    ),
    ("C4.kfac.fix", kfac, "largest", lambda x, xp: 2 * kfac_largest(x, xp)),
    ("C4.adagrad.rate", adagrad, "moments", half_the_fall),
    ("T1.path", theorem, "moments", smallest_entry),
    ("T1.path", theorem, "moments", without_smoothness),
    ("T1.path", theorem.Path, "sum_factor", 1),
    ("T1.alpha.fix", theorem.Path, "sum_factor", 1),
    ("T1.sharp", kind_of("T1.sharp"), "factor", 1.99),
    ("T1.fix", expectation.Enumerated, "constants", scaled("0.85", 1, 1)),
    ("T1.fix", expectation.Enumerated, "constants", scaled(1, "0.99", 1)),
    ("T1.fix", expectation.Enumerated, "constants", scaled(1, 1, "0.14")),
    ("C1.fix", expectation.Enumerated, "constants", scaled("0.85", 1, 1)),
    ("C1.fix", expectation.Enumerated, "constants", scaled(1, "0.99", 1)),
    ("C1.fix", expectation.Enumerated, "constants", scaled(1, 1, "0.14")),
    ("C1.fix", expectation.Enumerated, "constants", lambda *args: (1, *own_constants(*args)[1:])),
    ("C1.long", kind_of("C1.long"), "room", 0.8),
    ("C3.momentum.fix", kind_of("C3.momentum.fix"), "tau", lambda self, h, L, rho: 2 * (h - L)),
    ("S4.grad", powers, "slope", lambda x, q, xp: xp.power(x, q - 1)),
    ("S4.grad.order.fix", powers, "slope", lambda x, q, xp: xp.power(x, q - 1)),
    ("E5.random.fix", TwoStageProxSGD, "_move", the_hat),
    ("E5.first", TwoStageProxSGD, "_move", the_hat),
    ("E5.zero.fix", ProxGen, "_move", no_step_in_the_prox),
    ("E5.zero.l0.fix", ProxGen, "_move", no_step_in_the_prox),
    ("E5.finite", finite, "run", smaller_threshold),
    ("Rbin.fix", BinaryW, "_prox", lambda self, z, t, xp: xp.where(z == 0, 0 * z, kinks(self, z, t, xp))),
]
kfac_largest = kfac.largest


@pytest.mark.parametrize(("name", "where", "what", "mistake"), MISTAKES)
def test_a_mistake_is_caught(monkeypatch, name, where, what, mistake):
    monkeypatch.setattr(where, what, mistake)
    result = decide(CLAIMS[f"PG.{name}"])
    assert result.verdict == "refuted", result.reason


def bounded(self, state, g, hyper, xp):
    return state._replace(C=xp.abs(g))


@pytest.mark.parametrize(
    ("name", "where", "what", "harmless"),
    [
        ("C4.adagrad", ProxGenAdaGrad, "_precondition", bounded),
        ("C4.kfac", kfac.Recedes, "_prox", lambda self, z, t, xp: z),
    ],
)
def test_what_does_not_fail_is_not_refuted(monkeypatch, name, where, what, harmless):
    """A preconditioner that stays bounded passes the check that AdaGrad and KFAC fail."""
    monkeypatch.setattr(where, what, harmless)
    assert decide(CLAIMS[f"PG.{name}"]).verdict == "unrefuted"


def beyond_the_kink(p):
    s, w = p.nonnegative("s"), p.real("w")
    p.assume(w * w == 1 - s)
    return 4 * w <= 4 - 3 * s


@pytest.mark.parametrize("wrong", [binary.bernoulli(2, 3), beyond_the_kink])
def test_a_false_variant_of_bernoulli_is_not_proved(wrong):
    assert attempt(Lemma("wrong", wrong))["result"] == "refuted"
