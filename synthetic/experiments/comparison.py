"""Methods side by side on problems named on the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthetic.experiments.base import Experiment
from synthetic.figures.panels import curve, groups, structure_and
from synthetic.figures.style import sheet
from synthetic.job import Job
from synthetic.problems import REGISTRY, Problem
from synthetic.solvers import REGISTRY as SOLVERS
from synthetic.table import rows


@dataclass(frozen=True)
class _Comparison(Experiment):
    """Every method on every problem named, with one batch size, length and way of sampling."""

    problems: tuple[str, ...]
    batch: int | None
    epochs: int
    sampling: str

    @property
    def name(self) -> str:
        return "Comparison"

    def jobs(self, seeds: int | None, methods: Sequence[str] | None) -> list[Job]:
        return [
            Job(
                problem,
                method,
                self._batch(REGISTRY[problem]()),
                self.epochs,
                sampling=self.sampling,
                data_seeds=tuple(range(seeds or 20)),
                experiment=self.name,
            )
            for problem in self.problems
            for method in methods or sorted(SOLVERS)
        ]

    def figure(self, table: Any, path: Path) -> None:
        """Two panels a problem: the structure, and the objective above the certified one."""
        curves, problems, legend = curve(table), groups(table, "problem"), 0.09 * len(groups(table, "method"))
        with sheet(path, len(problems), 2, size=(3.6, 2.6 + legend / len(problems))) as axes:
            for pair, (problem,) in zip(axes, problems, strict=True):
                part = rows(curves, problem=problem)
                structure_and(pair, part, "objective_gap", "objective above the certified")
                pair[0].set_title(problem if part.num_rows else f"{problem}: no data set that can be decided", loc="left")

    def _batch(self, problem: Problem) -> int | None:
        """The batch size; the whole set for a population loss, which has none to draw. Raises ValueError if it is larger."""
        samples = getattr(problem, "samples", None) or problem.instance([0]).samples
        if samples == 1:
            return None
        if self.batch is not None and self.batch > samples:
            raise ValueError(f"{problem.name} has {samples} samples, fewer than a batch of {self.batch}")
        return self.batch


def comparison(batch: int | None, epochs: int, sampling: str) -> Callable[[tuple[str, ...]], Experiment]:
    """The comparison on problems to be named."""
    return lambda problems: _Comparison(problems, batch, epochs, sampling)
