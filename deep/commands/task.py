"""A run of a sweep as a task of :mod:`verify.jobs`: what travels to a worker, and what the worker does."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from deep.commands.train import drawn, has_zero_groups
from deep.recipes.recipe import Recipe
from verify.user_files import import_file


@dataclass(frozen=True)
class UserFile:
    """A Python file that recipes are of. Unpickling it imports the file: what follows it may be of the file's own classes."""

    path: Path

    def __reduce__(self) -> tuple[Any, ...]:
        return _imported, (self.path,)


def _imported(path: Path) -> UserFile:
    import_file(path)
    return UserFile(path)


@dataclass(frozen=True)
class Task:
    """A run, and the ``folder`` that its result is to have by the code of the process that began the sweep. ``file`` comes
    first, so that it is unpickled first."""

    file: UserFile | None
    recipe: Recipe
    seed: int
    options: Any
    folder: Path
    dead: Path | None = None
    threads: int | None = None

    @property
    def key(self) -> str:
        return f"{self.recipe.name} seed {self.seed}"

    @property
    def result(self) -> Path:
        from deep.training.result import RESULT

        return self.folder / RESULT

    def sound(self) -> bool:
        from deep.training.result import read

        return read(self.result) is not None

    def begun(self) -> bool:
        """Whether there is a checkpoint to go on from."""
        from deep.training import checkpoint

        return checkpoint.exists(self.folder)

    def begun_otherwise(self) -> Path | None:
        """The folder of a checkpoint that other settings or other code have left, where there is none to go on from."""
        from deep.training.train import begun_otherwise

        return None if self.begun() else begun_otherwise(self.folder, self.seed)

    def with_dead(self, lease: Path | None) -> Task:
        return replace(self, dead=lease)

    def compute(self) -> None:
        """Train, and draw the run where matplotlib is there. RuntimeError where the worker has other code than the process that
        began the sweep."""
        import torch

        from deep.training.train import folder_of, train_held

        if folder_of(self.recipe, self.seed, self.options) != self.folder:
            own = "" if self.file is None else f", {self.file.path}"
            raise RuntimeError(
                f"the worker has other sources{own} or another torch than this sweep began with: install the same"
            )
        if self.threads is not None:
            torch.set_num_threads(self.threads)
        made = train_held(self.recipe, self.seed, self.options)
        if has_zero_groups(made):
            with suppress(ImportError):
                drawn(self.folder, made, self.options.root)
