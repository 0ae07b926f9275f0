"""The pins of RMDA's claims hold at the quick budget for two seeds, and the counterexamples stay small."""

from __future__ import annotations

import numpy as np
import pytest

from verify.claims import load
from verify.evidence import decide

CLAIMS = {id: claim for id, claim in load().items() if id.startswith("RMDA.")}
TABLE = [
    "E2",
    "S2.mda",
    "S3.rda",
    "L1",
    "L2.as",
    "L2.ms",
    "L2.iii",
    "L2.indicator",
    "T1",
    "T2",
    "T2.schedules",
    "S1.sparser",
    "S1.sgd",
    "B1.l1",
    "B1.group",
    "B1.finite",
    "B2",
    "E.mcp",
    "S42.binary",
    "S5.restart",
    "S51.only",
    "S52.tables",
    "S2.cost",
]


def test_every_row_of_the_table_has_its_claim():
    assert {f"RMDA.{row}" for row in TABLE} <= set(CLAIMS)


def test_refuted_claims_say_what_is_wrong_and_what_holds():
    for claim in CLAIMS.values():
        if claim.expected == "refuted":
            assert claim.erratum
            assert claim.falls
            assert CLAIMS[claim.fix].expected in ("proved", "unrefuted")


@pytest.mark.parametrize("id", CLAIMS)
def test_pins(id):
    result = decide(CLAIMS[id], seed=1)
    assert result.as_expected, (id, result.verdict, result.reason)
    if result.counterexample:
        numbers = np.concatenate([np.ravel(np.asarray(v, dtype=float)) for v in result.counterexample["case"].values()])
        assert np.abs(numbers).max() <= 100
        assert len(numbers) <= 64
