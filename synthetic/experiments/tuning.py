"""Whether the defaults are well chosen, on seeds that no other experiment uses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthetic.experiments.base import Experiment
from synthetic.experiments.data_sets import METHODS, PROBLEMS
from synthetic.experiments.steps import with_multiple
from synthetic.figures.panels import final, groups, identified, in_rows
from synthetic.figures.style import look, sheet
from synthetic.figures.words import joined, percent
from synthetic.job import Job
from verify.colours import BLACK, BLUE, GREEN, ORANGE, SKY

FIRST_SEED = 1000
KINDS = {
    "a tenth": (BLUE, "v"),
    "0.3 times": (SKY, "<"),
    "the default": (BLACK, "o"),
    "3 times": (ORANGE, ">"),
    "10 times": (GREEN, "^"),
}
KIND_OF = dict(zip((0.1, 0.3, 1.0, 3.0, 10.0), KINDS, strict=True))


class Tuning(Experiment):
    """All methods at five sizes of their step (or what else is tuned) on three problems, seeds from 1000 on: the defaults."""

    tabled = False

    def jobs(self, seeds: int | None, methods: Sequence[str] | None) -> list[Job]:
        from synthetic.solvers.base import grid

        data = tuple(range(FIRST_SEED, FIRST_SEED + (seeds or 20)))
        return [
            Job(problem, name, 32, 100, settings=settings, data_seeds=data, experiment=self.name)
            for name in methods or METHODS
            for problem in PROBLEMS
            for settings in grid(name, {})
        ]

    def figure(self, table: Any, path: Path) -> None:
        shown = _by_size(table)
        with sheet(path, size=(5.5, 0.6 + 0.32 * len(shown))) as axes:
            in_rows(axes[0, 0], {look(method).label: sizes for method, sizes in shown.items()}, KINDS)

    def finding(self, table: Any) -> str:
        said, beaten = [], []
        for method, sizes in _by_size(table).items():
            shares = {kind: identified(part) for kind, part in sizes.items()}
            default, (kind, best) = shares["the default"], max(shares.items(), key=lambda item: item[1][0])
            said.append(f"{method} {percent(default)}" + (f" ({kind}: {percent(best)})" if best[0] > default[0] else ""))
            beaten += [method] if best[1] > default[2] else []
        clearly = f"Methods of which another size is clearly better (its interval lies above): {joined(beaten)}."
        return f"Runs that identify and stay at the default (and at a better size): {'; '.join(said) or 'none'}. {clearly}"


def _by_size(table: Any) -> dict[str, dict[str, Any]]:
    """The final rows of each method at each size, of the point that identifies more often there."""
    found: dict[str, dict[str, Any]] = {}
    for point in ("iterate", "prox"):
        for (method, multiple), part in groups(with_multiple(final(table, point)), "method", "multiple").items():
            sizes, kind = found.setdefault(method, {}), KIND_OF[multiple]
            if kind not in sizes or identified(part) > identified(sizes[kind]):
                sizes[kind] = part
    return found
