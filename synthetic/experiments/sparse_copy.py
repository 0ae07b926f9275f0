"""RVSM's two points.

The population's runs have 200 steps: its iterate's small entries shrink by a factor a step, and after 300 some are 0 because
numbers below 1e-323 are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from synthetic.experiments.cases import Case, _Cases

RELAXATIONS = (0.1, 1.0, 10.0, 100.0)


class SparseCopy(_Cases):
    """RVSM's sparse copy against its iterate, on the no-overlap network in population and sampled."""

    claims = ("RVSM.S33.gap", "RVSM.S4.beta", "RVSM.S4.beta.far", "RVSM.T1.iii.dist")
    cases: ClassVar[Mapping[str, Case]] = {
        f"{name}, beta = {beta:g} L": Case(problem, "RVSM", {} if beta == 1 else {"relaxation": beta}, {}, epochs, batch)
        for problem, name, epochs, batch in (("NoOverlap", "population", 200, None), ("SampledNoOverlap", "sampled", 50, 32))
        for beta in RELAXATIONS
    } | {
        "population, RMDA": Case("NoOverlap", "RMDA", {}, {}, 200, None),
        "sampled, RMDA": Case("SampledNoOverlap", "RMDA", epochs=50),
    }
