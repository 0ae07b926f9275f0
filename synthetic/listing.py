"""``proxproof bench --list``: experiments, problems and methods, with the claims that they bear on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from synthetic.experiments import REGISTRY as EXPERIMENTS
from synthetic.problems import REGISTRY as PROBLEMS
from synthetic.solvers import REGISTRY as SOLVERS
from verify.words import first_line


def listing() -> Iterator[str]:
    """The lines."""
    yield "experiments"
    for name, experiment in sorted(EXPERIMENTS.items()):
        yield from _entry(f"{name} (default)" if experiment.default else name, experiment)
    yield "problems"
    for name, problem in sorted(PROBLEMS.items()):
        outside = "" if problem.covered else " (outside the hypotheses of the theorems)"
        yield from _entry(f"{name}{outside}", problem, _fields(problem))
    yield "methods"
    for name, solver in sorted(SOLVERS.items()):
        yield from _entry(name, solver, _fields(solver))


def _entry(name: str, described: type[Any], parameters: str = "") -> Iterator[str]:
    yield f"  {name}: {first_line(described)}"
    if parameters:
        yield f"      {parameters}"
    claims = getattr(described, "claims", ())
    if claims:
        yield f"      claims: {', '.join(claims)}"


def _fields(described: type[Any]) -> str:
    return ", ".join(f"{field.name}={field.default}" for field in fields(described))
