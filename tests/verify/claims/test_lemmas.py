"""What a statement says beyond its cases is in its lemmas, and each of these is false with a little less in it."""

from __future__ import annotations

import inspect

import pytest

from verify.claims import load
from verify.claims.proxgen import definitions, kfac
from verify.claims.rmda import anchor, mcp
from verify.claims.sr2 import failures, lemma1, lemma2
from verify.evidence.proof import Lemma, attempt, prove

CLAIMS = load()
# claim, the lemma's function, the text replaced and the mistake
MISTAKES = [
    ("RMDA.T1.role", anchor.near, "+ size(turn)", ""),
    ("RMDA.T1.role", anchor.near, "+ size(pull)", ""),
    ("RMDA.T1.role", anchor.near, "size(average - g) + ", ""),
    ("RMDA.T1.role", anchor.near, "r * (star - w0)", "r * star"),
    ("RMDA.T1.role", anchor.closed, ", p.disj(star == 0, e < p.xp.abs(star))", ""),
    ("RMDA.T1.role", anchor.closed, "p.xp.abs(limit - lam) <= e", "p.xp.abs(limit - lam) <= e / 2"),
    ("RMDA.E.mcp.fix", mcp.reached, "objective(x, source(w))", "objective(x, w)"),
    ("PG.C4.kfac.fix", kfac.coordinate, "- 2 * t", "- 3 * t"),
    ("PG.C4.kfac.fix", kfac.along, "unit == 1", "unit == 2"),
    ("PG.C4.kfac.fix", kfac.mean, "share <= 1", "share <= 2"),
    ("PG.C4.kfac.fix", kfac.floor, "top <= DA", "top <= 2 * DA"),
    ("PG.D1.fix", definitions.only_the_derivative, ", v - s >= 0", ""),
    ("SR2.L1.fix", lemma1.one_iteration, "eps * eps / 2", "eps * eps"),
    ("SR2.L1.fix", lemma1.one_iteration, "p.disj(made.taken, made.still)", "made.failed"),
    ("SR2.L1.fix", lemma1.count, "2 * (start", "(start"),
    ("SR2.L2.fix", lemma2.one_factor, "rules.gamma1 * power", "rules.gamma2 * power"),
    ("SR2.L2.fix", lemma2.one_factor, "rules.gamma3 * power", "power"),
    ("SR2.L2.fix", lemma2.logarithms, " - S * log3", ""),
    ("SR2.T2", failures.zero_at_last, ">= 2 * kappa", ">= kappa"),
    ("SR2.T2", failures.zero_at_last, "rules.gamma1 * sigma", "rules.gamma2 * sigma"),
    ("SR2.T2", failures.mean_of_two, "share <= 1, ", ""),
    ("SR2.T2", failures.mean_of_two, "(1 - share) * second", "second"),
    ("SR2.T2", failures.stationary, "top * size <= 2 * e, ", ""),
    ("SR2.T2", failures.stationary, "-2 * e * size", "-e * size"),
]


@pytest.mark.parametrize(("id", "built", "before", "after"), MISTAKES, ids=[f"{row[1].__name__}: {row[2]}" for row in MISTAKES])
def test_a_lemma_that_says_more_is_refuted(id, built, before, after):
    assert built in [lemma.build for lemma in CLAIMS[id].proof()]
    assert attempt(Lemma("right", built))["result"] == "proved"
    source = inspect.getsource(built)
    assert source.count(before) == 1
    wrong = dict(vars(inspect.getmodule(built)))
    exec(source.replace(before, after), wrong)
    assert attempt(Lemma("wrong", wrong[built.__name__]))["result"] == "refuted"


def test_a_step_longer_than_gamma_is_not_convex():
    source = inspect.getsource(mcp.up_to_gamma)
    wrong = dict(vars(mcp))
    exec(source.replace("r <= gamma", "r <= 2 * gamma") + inspect.getsource(mcp.convex), wrong)
    assert mcp.convex in [lemma.build for lemma in CLAIMS["RMDA.E.mcp.fix"].proof()]
    assert attempt(Lemma("wrong", wrong["convex"]))["result"] == "refuted"


@pytest.mark.parametrize("id", sorted({row[0] for row in MISTAKES}))
def test_the_proof_is_whole(id):
    assert prove(CLAIMS[id]).holds
