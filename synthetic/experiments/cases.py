"""Experiments that set a few cases side by side: one row each in the figure, the iterate and the prox point as two marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

from synthetic.experiments.base import Experiment
from synthetic.figures.panels import final, identified, in_rows, where
from synthetic.figures.style import sheet
from synthetic.figures.words import percent
from synthetic.job import Job
from synthetic.table import numbers
from verify.colours import BLUE, ORANGE

POINTS = {"iterate": (BLUE, "o"), "prox": (ORANGE, "s")}
WORTH_SAYING = 0.1
LABELS = {"iterate": "iterate", "prox": "prox point"}


class Case(NamedTuple):
    """What a job is made of, besides its seeds."""

    problem: str
    method: str
    settings: Mapping[str, Any] = MappingProxyType({})
    parameters: Mapping[str, Any] = MappingProxyType({})
    epochs: int = 100
    batch: int | None = 32


class _Cases(Experiment):
    """``cases`` by the label of their row; two cases differ in the method, a setting, a parameter or the length."""

    cases: ClassVar[Mapping[str, Case]] = MappingProxyType({})

    def jobs(self, seeds: int | None, methods: Sequence[str] | None) -> list[Job]:
        data = tuple(range(seeds or 20))
        return [
            Job(
                c.problem,
                c.method,
                c.batch,
                c.epochs,
                dict(c.parameters),
                dict(c.settings),
                data_seeds=data,
                experiment=self.name,
            )
            for c in self.cases.values()
            if methods is None or c.method in methods
        ]

    def parts(self, table: Any, point: str) -> dict[str, Any]:
        """Each case's clear final rows, by its label, where there are any."""
        shown = final(table, point)
        keys = list(zip(*(shown[name].to_pylist() for name in ("dataset_name", "solver_name", "epochs")), strict=True))
        found = {label: where(shown, (_is(case, *key) for key in keys)) for label, case in self.cases.items()}
        return {label: part for label, part in found.items() if part.num_rows}

    def figure(self, table: Any, path: Path) -> None:
        by_point = {LABELS[point]: self.parts(table, point) for point in POINTS}
        labels = [label for label in self.cases if any(label in parts for parts in by_point.values())]
        rows = {label: {point: parts[label] for point, parts in by_point.items() if label in parts} for label in labels}
        colours = {LABELS[point]: look for point, look in POINTS.items()}
        with sheet(path, 1, 1, size=(6.0, 0.6 + 0.27 * len(rows))) as axes:
            in_rows(axes[0, 0], rows, colours)

    def finding(self, table: Any) -> str:
        prox = self.parts(table, "prox")
        said = []
        for label, part in self.parts(table, "iterate").items():
            share, also = identified(part), []
            if (still := float(numbers(part, "objective_still").mean())) > share[0] + WORTH_SAYING:
                also.append(f"one structure to the end in {100 * still:.0f} %")
            if label in prox and abs(identified(prox[label])[0] - share[0]) > WORTH_SAYING:
                also.append(f"prox point {100 * identified(prox[label])[0]:.0f} %")
            said.append(f"{label} {percent(share)}" + (f" ({', '.join(also)})" if also else ""))
        return f"Runs whose iterates identify and stay: {'; '.join(said) or 'none'}."


def _is(case: Case, dataset: str, solver: str, epochs: int) -> bool:
    given = ",".join(f"{name}={value}" for name, value in case.parameters.items())
    settings = [f"{name}={value}" for name, value in case.settings.items()]
    method, _, rest = solver.partition("[")
    pairs = rest.partition(",sampling=")[0].split(",")
    own = [pair for pair in pairs if not pair.startswith("batch=")]
    batch = [f"batch={case.batch}"] if case.batch else [pair for pair in pairs if pair.startswith("batch=")]
    same = (
        dataset == (f"{case.problem}[{given}]" if given else case.problem) and method == case.method and epochs == case.epochs
    )
    return same and set(own) == set(settings) and batch[0] in pairs
