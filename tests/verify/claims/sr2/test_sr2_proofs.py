"""SR2's chains of lemmas: each lemma is no weaker than it reads, and what is taken from outside is named."""

from __future__ import annotations

import pytest

from verify.claims import load
from verify.claims.sr2 import stationarity
from verify.evidence.chain import Chain

CLAIMS = {name: made for name, made in load().items() if name.startswith("SR2.") and made.has("proof")}
CHAINS = {name: made for name, made in CLAIMS.items() if isinstance(made.proof(), Chain)}


@pytest.mark.parametrize("name", CHAINS)
def test_every_mutant_is_refuted(name):
    assert [link.name for link in CHAINS[name].proof().links if not link.refutes_mutant()] == []


@pytest.mark.parametrize("name", ["T4.fix", "T4.sharp", "C1.fix", "C1.sharp"])
def test_theorem_4_names_fermats_rule_and_the_mean(name):
    assert {stationarity.FERMAT, stationarity.MEAN} <= set(CHAINS[f"SR2.{name}"].proof().taken)


def test_definition_3_names_that_frechet_subgradients_are_generalized_gradients():
    assert stationarity.CLARKE in CHAINS["SR2.D3"].proof().taken
