"""The proofs of the prox maps: every lemma holds, every mutant falls, and each ends in the theorem about the maps that run."""

from __future__ import annotations

import pytest
import z3

from verify.claims import load
from verify.claims.prox.chains import CHAINS
from verify.claims.prox.groups import GroupMinimiser
from verify.claims.prox.theorem import Minimiser
from verify.evidence import Claim

UNPROVED = {
    "Lq",
    "GroupL2.diagonal",
    "SparseGroup.L1.GroupL2.diagonal",
    "SparseGroup.MCP.GroupL2",
    "SparseGroup.MCP.GroupMCP",
    "MetricL1",
}
CAUCHY = "Cauchy-Schwarz: <x,z>^2 <= <x,x> <z,z>"
ADDED = "the inequality of one coordinate, added over the group"
TAKEN = {
    "GroupL2": [CAUCHY],
    "GroupMCP": [CAUCHY],
    "SparseGroup.L1.GroupL2": [CAUCHY, ADDED],
    "SparseGroup.L1.GroupMCP": [CAUCHY, ADDED],
    "CardinalityBall": ["the inequality of one entry, added over the vector"],
}
# Beyond t > 0: what a chain assumes of its parameters.
ASSUMED = {
    "Zero": [],
    "L1": ["lam >= 0"],
    "L2Squared": ["lam >= 0"],
    "ElasticNet": ["lam >= 0", "mu >= 0"],
    "L0": ["lam >= 0"],
    "L12": ["lam >= 0"],
    "L23": ["lam >= 0"],
    "TransformedL1": ["lam >= 0", "a > 0"],
    "MCP": ["lam >= 0", "gamma > 0"],
    "SCAD": ["lam >= 0", "a > 1"],
    "BinaryW.q0": ["lam >= 0"],
    "BinaryW.q0.5": ["lam >= 0"],
    "BinaryW.q0.667": ["lam >= 0"],
    "BinaryW.q1": ["lam >= 0"],
    "NegativeAbs": ["lam >= 0"],
    "NegativeSquare": ["lam >= 0", "t < quotient1"],
    "GroupL2": ["lam >= 0", "weight >= 0", "<x,x> >= 0", "<z,z> >= 0"],
    "GroupMCP": ["lam >= 0", "gamma > 0", "weight >= 0", "<x,x> >= 0", "<z,z> >= 0"],
}


@pytest.mark.parametrize("name", CHAINS)
def test_every_lemma_is_proved_in_little_time(name):
    rows = CHAINS[name]().attempt()
    assert [row for row in rows if row["result"] != "proved"] == []
    assert max(row["seconds"] for row in rows) < 2


@pytest.mark.parametrize("name", CHAINS)
def test_every_mutant_is_refuted(name):
    chain = CHAINS[name]()
    assert [link.name for link in chain.links if not link.refutes_mutant(*chain.example)] == []


@pytest.mark.parametrize("name", CHAINS)
def test_what_is_taken_from_outside_is_this_and_no_more(name):
    assert CHAINS[name]().taken == TAKEN.get(name, [])


@pytest.mark.parametrize("name", ASSUMED)
def test_a_chain_ends_in_the_theorem_for_all_parameters_in_range(name):
    chain = CHAINS[name]()
    assert isinstance(chain, Minimiser)
    last = chain.links[-1]
    x, z, t = chain.x, chain.z, chain.t
    lowest = chain.square(x - z) + 2 * t * chain.value_x >= chain.square(chain.y - z) + 2 * t * chain.value_y
    assert last.goal.eq(lowest)
    assert [str(a) for a in chain.assumptions] == ["t > 0", *ASSUMED[name]]
    assert last.assumed == tuple(chain.assumptions)
    assert isinstance(x, z3.ArithRef) or isinstance(chain, GroupMinimiser)


def test_the_box_assumes_beyond_its_bounds_only_that_infinity_is_large():
    chain = CHAINS["Box"]()
    assert len(chain.assumptions) == 5
    assert chain.links[-1].goal.eq(chain.statement)


def test_every_prox_claim_is_proved_or_says_why_not():
    claims = {i.removeprefix("PROX."): c for i, c in load().items() if i.startswith("PROX.")}
    claims = {
        n: c
        for n, c in claims.items()
        if n.rpartition(".")[2] not in ("ties", "subdifferential", "accuracy", "support", "certificate")
    }
    assert {n for n, c in claims.items() if c.expected != "proved"} == UNPROVED
    assert set(CHAINS) == set(claims) - UNPROVED
    assert all(isinstance(c, Claim) and c.why.startswith("no proof") for n, c in claims.items() if n in UNPROVED)
