"""Our own claims about update rules and losses catch mistakes in the code."""

from __future__ import annotations

import numpy as np
import pytest

from verify.arrays import NUMPY
from verify.claims import load
from verify.evidence.decide import CASES, decide
from verify.losses import ConvNetwork, Logistic, Softmax, Squares, patch_relu
from verify.methods.prox_gen import ProxGenAdaGradFull
from verify.penalties import MetricL1
from verify.power.places import Mutant, every_mutant, seeded

CLAIMS = load()

# claim, function, text before, text after
MISTAKES = [
    ("METHOD.SGD", "SGD.propose", "v", "state.v"),
    ("METHOD.Adam", "Adam._advance", "left2", "state.left2"),
    ("METHOD.ProxSSI", "ProxSSI.propose", "step * m", "step"),
    ("METHOD.BinaryConnect", "signs", "x < 0", "x <= 0"),
    ("METHOD.ProxGen", "ProxGen._precondition", "hyper.C + xp.zeros_like(g)", "hyper.C"),
    ("METHOD.ProxGenAdam.corrected", "ProxGenAdam._precondition", "left", "state.left"),
    ("METHOD.ProxGenAdamPrinted", "ProxGenAdamPrinted._precondition", "hyper.beta * state.C", "hyper.beta"),
    ("METHOD.ProxGenAdaGrad", "ProxGenAdaGrad._precondition", "total", "state.total"),
    ("METHOD.ProxGenAdaGradFull", "ProxGenAdaGradFull._precondition", "(root + root.T) / 2", "root + root.T"),
    ("METHOD.ProxGenFull", "ProxGenFull.propose", "hyper.delta * np.eye(len(w))", "hyper.delta"),
    ("METHOD.ProxGenFull.spectrum", "ProxGenFull.least", "np.linalg.eigvalsh(state.C)[0] + hyper.delta", None),
    ("METHOD.ProxGen.spectrum", "ProxGen.least", "-(state.C + hyper.delta)", "state.C + hyper.delta"),
    ("METHOD.TwoStageProxAdam", "TwoStageProxSGD._move", "target - w", "target"),
    ("METHOD.RevisedProxQuant", "ProxGenAdam._precondition", "hyper.beta * state.total", "hyper.beta"),
    ("METHOD.MDA.newest", "MDA.newest", "hyper.eta * namespace(w).sqrt(state.t)", "hyper.eta"),
    ("METHOD.MDA.anchoring", "MDA.anchoring", "namespace(w).sqrt(state.t)", "state.t"),
    ("METHOD.RDA.largest_mean", "RDA.largest_mean", "xp.abs(state.mean)", "state.mean"),
    ("METHOD.SqrtT", "SqrtT.propose", "t", "state.t"),
    ("METHOD.ADMMGradient", "ADMMGradient._rest", "u", "state.u"),
    ("METHOD.RVSM.lagrangian", "lagrangian", "gap / 2", "gap"),
    ("METHOD.SR2.sums", "SR2.propose", "total(xp.abs(fall)) + total(xp.abs(g * s))", None),
    ("METHOD.SR2.decide", "SR2.decide", "actual >= hyper.eta2 * predicted", "actual > hyper.eta2 * predicted"),
    ("METHOD.SR2.decide", "SR2.decide", "xp.abs(actual)", "actual"),
    ("LOSS.Logistic", "Logistic.fall", "-y * cls.slope(s, y, xp) * expm1(near)", None),
    ("LOSS.Softmax", "Softmax.bend", "v - xp.sum(p * v, axis=-1, keepdims=True)", "v"),
    ("LOSS.Squares", "Squares.fall", "step / 2", "step"),
    ("LOSS.ConvNetwork", "ConvNetwork.forward", "n * positions", "n"),
    ("LOSS.ConvNetwork.relu", "ConvNetwork.gradient", "hidden > 0", "hidden >= 0"),
    ("LOSS.patch_relu", "gradient", "scores > 0", "scores >= 0"),
    ("LOSS.no_overlap.nearest", "nearest", "height(left) >= height(right)", "height(left) <= height(right)"),
    ("LOSS.no_overlap.nearest", "nearest", "xp.pi - turn", "xp.pi"),
    ("LOSS.no_overlap.nearest", "nearest", "(k + (k * k - k) / xp.pi) / (k * k) + beta", None),
    ("PROX.GroupL2.support", "_GroupNorms.group_support", "xp.abs(xp.sign(x))", "xp.sign(x)"),
    ("PROX.MetricL1.certificate", "MetricL1.certificate", "t * lam", "t"),
]


def _mutant(function: str, before: str, after: str | None) -> Mutant:
    return next(
        m for m in every_mutant() if m.function == function and m.before == before and (after is None or m.after == after)
    )


@pytest.mark.parametrize(("id", "function", "before", "after"), MISTAKES, ids=[row[0] for row in MISTAKES])
def test_a_seeded_mistake_is_caught(monkeypatch, id, function, before, after):
    """With a tenth of the cases, which is the harder test."""
    monkeypatch.setitem(CASES, "quick", CASES["quick"] // 10)
    with seeded(_mutant(function, before, after)):
        try:
            result = decide(CLAIMS[id], drop=False)
        except (ArithmeticError, ValueError):
            return
    assert result.verdict == "refuted" or "could not be computed" in result.reason  # what divides by 0 in every case


NAN = [
    *(("LOSS.Logistic", Logistic, name) for name in ("value", "slope", "curvature", "fall")),
    *(("LOSS.Softmax", Softmax, name) for name in ("value", "slope", "bend", "fall")),
    *(("LOSS.Squares", Squares, name) for name in ("value", "slope", "curvature", "fall")),
    *(("LOSS.ConvNetwork", ConvNetwork, name) for name in ("value", "gradient", "fall")),
    *(("LOSS.patch_relu", patch_relu, name) for name in ("output", "value", "gradient")),
    ("PROX.MetricL1.certificate", MetricL1, "_prox"),
    ("METHOD.ProxGenFull", MetricL1, "_prox"),
]


@pytest.mark.parametrize(("id", "owner", "name"), NAN, ids=[f"{row[0]}-{row[2]}" for row in NAN])
def test_nan_is_no_pass(monkeypatch, id, owner, name):
    right = getattr(owner, name)

    def hurt(*args):
        found = right(*args)
        return tuple(part * np.nan for part in found) if isinstance(found, tuple) else found * np.nan

    monkeypatch.setattr(owner, name, staticmethod(hurt) if owner in (Logistic, Softmax, Squares) else hurt)
    made = CLAIMS[id]
    with np.errstate(all="ignore"):
        assert made.margin(made.cases(np.random.default_rng(0), 20), NUMPY).max() < 0


def test_the_negative_root_of_adagrads_matrix_is_caught(monkeypatch):
    """With a delta so large that the metric is positive definite all the same, and every other condition holds."""
    made, right = CLAIMS["METHOD.ProxGenAdaGradFull"], ProxGenAdaGradFull._precondition
    case = made.cases(np.random.default_rng(0), 50) | {"delta": np.full((50, 1), 900.0)}
    case["g"] = np.clip(case["g"], -3, 3) + 0.1
    assert made.margin(case, NUMPY).min() > 0

    def negative(*args):
        state = right(*args)
        return state._replace(C=-state.C)

    monkeypatch.setattr(ProxGenAdaGradFull, "_precondition", negative)
    assert made.margin(case, NUMPY).max() < 0


def test_a_small_fall_of_a_large_loss_has_digits_left_in_the_reference():
    step = np.array([[0.0, -7.866879387223579e-11, -7.866879387223579e-11]])
    case = {"s": np.array([[0.0, 80.0, 0.0]]), "step": step, "v": 0 * step, "y": np.array([[0.0, 0.0, 1.0]])}
    assert CLAIMS["LOSS.Softmax"].margin(case, NUMPY)[0] > 0
