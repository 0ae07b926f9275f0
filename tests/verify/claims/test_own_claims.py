"""Our own claims about update rules and losses catch mistakes in the code."""

from __future__ import annotations

import pytest

from verify.claims import load
from verify.evidence.decide import decide
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
    ("METHOD.MDA.newest", "MDA.newest", "hyper.eta * namespace(w).sqrt(state.t)", "hyper.eta"),
    ("METHOD.MDA.anchoring", "MDA.anchoring", "namespace(w).sqrt(state.t)", "state.t"),
    ("METHOD.RDA.largest_mean", "RDA.largest_mean", "xp.abs(state.mean)", "state.mean"),
    ("METHOD.SqrtT", "SqrtT.propose", "t", "state.t"),
    ("METHOD.ADMMGradient", "ADMMGradient._rest", "u", "state.u"),
    ("METHOD.RVSM.lagrangian", "lagrangian", "gap / 2", "gap"),
    ("METHOD.SR2.sums", "SR2.propose", "total(xp.abs(fall)) + total(xp.abs(g * s))", None),
    ("METHOD.SR2.decide", "SR2.decide", "actual >= hyper.eta2 * predicted", "actual > hyper.eta2 * predicted"),
    ("LOSS.Logistic", "Logistic.fall", "-y * cls.slope(s, y, xp) * expm1(near)", None),
    ("LOSS.Softmax", "Softmax.bend", "v - xp.sum(p * v, axis=-1, keepdims=True)", "v"),
    ("LOSS.Squares", "Squares.fall", "step / 2", "step"),
    ("LOSS.ConvNetwork", "ConvNetwork.forward", "n * positions", "n"),
    ("LOSS.ConvNetwork.relu", "ConvNetwork.gradient", "hidden > 0", "hidden >= 0"),
    ("LOSS.patch_relu", "gradient", "scores > 0", "scores >= 0"),
    ("PROX.GroupL2.support", "_GroupNorms.group_support", "xp.abs(xp.sign(x))", "xp.sign(x)"),
    ("PROX.MetricL1.certificate", "MetricL1.certificate", "t * lam", "t"),
]


def _mutant(function: str, before: str, after: str | None) -> Mutant:
    return next(
        m for m in every_mutant() if m.function == function and m.before == before and (after is None or m.after == after)
    )


@pytest.mark.parametrize(("id", "function", "before", "after"), MISTAKES, ids=[row[0] for row in MISTAKES])
def test_a_seeded_mistake_is_caught(id: str, function: str, before: str, after: str | None) -> None:
    with seeded(_mutant(function, before, after)):
        try:
            result = decide(CLAIMS[id], "quick", drop=False)
        except (ArithmeticError, ValueError):
            return
    assert result.verdict == "refuted"
