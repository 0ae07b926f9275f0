"""Mistakes put into RMDA's update rule and into its claims, one at a time: each must be caught."""

from __future__ import annotations

import inspect
import textwrap

import numpy as np
import pytest

from verify.claims import load
from verify.claims.rmda import identify, stationary, variance
from verify.claims.rmda.setting import gradient, lipschitz
from verify.evidence import decide
from verify.evidence.margins import column
from verify.evidence.replay import replay, single
from verify.evidence.search import search
from verify.methods import adam, mda, prox_ssi, rmda

CLAIMS = load()
# A claim that must catch it, where the mistake is made, the text replaced and the mistake.
IN_THE_METHOD = [
    ("RMDA.L2.as.sharp", mda.MDA, "propose", "hyper.eta * xp.sqrt(t)", "hyper.eta"),
    ("RMDA.T1.fix", mda.MDA, "propose", "state.alpha + s,", "s,"),
    ("RMDA.T1.fix", mda.MDA, "propose", "state.V + s * g", "state.V + g"),
    ("RMDA.S3.rda.fix", mda.MDA, "propose", "state.V + s * g", "s * g"),
    ("RMDA.S2.mda.fix", mda.MDA, "propose", "state.V + s * g", "state.V - s * g"),
    ("RMDA.S2.mda.fix", mda.MDA, "propose", "xp.sqrt(t)", "xp.sqrt(t + 1)"),
    ("RMDA.L1.sharp", mda.MDA, "propose", "(1 - hyper.c) * w", "hyper.c * w"),
    ("RMDA.S2.mda.fix", mda.MDA, "propose", "(1 - hyper.c) * w", "(1 - hyper.c) * state.anchor"),
    ("RMDA.L1.sharp", mda.MDA, "propose", "hyper.c * tentative)", "hyper.c * hyper.c * tentative)"),
    ("RMDA.S2.mda.fix", mda.MDA, "tentative", "state.anchor - state.V / beta", "state.anchor - state.V"),
    ("RMDA.T1.path", mda.MDA, "tentative", "state.anchor - state.V / beta", "-state.V / beta"),
    ("RMDA.E2", mda.MDA, "tentative", "state.alpha / beta", "state.alpha"),
    ("RMDA.T2.average", mda.MDA, "tentative", "state.alpha / beta", "beta / state.alpha"),
    ("RMDA.S5.restart", mda.MDA, "tentative", "xp.sqrt(state.t)", "state.t"),
    ("RMDA.S5.restart", mda.MDA, "restart", "xp.constant(0), xp.constant(0)", "xp.constant(1), xp.constant(0)"),
    ("RMDA.S2.mda.fix", mda.MDA, "restart", "xp.zeros_like(w), w", "xp.zeros_like(w), 0 * w"),
    ("RMDA.T2.fix", rmda.RMDA, "_nearest", "penalty._prox(z, step, xp)", "z"),
    ("RMDA.T1.global", rmda.RMDA, "_nearest", "penalty._prox(z, step, xp)", "penalty._prox(z, 1, xp)"),
    ("RMDA.S5.proxssi", prox_ssi.ProxSSI, "propose", "step * m, step, xp)", "step * m, hyper.alpha, xp)"),
    ("RMDA.S5.proxssi", prox_ssi.ProxSSI, "propose", "w - step * m", "w - m"),
    ("RMDA.S5.proxssi", prox_ssi.ProxSSI, "propose", "step * m, step, xp)", "step * m, 1 / step, xp)"),
    ("RMDA.S5.proxssi", adam.Adam, "_advance", "v * (1 / (1 - left2))", "v"),
    ("RMDA.S5.proxssi", adam.Adam, "_advance", "xp.sqrt(v * (1 / (1 - left2)))", "v * (1 / (1 - left2))"),
]


@pytest.mark.parametrize(
    ("id", "owner", "name", "right", "wrong"), IN_THE_METHOD, ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_mistake_in_the_method_is_caught(id, owner, name, right, wrong, monkeypatch):
    source = textwrap.dedent(inspect.getsource(getattr(owner, name)))
    assert source.count(right) == 1
    module = inspect.getmodule(owner)
    code = source.replace(right, wrong).replace("super()", f"super({owner.__name__}, self)")
    scope = dict(vars(module))
    exec(compile(code, "mistake", "exec"), scope)
    monkeypatch.setattr(owner, name, scope[name])
    with np.errstate(all="ignore"):
        assert not decide(CLAIMS[id]).as_expected


def refuted(claim):
    """Whether a search of the claim, without its proof, finds a case that the replay confirms."""
    found = search(claim, np.random.default_rng(0), 1000, batch=1000)
    return any(replay(claim, single(found.worst, i)).refutes for i in range(min(8, len(found.margins))))


def changed(id, text):
    """The claim with a piece of its margin's source replaced."""
    claim = CLAIMS[id]
    source = textwrap.dedent(inspect.getsource(type(claim).margin))
    right, wrong = text
    assert source.count(right) >= 1
    scope = dict(vars(inspect.getmodule(type(claim).margin)))
    exec(compile(source.replace(right, wrong), "mistake", "exec"), scope)
    made = type("Changed", (type(claim),), {"margin": scope["margin"]})()
    vars(made).update(vars(claim))
    return made


IN_THE_CLAIM = [
    ("RMDA.L1", ("total + c,", "total + 2 * c,")),
    ("RMDA.L1.sharp", ("product * (1 - c)", "product * (1 - c) * (1 - c)")),
    ("RMDA.L1.finite", ("(1 - total) * first", "(1 - total / 2) * first")),
    ("RMDA.L2.as", ("- drift / m.alpha", "- drift / m.alpha / 2")),
    ("RMDA.L2.as", ("- xp.abs(m.noise)", "- xp.abs(m.noise) / 2")),
    ("RMDA.L2.as.tail", ("-4 * case", "-8 * case")),
    ("RMDA.L2.ms", ("margins += [-xp", "margins += [exact / 2 - exact - xp")),
    ("RMDA.L2.ms", ("2 * xp.sqrt", "0.5 * xp.sqrt")),
    ("RMDA.L2.ms.fix", ("tau * case", "tau * tau * case")),
    ("RMDA.L2.ms.rate", ("9 * (t + 1)", "8 * (t + 1)")),
    ("RMDA.L2.indicator.fix", ("(1 + 1 / (2 * (1 - p)))", "1")),
    ("RMDA.L2.indicator.fix", ("column(-p)", "column(p)")),
    ("RMDA.L2.indicator.vertex", ('(1 - case["w0"])', '(1 - case["w0"]) / 2')),
    ("RMDA.L2.as", ("xp.norm(m.before - old, axis=-1))", "1) * xp.abs(m.before - old)")),
    ("RMDA.T1", ("xp.norm(m.tentative - m.before, axis=-1))", "xp.norm(m.tentative - m.before, axis=-1)) / 2")),
    ("RMDA.T1", ("xp.norm(m.tentative - m.before, axis=-1))", "1) * xp.abs(m.tentative - m.before)")),
    ("RMDA.T1", ("room + m.beta / m.alpha", "room + 0 * m.beta / m.alpha")),
    ("RMDA.T1.path", ("m.beta / m.alpha", "0.5 * m.beta / m.alpha")),
    ("RMDA.T1.fix", ("xp.abs(m.noise) + ", "0 * m.noise + ")),
    ("RMDA.T1.fix", ("total / m.alpha", 'case["h"] * xp.abs(m.before - case["w_star"])')),
    ("RMDA.T1.role", ("1 - 2 * case", "1 - case")),
    ("RMDA.T1.global", ("m.beta / (2 * m.alpha)", "m.beta / m.alpha")),
    ("RMDA.T2.sharp", ("product * (1 - c)", "product * (1 - c / 2)")),
    ("RMDA.T2.group", ('size(gradient(case, 0 * case["a"], xp))', '0 * size(case["a"])')),
    ("RMDA.B1.finite", ('(case["lam"] - top)', 'case["lam"]')),
    ("RMDA.T2.schedules.fix", ('xp.constant("1.5") - p', 'xp.constant("1.6") - p')),
    ("RMDA.T2.schedules.fix", ('xp.constant("1.5") - p', 'xp.constant("1.4") - p')),
    ("RMDA.T2.schedules.fix", ('xp.maximum(1 + zero, xp.constant("1.5") - p)', "1 + zero")),
    ("RMDA.S1.sgd.fix", ("eta * xp.maximum(xp.abs(g) - lam, 0)", "xp.maximum(eta * xp.abs(g) - lam, 0)")),
    ("RMDA.S1.sgd.interpolation.fix", (' - column(xp.dot(case["u"], case["u"]) * xp.norm(away, axis=-1))', "")),
    ("RMDA.S1.sgd.interpolation.fix", ('lam - xp.abs(case["g"])', "lam")),
    ("RMDA.B1.l1.fix", ('(case["lam"] - top)', 'case["lam"]')),
    ("RMDA.B1.group.fix", ("2 * part.norms(along, xp)", "0.9 * part.norms(along, xp)")),
    ("RMDA.B1.group.fix", ("SECOND.norms(x, xp) == 0", "SECOND.norms(x, xp) < 0")),
    ("RMDA.B1.group.fix", ("FIRST.norms(x, xp) == 0", "x == 0")),
    ("RMDA.B1.group.fix", (" - xp.dot(v, off) - sharp", " - xp.dot(v, off) - 2 * sharp")),
    ("RMDA.B2", ("4 * size", "2 * size")),
    ("RMDA.E.mcp.fix", ('case["lam"] * xp.sqrt', '2 * case["lam"] * xp.sqrt')),
    ("RMDA.S42.binary.fix", ("off = ScaledSigns()._prox(z, 1, xp) - z", "off = ScaledSigns()._prox(z, 1, xp) * 1.7320508 - z")),
]


@pytest.mark.parametrize(("id", "text"), IN_THE_CLAIM, ids=[f"{id}: {text[1]}" for id, text in IN_THE_CLAIM])
def test_a_claim_that_says_more_is_refuted(id, text):
    assert refuted(changed(id, text))


@pytest.mark.parametrize("part", ["anchor", "error", "distance", "distance of the others", "slope"])
def test_every_part_of_what_is_enough_is_needed(part, monkeypatch):
    """RMDA.T2.fix with one of the four numbers on its left side left out, or with a coordinate's own distance alone."""

    def less(case, m, star, level, xp):
        away, L = m.before - star, lipschitz(case, xp)
        distance = column(L) * xp.abs(away) if part == "distance of the others" else column(L * xp.norm(away, axis=-1))
        parts = {"distance": distance, "error": xp.abs(m.average - m.slope), "slope": xp.abs(gradient(case, star, xp))}
        parts["anchor"] = m.beta / m.alpha * xp.abs(case["w0"])
        return sum(value for name, value in parts.items() if name != part) <= level

    monkeypatch.setattr(identify, "enough", less)
    assert refuted(CLAIMS["RMDA.T2.fix"])


@pytest.mark.parametrize(("id", "module"), [("RMDA.L2.as", variance), ("RMDA.T1", stationary), ("RMDA.T1.fix", stationary)])
def test_a_loss_that_is_not_convex_is_among_the_cases(id, module, monkeypatch):
    """A largest eigenvalue that is not the largest in size is no Lipschitz constant."""

    def signed(case, xp):
        return xp.maximum(xp.max(case["h"], axis=-1), 0) + xp.dot(case["q"], case["q"])

    monkeypatch.setattr(module, "lipschitz", signed)
    assert refuted(CLAIMS[id])
