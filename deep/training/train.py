"""From a recipe to a result: a run from its beginning, from its checkpoint, or from the result that is there already."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deep.recipes.recipe import Recipe
from deep.training import checkpoint, result
from deep.training.interruption import Interruption
from deep.training.log import Log
from deep.training.progress import Progress
from deep.training.trainer import Trainer
from deep.training.version import code_version
from deep.training.world import processes, world
from verify.jobs import leases


@dataclass(frozen=True)
class Options:
    """How to run. ``compile`` changes how numbers are rounded, and is part of the run's name, as the number of processes is;
    nothing else changes what is computed on one device. ``resume`` goes on from a checkpoint, ``fresh`` begins anew where a
    checkpoint or a result is; with neither a result is returned as it is, and a checkpoint is a ValueError."""

    out: Path = Path("runs")
    root: str | None = None
    device: str | None = None
    resume: bool = False
    fresh: bool = False
    tensorboard: bool = False
    compile: str | None = None
    telemetry: bool = True
    quiet: bool = False
    seconds_between: float = 60.0
    steps_between: int = 50


def folder_of(recipe: Recipe, seed: int, options: Options) -> Path:
    """Where the run lies: named by the recipe, the seed, and a digest of what is computed and of the code."""
    return options.out / recipe.name / f"seed{seed}-{recipe.key(seed, code_version(), options.compile, processes())}"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def train(recipe: Recipe, seed: int, options: Options, warn: Callable[[str], None] = say) -> dict[str, Any]:
    """Train, and return the result. ValueError and FileNotFoundError for what cannot be run, before anything is written, and
    ValueError where another process is at the same run."""
    path = folder_of(recipe, seed, options) / result.RESULT
    if os.environ.get("RANK", "0") != "0":  # the first of several processes holds the lease
        return train_held(recipe, seed, options, warn)
    lease = leases.take(path) or leases.outlive(path, warn)
    if lease is None:
        held = f"another process is training {path.parent} (its lease: {leases.newest(path)})"
        raise ValueError(f"{held}; wait for it, or take another --out or --seed")
    try:
        with leases.beating(lease):
            made = train_held(recipe, seed, options, warn)
            leases.sweep_up(path)
            return made
    finally:
        for empty in (path.parent, path.parent.parent):
            with suppress(OSError):
                empty.rmdir()


def train_held(recipe: Recipe, seed: int, options: Options, warn: Callable[[str], None] = say) -> dict[str, Any]:
    """:func:`train` for a process that holds the run's lease."""
    if recipe.command is not None:
        raise ValueError(f"{recipe.name} trains no network; its experiment is run by: {recipe.command}")
    folder = folder_of(recipe, seed, options)
    with world(options.device) as here:
        if not options.fresh:
            there, begun = result.read(folder), checkpoint.exists(folder)
            here.same("a result" if there is not None else "a checkpoint" if begun else "no run", folder)
            if there is not None:
                if here.first:
                    checkpoint.remove(folder)
                return there
            if begun and not options.resume:
                raise ValueError(f"{folder} has a run that is not finished: --resume goes on with it, --fresh begins anew")
        trainer = Trainer(
            recipe,
            seed,
            here,
            folder,
            root=options.root,
            compile=options.compile,
            telemetry=options.telemetry,
            seconds_between=options.seconds_between,
            steps_between=options.steps_between,
        )
        if options.fresh and here.first:
            result.remove(folder)
            checkpoint.remove(folder)
        elif options.resume:
            _resume(trainer, options, warn)
        _run(trainer, options, warn)
        made = result.keep(trainer, folder)
        if here.first:
            checkpoint.remove(folder)
        return made


def _resume(trainer: Trainer, options: Options, warn: Callable[[str], None]) -> None:
    """Go on from a checkpoint if there is one, and say so."""
    first = trainer.world.first
    found = trainer.resume(warn if first else lambda text: None)
    if first and (found or not options.quiet):
        going_on = f"going on after {trainer.epoch} of {trainer.recipe.length} epochs"
        warn(going_on if found else _nothing_in(trainer.folder, trainer.seed))


def _run(trainer: Trainer, options: Options, warn: Callable[[str], None]) -> None:
    """Train to the end, with a log and what a person sees meanwhile; until a signal asks to stop."""
    first, recipe = trainer.world.first, trainer.recipe
    log = Log(trainer.folder, options.tensorboard and first)
    if log.missing:
        warn(log.missing)
    with Progress(f"{recipe.name} seed {trainer.seed}", recipe.length, options.quiet or not first) as progress:

        def after_epoch(row: dict[str, float]) -> None:
            progress.show(row)
            if first:
                log.add(trainer.history, last=trainer.epoch == recipe.length)

        with Interruption(warn) as interruption:
            trainer.stop = lambda: interruption.asked
            trainer.run(after_epoch)


def begun_otherwise(folder: Path, seed: int) -> Path | None:
    """Where the same recipe and seed have a checkpoint of other settings or other code, with which a run cannot go on."""
    others = (path for path in sorted(folder.parent.glob(f"seed{seed}-*")) if path != folder and checkpoint.exists(path))
    return next(others, None)


def _nothing_in(folder: Path, seed: int) -> str:
    """What to say where there is nothing to go on with."""
    other = begun_otherwise(folder, seed)
    why = "" if other is None else f"; {other} has a checkpoint of other settings or other code"
    return f"no sound checkpoint in {folder}{why}: beginning anew"
