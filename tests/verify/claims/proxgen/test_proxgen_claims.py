"""Every id of the catalogue's table is there, and what is refuted is corrected."""

from __future__ import annotations

import numpy as np
import pytest

from verify.claims import load
from verify.evidence import decide

CLAIMS = {name: made for name, made in load().items() if name.startswith("PG.")}
TABLE = """E2 E3 E4 lq mcp scad adam C4.adam C4.adagrad C4.decay C4.kfac C3.momentum T1 T1.alpha C1 S3.remark S4.grad E5.random
E5.zero Tab2 Rbin Tab3.text""".split()  # noqa: SIM905


def test_the_table_is_complete():
    assert {f"PG.{name}" for name in TABLE} <= set(CLAIMS)


@pytest.mark.parametrize("name", [n for n, c in CLAIMS.items() if c.expected == "refuted"])
def test_what_is_refuted_says_what_falls_and_what_to_do(name):
    made = CLAIMS[name]
    assert made.erratum
    assert made.falls
    assert made.fix in load()


@pytest.mark.parametrize("name", ["T1.path", "T1.fix", "T1.alpha.fix", "C4.adam", "C4.adam.literal.fix"])
def test_the_hypotheses_are_needed(name):
    needed = decide(CLAIMS[f"PG.{name}"], seed=2).needed
    assert needed
    assert all(row["needed"] for row in needed.values())


def test_the_oscillation_is_drawn():
    made = CLAIMS["PG.C3.momentum.run"]
    found = decide(made, seed=2).counterexample
    assert found
    case = {n: np.array([v]) for n, v in found["case"].items()}
    assert made.picture(case).axes
