"""What a paper does not print is no false statement of it: such a reading is a gap, or beside the errata; and what falls only
with a long step says so."""

from __future__ import annotations

import pytest

from verify.claims import load
from verify.report.errata import is_erratum

CLAIMS = load()
READINGS = {
    "RVSM.L2.uniform": "closed strip",
    "RVSM.S0.global": "nothing of starts",
    "MRDA.S32.best": "obtain the best convergence rate",
    "MRDA.S33.sparser": "able to generate significantly more sparse solutions",
    "MRDA.S4.tables.best": "which the caption does not print",
    "MRDA.S4.tables.convergent": "neither sentence names the limit",
    "PG.E5.zero": "the paper says that it might be the reason",
    "SR2.A3.noise.unbiased": "does not say that it outlives",
    "RMDA.L2.iii": "takes (iii) for granted",
    "RMDA.E.mcp": "states no convergence",
}


@pytest.mark.parametrize(("id", "said"), READINGS.items())
def test_a_reading_is_a_gap_that_says_what_the_paper_says(id, said):
    assert CLAIMS[id].erratum == "gap"
    assert said in CLAIMS[id].falls


@pytest.mark.parametrize("id", ["MRDA.S33.sparser", "RMDA.S42.binary"])
def test_softer_words_are_beside_the_errata(id):
    made = CLAIMS[id]
    row = {"erratum": made.erratum, "verdict": made.expected, "form": made.form}
    assert not is_erratum(row)
    assert is_erratum(row | {"form": "printed"})
