"""Mistakes put into SR2's claims and into the method, which the checks must catch."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest

from verify.claims import sr2
from verify.claims.sr2 import corollary1, draws, lemma1, sigma_max, success, theorem3, theorem4
from verify.claims.sr2.problems import Samples
from verify.claims.sr2.runs import iterate
from verify.evidence import CLAIMS, decide
from verify.methods.sr2 import SR2

for module in pkgutil.iter_modules(sr2.__path__):
    import_module(f"{sr2.__name__}.{module.name}")


def changed(name, **members):
    """The claim with some of its members replaced, and without its proof."""
    original = CLAIMS[f"SR2.{name}"]
    made = type("Changed", (type(original),), members | {"proof": None})()
    vars(made).update(vars(original))
    return made


def caught(claim):
    result = decide(claim)
    return result.verdict == "refuted", result.reason


def twice_the_decrease(case, xp):
    sums = draws.trial(case, xp)[1]
    return sums.penalty - sums.slope - case["sigma"] * sums.square


def shorter(name):
    """nine tenths of F(x_1) - F_low."""
    return {"height": lambda self, c, xp: xp.constant("0.9") * type(CLAIMS[f"SR2.{name}"]).height(self, c, xp)}


MISTAKES = {
    "E9": {"margin": lambda self, c, xp: twice_the_decrease(c, xp)},
    "E9.sharp": {"kinds": (2,)},
    "S12.shorter": {"margin": lambda self, c, xp: -type(CLAIMS["SR2.S12.shorter"]).margin(self, c, xp)},
    "S11.descent": {"limit": 2.0, "short": CLAIMS["SR2.S11.sharp"].short},
    "T1": {"needed_factor": 1.0, "large": CLAIMS["SR2.T1.sharp"].large},
    "T1.sharp": {"kinds": (2,)},
    "T1.sigmamax.fix": {"method": SR2(zero="failure")},
    "T1.sigmamax.sharp": {
        "limit": lambda self, c, k, xp: xp.maximum(c["sigma0"], c["gamma1"] * sigma_max.limits(c, k, xp)[1]),
    },
    "A3.exact": {"constant": lambda self, c: c["L"] / 4},
    "A2.admits": {"factor": 2},
    "T2.freeze": {"reach": 2.0},
    "L1.as.endless": {"kappa": "4.4"},
    "T3.path.endless": {"kappa": "1.2"},
    "L1.E13.fix": {"factor": 2},
    "L2.fix": {"factor": lambda self, c: c["gamma2"]},
    "T3": {"method": SR2(objective="sampled")},
    "T3.sharp": {"method": SR2(objective="sampled")},
    "S5.sampled.fix": {"kappa": lambda self, c, xp: Samples(c).smoothness(xp, each=True) / 4},
    "Alg.assumption.fix": {"method": SR2(unmodelled="ignored")},
    "L1.index.fix": {"margin": CLAIMS["SR2.L1.index"].__class__.margin},
    "D3": {"square": lambda self, c, xp: type(CLAIMS["SR2.D3"]).square(self, c, xp) ** 2},
}


@pytest.mark.parametrize("name", ["L1.fix", "L1.exp.fix", "T3", "T3.sharp"])
def test_nine_tenths_of_the_constant_is_caught(name):
    refuted, reason = caught(changed(name, **shorter(name)))
    assert refuted, reason


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_caught(name):
    refuted, reason = caught(changed(name, **MISTAKES[name]))
    assert refuted, reason


@pytest.mark.parametrize(("name", "module"), [("T4.fix", theorem4), ("C1.fix", corollary1)])
def test_a_smaller_constant_of_theorem_4_is_caught(monkeypatch, name, module):
    share = 0.5 if name == "T4.fix" else 0.0
    monkeypatch.setattr(module, "constant", lambda c, top, xp: share * (Samples(c).smoothness(xp) + 0 * top) ** 2)
    refuted, reason = caught(changed(name))
    assert refuted, reason


def test_the_larger_of_l_and_sigma_is_not_enough(monkeypatch):
    made = CLAIMS["SR2.T4.sharp"]
    parts = type(made).parts

    def smaller(self, c, xp):
        limit, far, scale = parts(self, c, xp)
        return 0.75 * limit, far, scale

    refuted, reason = caught(changed("T4.sharp", parts=smaller))
    assert refuted, reason


def test_keeping_sigma_without_a_minimiser_is_caught():
    def stay(self, c, xp, x, sigma, t):
        return iterate(c, xp, x, sigma, c["xi"][..., t], c["place"][..., t], SR2(unbounded="stay"))

    refuted, reason = caught(changed("Alg.extended.fix", iteration=stay))
    assert refuted, reason


class Uphill(SR2):
    """The step of Eq. (8) with the sign as printed."""

    def propose(self, state, w, g, hyper, penalty, xp):
        y, sums = SR2.propose(self, state, w, -g, hyper, penalty, xp)
        return y, sums._replace(slope=-sums.slope)


@pytest.mark.parametrize("name", ["E8.fix", "E9"])
def test_the_printed_sign_is_caught(monkeypatch, name):
    monkeypatch.setattr(draws, "SR2", Uphill)
    refuted, reason = caught(changed(name))
    assert refuted, reason


class Generous(SR2):
    """A decision that takes what just does not raise the model's value."""

    def decide(self, scalars, sums, hyper, xp):
        return SR2.decide(self, scalars, sums, hyper._replace(eta1=-hyper.eta1), xp)


@pytest.mark.parametrize(("name", "module"), [("L1.fix", lemma1), ("T3", theorem3)])
def test_accepting_ascent_is_caught(monkeypatch, name, module):
    from verify.claims.sr2 import runs, watch

    monkeypatch.setattr(runs.iterate, "__defaults__", (0, Generous()))
    monkeypatch.setattr(watch.watch, "__defaults__", (Generous(),))
    members = {"method": Generous()} if name == "T3" else {}
    refuted, reason = caught(changed(name, **members))
    assert refuted, reason


@pytest.mark.parametrize("name", ["T1", "T1.sigmamax.fix"])
def test_a_proof_does_not_fit_another_decision(monkeypatch, name):
    module = {"T1": success, "T1.sigmamax.fix": sigma_max}[name]
    monkeypatch.setattr(module, "SR2", lambda **choices: Eager())
    rows = [row for e in decide(CLAIMS[f"SR2.{name}"]).evidence if e.kind == "proof" for row in e.lemmas]
    assert any(row["result"] != "proved" for row in rows)


class Eager(SR2):
    """sigma grows by gamma1 wherever it is decided."""

    def decide(self, scalars, sums, hyper, xp):
        made = SR2.decide(self, scalars, sums, hyper, xp)
        return made._replace(sigma=made.sigma * hyper.gamma1)
