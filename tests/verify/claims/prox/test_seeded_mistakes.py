"""Mistakes put into the maps, one at a time: the search must find a lower rival, the replay confirm it, the proof break."""

from __future__ import annotations

import inspect
import sys
import textwrap

import numpy as np
import pytest

from verify.claims import load
from verify.evidence import decide
from verify.evidence.proof import prove
from verify.evidence.replay import replay, single
from verify.evidence.search import meets, search
from verify.penalties import binary_w, l12, l23
from verify.penalties import group_l2 as group_l2_module
from verify.penalties.base import REGISTRY

CLAIMS = load()
SOFT = "xp.subtract_clipped(z, t, self.lam)"
NO_POSITIVE_PART = "xp.where(z < 0, z + t * self.lam, z - t * self.lam)"
# The claim, where the mistake is made, the text replaced and the mistake.
MISTAKES = [
    ("Zero", "Zero._prox", "return z", "return -z"),
    ("Zero", "Zero._prox", "return z", "return z / 2"),
    ("L1", "L1._prox", "t, self.lam)", "t, self.lam / 2)"),
    ("L1", "L1._prox", SOFT, NO_POSITIVE_PART),
    ("L2Squared", "L2Squared._prox", "-self.lam", "-self.lam / 2"),
    ("L2Squared", "L2Squared._prox", "return z", "return -z"),
    ("ElasticNet", "ElasticNet._prox", "self.mu * t", "self.mu * t / 2"),
    ("ElasticNet", "ElasticNet._prox", SOFT, NO_POSITIVE_PART),
    ("L0", "L0._prox", "2 * self.lam", "self.lam"),
    ("L0", "L0._prox", "xp.sqrt(2 * self.lam * t)", "self.lam * t"),
    ("L12", "square_root_shrinkage", "threshold = 1.5 * m2", "threshold = 1.25 * m2"),
    ("L12", "square_root_shrinkage", "return threshold, (0.5 * mu)", "return threshold, mu"),
    ("L23", "cube_root_shrinkage", "return 2 * b_cubed", "return 3 * b_cubed"),
    ("L23", "cube_root_shrinkage", "b_cubed, shrinkage", "b_cubed, shrinkage / 2"),
    ("Lq", "Lq._prox", "1 / (2 - q)) / smallest", "1 / (2 - q))"),
    ("Lq", "Lq._prox", "mu * q / xp.power", "mu / xp.power"),
    ("TransformedL1", "TransformedL1._prox", "jump = xp.sqrt(2 * w * a) - a / 2", "jump = xp.sqrt(2 * w * a) - a"),
    ("TransformedL1", "TransformedL1._prox", "xp.where(2 * w > a, r <= jump, excess <= 0)", "excess <= 0"),
    ("TransformedL1", "TransformedL1._prox", "mu + mu / a", "mu"),
    ("MCP", "MCP._prox", "t < self.gamma", "t < 2 * self.gamma"),
    ("MCP", "MCP._prox", "self.lam * xp.sqrt(self.gamma * t)", "self.lam * t"),
    ("SCAD", "SCAD._prox", "t < a - 1", "t < a + 1"),
    ("SCAD", "SCAD._prox", "lam * (a + 1 + t) / 2", "lam * (a + t) / 2"),
    ("SCAD", "SCAD._prox", "xp.where(t <= a + 1, lam * (a + 1 + t) / 2, ", "xp.where(t <= 0, 0, "),
    ("BinaryW.q0", "BinaryW._prox", "xp.sqrt(2 * self.lam * t)", "xp.sqrt(self.lam * t)"),
    ("BinaryW.q0", "BinaryW._prox", "xp.where(snaps, 1, x)", "xp.where(snaps, 0, x)"),
    ("BinaryW.q0.5", "BinaryW._prox", "(r + shrinkage) + rest", "(r - shrinkage) + rest"),
    ("BinaryW.q0.5", "square_root_shrinkage", "threshold = 1.5 * m2", "threshold = 1.25 * m2"),
    ("BinaryW.q0.667", "BinaryW._prox", "(r + shrinkage) + rest", "(r - shrinkage) + rest"),
    ("BinaryW.q0.667", "BinaryW._prox", "xp.where(snaps, 1, x)", "xp.where(snaps, 0, x)"),
    ("BinaryW.q1", "BinaryW._prox", "xp.minimum(xp.subtract_product(r, -self.lam, t), 1)", "r + self.lam * t"),
    ("BinaryW.q1", "BinaryW._prox", "xp.subtract_product(r, self.lam, t), 1)", "xp.subtract_product(r, self.lam, t), 0)"),
    ("Box", "Box._prox", "xp.minimum(xp.maximum(z, self.lower), self.upper)", "xp.maximum(z, self.lower)"),
    ("Box", "Box._prox", "xp.minimum(xp.maximum(z, self.lower), self.upper)", "xp.where(z > self.upper, self.lower, z)"),
    ("NegativeAbs", "NegativeAbs._prox", "-self.lam, t", "-self.lam / 2, t"),
    ("NegativeAbs", "NegativeAbs._prox", "xp.where(z < 0, -outward, outward)", "outward"),
    ("NegativeSquare", "NegativeSquare._prox", "2 * self.lam", "self.lam"),
    ("NegativeSquare", "NegativeSquare._prox", "return z", "return -z"),
    ("GroupL2", "GroupL2._radius", "t, level)", "t, level / 2)"),
    ("GroupL2", "GroupL2._radius", "xp.maximum(", "(lambda shrunk, zero: shrunk)("),
    ("GroupL2.diagonal", "_secular_root", "start <= 1", "start <= 2"),
    ("GroupL2.diagonal", "_secular_root", "begin, ROUNDS", "begin, 3"),
    ("GroupL2.diagonal", "_newton", "radius) / (groups.spread(r) + d)", "radius) / (groups.spread(r) + 2 * d)"),
    ("GroupMCP", "GroupMCP._radius", "_of_level(level)", "_of_level(level / 2)"),
    ("GroupMCP", "GroupMCP._radius", "self._of_level(level)._prox(norm, t, xp)", "xp.maximum(norm - t * level, 0.0)"),
    ("SparseGroup.L1.GroupL2", "GroupL2._radius", "t, level)", "t, level / 2)"),
    ("SparseGroup.L1.GroupL2", "SparseGroup._prox", "self.each._prox(z, self._spread(t, z.shape), xp)", "z"),
    ("SparseGroup.L1.GroupL2.diagonal", "SparseGroup._prox", "self.each._prox(z, self._spread(t, z.shape), xp)", "z"),
    ("SparseGroup.L1.GroupMCP", "SparseGroup._prox", "self.each._prox(z, self._spread(t, z.shape), xp)", "z"),
    ("SparseGroup.L1.GroupMCP", "L1._prox", "t, self.lam)", "t, self.lam / 2)"),
    ("SparseGroup.MCP.GroupL2", "SparseGroup._prox", "self._pair(z, t)", "self.each._prox(self.group._prox(z, t, xp), t, xp)"),
    ("SparseGroup.MCP.GroupL2", "SparseGroup._prox", "self._pair(z, t)", "self._pair(z, 2 * t)"),
    ("SparseGroup.MCP.GroupMCP", "SparseGroup._prox", "self._pair(z, t)", "self.group._prox(self.each._prox(z, t, xp), t, xp)"),
    ("SparseGroup.MCP.GroupMCP", "SparseGroup._prox", "self._pair(z, t)", "self._pair(z, t / 2)"),
    ("CardinalityBall", "CardinalityBall._prox", "xp.largest_k(xp.abs(z), self.k)", "xp.largest_k(z, self.k)"),
    (
        "CardinalityBall",
        "CardinalityBall._prox",
        "xp.where(kept, z, xp.zeros_like(z))",
        "xp.where(kept, z / 2, xp.zeros_like(z))",
    ),
    ("MetricL1", "MetricL1._prox", "step * lam)", "step * lam / 2)"),
    ("L0.ties", "L0._prox", "<=", "<"),
    ("L12.ties", "L12._prox", "<=", "<"),
    ("L23.ties", "L23._prox", "<=", "<"),
    ("TransformedL1.ties", "TransformedL1._prox", "r <= jump", "r < jump"),
    ("MCP.ties", "MCP._prox", "excess <= cut", "excess < cut"),
    ("SCAD.ties", "SCAD._prox", "xp.where(r > ", "xp.where(r >= "),
    ("SCAD.ties", "SCAD._prox", "r > xp.where(firm, a * lam, jump)", "xp.where(t <= a + 1, r >= jump, r > jump)"),
    *((f"BinaryW.{q}.ties", "BinaryW._prox", "away < threshold", "away <= threshold") for q in ("q0", "q0.5", "q0.667")),
    *((f"BinaryW.{q}.ties", "BinaryW._prox", "away <= threshold", "away < threshold") for q in ("q0", "q0.5", "q0.667")),
    (
        "BinaryW.q0.ties",
        "BinaryW._prox",
        "xp.where(snaps, 1, x)\n    return xp.where(z < 0",
        "xp.where(snaps, 1, x)\n    return xp.where(z <= 0",
    ),
    ("BinaryW.q1.ties", "BinaryW._prox", "outside)\n        return xp.where(z < 0", "outside)\n        return xp.where(z <= 0"),
    ("NegativeAbs.ties", "NegativeAbs._prox", "z < 0", "z <= 0"),
    ("GroupMCP.ties", "MCP._prox", "excess <= cut", "excess < cut"),
    (
        "CardinalityBall.ties",
        "CardinalityBall._prox",
        "xp.largest_k(xp.abs(z), self.k)",
        "xp.largest_k(xp.abs(z[:, ::-1]), self.k)[:, ::-1]",
    ),
    ("MetricL1", "MetricL1._prox", "l1_in_metric(self.H, z[index]", "l1_in_metric(np.diag(np.diag(self.H)), z[index]"),
]
HELPERS = {
    "square_root_shrinkage": (l12, binary_w),
    "cube_root_shrinkage": (l23, binary_w),
    "_secular_root": (group_l2_module,),
    "_newton": (group_l2_module,),
}


def seed(monkeypatch, where, right, wrong):
    """Replace the function by itself with one text replaced, which must be there exactly once."""
    owner, _, name = where.rpartition(".")
    owners = (REGISTRY[owner],) if owner else HELPERS[name]
    function = getattr(owners[0], name)
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(right) == 1, f"{where} does not hold {right!r} once: seed another mistake"
    scope = dict(vars(sys.modules[function.__module__]))
    exec("from __future__ import annotations\n" + source.replace(right, wrong), scope)
    for each in owners:
        monkeypatch.setattr(each, name, scope[name])


@pytest.mark.parametrize(("claim", "where", "right", "wrong"), MISTAKES)
def test_a_mistake_is_found_and_replayed_and_breaks_the_proof(monkeypatch, claim, where, right, wrong):
    made = CLAIMS[f"PROX.{claim}"]
    seed(monkeypatch, where, right, wrong)
    found = search(made, np.random.default_rng(0), 1000 if made.slow else 4096, rounds=2)
    assert found.worst_margin < 0
    worst = len(next(iter(found.worst.values())))
    assert any(replay(made, single(found.worst, i)).refutes for i in range(worst))
    if made.has("proof"):
        assert prove(made).holds is False


@pytest.mark.parametrize("id", [i for i in CLAIMS if i.startswith("PROX.") and i.endswith(".ties")])
def test_every_case_of_a_ties_claim_is_a_tie(id):
    assert meets(CLAIMS[id], CLAIMS[id].cases(np.random.default_rng(0), 1000)).all()


def test_a_mistake_makes_the_verdict_refuted_and_the_claim_says_both(monkeypatch):
    seed(monkeypatch, "L1._prox", "t, self.lam)", "t, self.lam / 2)")
    result = decide(CLAIMS["PROX.L1"])
    assert result.verdict == "refuted"
    assert result.counterexample["arithmetic"] == "exact"
    assert result.evidence[0].holds is False


def test_a_change_of_the_function_shows_in_the_proof_even_where_it_is_right(monkeypatch):
    seed(monkeypatch, "square_root_shrinkage", "m = xp.cbrt(mu)", "m = xp.sqrt(xp.cbrt(mu) * xp.cbrt(mu))")
    evidence = prove(CLAIMS["PROX.L12"])
    assert evidence.holds is False
    assert "does not fit the function" in evidence.lemmas[0]["name"]


@pytest.mark.parametrize(
    ("claim", "where", "right", "wrong"),
    [
        ("BinaryW.q0.5", "BinaryW._prox", "xp.where(r < 1, away < threshold, away <= threshold)", "away <= threshold"),
        ("L12", "L12._prox", "r <= threshold", "r < threshold"),
        ("L12", "L12._value", "xp.sqrt(xp.abs(x))", "xp.abs(x)"),
        ("MCP", "MCP._value", "(2 * self.gamma)", "self.gamma"),
        ("TransformedL1", "TransformedL1._prox", "range(3)", "range(0)"),
        ("L23", "cube_root_shrinkage", "alpha = xp.sqrt(4 *", "alpha = xp.sqrt(3 *"),
    ],
)
def test_a_tie_on_the_other_side_a_wrong_value_or_root_breaks_the_proof(monkeypatch, claim, where, right, wrong):
    seed(monkeypatch, where, right, wrong)
    assert prove(CLAIMS[f"PROX.{claim}"]).holds is False
