"""Hypotheses that are needed: the report must not say that no case was seen."""

from __future__ import annotations

import numpy as np
import pytest

from verify.claims import load
from verify.evidence.decide import _drop
from verify.evidence.replay import replay, single
from verify.evidence.search import meets, relative_margin, take

CLAIMS = load()
BROKEN = [
    (claim.id, name)
    for claim in CLAIMS.values()
    for name in getattr(claim, "broken", {})
    if claim.expected in ("proved", "unrefuted") and name in claim.hypotheses
]
NEEDED = [
    ("RMDA.L1.finite", "convex"),
    ("RVSM.C2.mono.fix", "coupling"),
    ("RVSM.C2.mono.fix", "small_start"),
    ("RVSM.C2.mono.lagrangian", "step"),
    ("RVSM.L2", "step"),
    ("RVSM.S0.global.l1", "coupling"),
    ("RVSM.S0.global.tl1", "coupling"),
    ("RVSM.T1.angle.fix", "start"),
    ("RVSM.T1.i", "step"),
    ("SR2.C1.fix", "below"),
    ("SR2.C1.fix", "reduced"),
]


@pytest.mark.parametrize(("name", "dropped"), BROKEN)
def test_a_case_that_is_listed_to_break_a_claim_breaks_it(name, dropped):
    claim = CLAIMS[name]
    with np.errstate(all="ignore"):
        case = claim.draw(np.random.default_rng(0), 40, dropped)
        listed = np.isin(case["beta"], [known["beta"] for known in claim.broken[dropped]])
        case = take(case, meets(claim, case, dropped) & listed)
        worst = int(np.argmin(relative_margin(claim, case)))
    assert replay(claim, single(case, worst), dropped).refutes


@pytest.mark.parametrize(("name", "dropped"), NEEDED)
def test_what_is_needed_is_found_to_be(name, dropped):
    found = _drop(CLAIMS[name], dropped, np.random.default_rng(0), "quick")
    assert found["needed"] is True


def test_a_claim_about_one_penalty_is_broken_by_that_penalty():
    found = _drop(CLAIMS["RVSM.S0.global.tl1"], "coupling", np.random.default_rng(1), "quick")
    assert found["case"]["case"]["penalty"] == 2
