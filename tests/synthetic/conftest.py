"""What the tests of files of the user's own share."""

from __future__ import annotations

import pytest

import synthetic.run
from synthetic.experiments import REGISTRY as EXPERIMENTS
from synthetic.problems import REGISTRY as PROBLEMS
from synthetic.solvers import REGISTRY as SOLVERS


@pytest.fixture
def registries():
    """The problems, methods and experiments as they are, whatever a file of the user's own adds."""
    before, run = [dict(registry) for registry in (EXPERIMENTS, PROBLEMS, SOLVERS)], synthetic.run.run
    yield
    synthetic.run.run = run
    for registry, old in zip((EXPERIMENTS, PROBLEMS, SOLVERS), before, strict=True):
        registry.clear()
        registry.update(old)
