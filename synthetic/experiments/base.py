"""What an experiment is: a list of jobs, the claims that it bears on, and a figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from synthetic.job import Job
from verify.names import register

REGISTRY: dict[str, type[Experiment]] = {}


def among(own: Sequence[str], methods: Sequence[str] | None) -> list[str]:
    """The experiment's own methods, those of them that were asked for if any were."""
    return [method for method in own if methods is None or method in methods]


class Experiment:
    """Base of all experiments. A subclass is found by its class name; the first line of its docstring says what it shows.

    ``claims`` are the ids in ``verify.claims`` that it bears on; ``default`` experiments run when none is named. ``tabled``:
    its rows are printed in the summary; False for a sweep, of which the figure and the sentence of :meth:`finding` are shown.
    """

    claims: ClassVar[tuple[str, ...]] = ()
    default: ClassVar[bool] = False
    tabled: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        register(REGISTRY, cls, "an experiment")

    @property
    def name(self) -> str:
        return type(self).__name__

    def jobs(self, seeds: int | None, methods: Sequence[str] | None) -> list[Job]:
        """The jobs, each with ``experiment=self.name``: for ``seeds`` seeds and these methods, None meaning the experiment's
        own choice. A method that has no place in the experiment is left out."""
        raise NotImplementedError

    def figure(self, table: Any, path: Path) -> None:
        """Draw the rows of this experiment (a pyarrow.Table) to ``path``, a PNG file; nothing by default."""

    def finding(self, table: Any) -> str:
        """One sentence that says what the rows of this experiment show, made from their numbers; "" where there are none."""
        return ""
