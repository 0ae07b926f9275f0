"""The steps of a proof that is not the whole of a claim: the verdict does not hang on them, so they are held here."""

from __future__ import annotations

import pytest

from verify.claims import load
from verify.evidence.proof import prove

PARTIAL = {name: made for name, made in load().items() if made.has("proof") and made.expected != "proved"}


@pytest.mark.parametrize("name", PARTIAL)
def test_every_step_is_proved(name):
    rows = prove(PARTIAL[name]).lemmas
    assert rows
    assert {row["result"] for row in rows} == {"proved"}, rows
