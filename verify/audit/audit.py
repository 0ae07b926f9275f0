"""One map through all checks: every combination of parameters and precision searched, then the smallest of each kind kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from verify.audit.behaviour import misbehaviour
from verify.audit.functions import Functions
from verify.audit.inputs import LARGEST
from verify.audit.judge import Judge
from verify.audit.report import Finding
from verify.audit.search import search
from verify.audit.shrink import STEPS, complexity, shrink

SEARCHED = ("objective", "infeasible", "not a number", "exception", "shape")
EFFORT = 30_000  # calls of value, about
SHRUNK = 3  # findings of each kind that are shrunk, the simplest ones


@dataclass
class Audit:
    """``more_steps``: steps near the parameters, and drawn ones, are tried besides ``steps``; those that a dtype does not hold
    are left out there. ``share``: the number of combinations, of parameters and shapes, that share the effort."""

    steps: tuple[float, ...]
    more_steps: bool
    dtypes: tuple[str, ...]
    rng: np.random.Generator
    share: int
    findings: list[Finding] = field(default_factory=list)
    cases: int = 0
    unbounded: list[str] = field(default_factory=list)

    def run(self, combinations: Sequence[Functions]) -> None:
        """Check the map at one shape, with the same functions for each combination of parameters."""
        raw: list[Finding] = []
        judges: dict[str, list[Judge]] = {dtype: [] for dtype in self.dtypes}
        for functions in combinations:
            for dtype in self.dtypes[:1] if functions.prox_floats else self.dtypes:
                if dtype == self.dtypes[0] or (not raw and held(self.steps, dtype)):
                    judge, findings = self._search(replace(functions, dtype=dtype), thorough=dtype == self.dtypes[0])
                    judges[dtype].append(judge)
                    raw += findings
            raw += misbehaviour(functions, self.steps, self.dtypes, self.rng)
        for kind in dict.fromkeys(finding.kind for finding in raw):
            simplest = sorted((f for f in raw if f.kind == kind), key=complexity)[:SHRUNK]
            if kind in SEARCHED:
                steps = STEPS if self.more_steps else self.steps
                simplest = [shrink(finding, judges[finding.dtype], steps) for finding in simplest]
            self.findings.append(min(simplest, key=complexity))

    def _search(self, functions: Functions, thorough: bool) -> tuple[Judge, list[Finding]]:
        steps = self._steps_for(functions) if self.more_steps else held(self.steps, functions.dtype)
        if not (thorough or functions.scalar):  # the extreme ones, where a precision ends, and two that are drawn
            steps = tuple(sorted({min(steps), max(steps), *self.rng.permutation(steps)[:2].tolist()}))
        found = search(functions, steps, self.rng, EFFORT // (self.share * len(steps)))
        self.cases += found.cases
        names = ", ".join(f"{name} = {value}" for name, value in functions.parameters.items())
        self.unbounded += [f"t = {t:g}" + (f" with {names}" if names else "") for t in found.unbounded]
        return found.judge, found.findings

    def _steps_for(self, functions: Functions) -> tuple[float, ...]:
        """Besides the given steps those next to a parameter, where maps change their formula, and two drawn ones."""
        near = [p + d for p in functions.parameters.values() if isinstance(p, int | float) for d in (-1, 0, 1)]
        drawn = np.round(10 ** self.rng.uniform(-1, 1.5, 2), 4).tolist()
        steps = {*self.steps, *drawn, *(float(s) for s in near if 0 < s <= LARGEST[functions.dtype])}
        return held(sorted(steps), functions.dtype)


def held(steps: Sequence[float], dtype: str) -> tuple[float, ...]:
    """The steps that are numbers of the dtype, neither 0 nor infinite there."""
    limits = np.finfo(dtype)
    return tuple(t for t in steps if float(limits.tiny) <= t <= float(limits.max))
