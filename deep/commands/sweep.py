"""``sweep PATTERN``: many runs, each in a process of its own, and once however many sweeps share the folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from deep.commands.task import Task, UserFile
from deep.commands.train import LAST, RESUME, SEEDS, add_options, options_of, settled
from deep.recipes import matching


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("pattern", metavar="RECIPE-GLOB", help="names, as in 'rmda.table1.logistic.*', or a Python file with a list RECIPES")
    add("--seeds", default="0", help="as in 0,1,2 (default 0)")
    add("--jobs", type=int, default=1, help="processes at once (default 1)")
    add("--engine", default="local", help="local, dask:ADDRESS or slurm[:KEY=VALUE,...] (default local)")
    add("--set", dest="settings", action="append", default=[], metavar="KEY=VALUE", help="another setting, as in lam=1e-4")
    add("--epochs", type=int, help="stop after so many epochs of the schedule")
    add("--resume", **RESUME)
    add("--dry-run", action="store_true", help="say what would run and what it costs, and stop")
    add_options(parser)
    parser.set_defaults(fresh=False)


def run(arguments: argparse.Namespace) -> int:
    seeds = _seeds(arguments.seeds)
    if arguments.jobs < 1:
        raise ValueError(f"--jobs must be at least 1; got {arguments.jobs}")
    chosen = [settled(recipe, arguments.settings, arguments.epochs) for recipe in matching(arguments.pattern)]
    recipes = [recipe for recipe in chosen if recipe.command is None]
    for recipe in chosen:
        if recipe.command is not None:
            print(f"{recipe.name} trains no network and is left out; it is run by: {recipe.command}", file=sys.stderr)
    runs = _engine(arguments)
    options = replace(options_of(arguments), resume=True, quiet=True)
    if arguments.dry_run:
        from deep.commands.train import plan

        print("\n\n".join(plan(recipe, options) for recipe in recipes))
        print(f"\n{len(recipes) * len(seeds)} runs")
        return 0
    from deep.training.train import folder_of

    options.out.mkdir(parents=True, exist_ok=True)
    options = replace(
        options, out=options.out.resolve(), root=None if options.root is None else str(Path(options.root).resolve())
    )
    file = UserFile(Path(arguments.pattern).resolve()) if arguments.pattern.endswith(".py") else None
    tasks = [
        Task(file, recipe, seed, options, folder_of(recipe, seed, options), threads=arguments.threads)
        for recipe in recipes
        for seed in seeds
    ]
    left = [task for task in tasks if not task.sound()]
    if arguments.resume:
        _say_anew([path for task in left if (path := task.begun_otherwise())])
    else:
        _refuse_begun([task for task in left if task.begun()])
    try:
        failed = _swept(left, runs, len(tasks))
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_kept(left, arguments.jobs > 1 or arguments.engine != "local")) from None
    print(f"{len(tasks)} runs, {len(left)} run now, {failed} failed; 'proxproof results {arguments.out}' shows them")
    return int(failed > 0)


def _engine(arguments: argparse.Namespace) -> Any:
    """The engine, once it and the device are known to be there: that of a cluster's workers only they know."""
    from deep.training.world import device_of, named
    from verify.jobs.engines import engine

    if arguments.device is not None:
        (device_of if arguments.engine == "local" else named)(arguments.device)
    return engine(arguments.engine, arguments.jobs, arguments.out / "logs", apart=True)


def _swept(left: Sequence[Task], runs: Any, count: int) -> int:
    """Run what is left of ``count`` runs, with a line for each; returns how many failed."""
    from verify.jobs.sweep import sweep

    failed = 0
    with closing(sweep(left, runs, _Waiting())) as outcomes:
        for done, outcome in enumerate(outcomes, count - len(left) + 1):
            failed += outcome.state == "failed"
            said = f"FAILED: {outcome.reason}" if outcome.state == "failed" else f"{outcome.seconds:.0f} s"
            print(f"[{done}/{count}] {outcome.key}  {said}", file=sys.stderr, flush=True)
    return failed


def _kept(left: Sequence[Task], others: bool) -> str:
    """What an interrupted sweep goes on with. ``others``, processes that ended at once, made no checkpoint then."""
    if not any(task.begun() for task in left):
        return "what has a result is kept; no run had a checkpoint yet"
    return f"{LAST}, kept about once a minute" if others else LAST


def _refuse_begun(begun: Sequence[Task]) -> None:
    if begun:
        others = f", as have {len(begun) - 1} others" if len(begun) > 1 else ""
        raise ValueError(
            f"{begun[0].folder} has a run that is not finished{others}: --resume goes on with what is there, or shares "
            "the sweep with the process that is at it; remove the folder to begin anew"
        )


def _say_anew(others: Sequence[Path]) -> None:
    """Name the checkpoints that nothing goes on with."""
    for path in others:
        print(f"{path} has a checkpoint of other settings or other code: its run begins anew", file=sys.stderr, flush=True)


class _Waiting:
    """Says how many are left when other processes are at all of these, once for each number."""

    def __init__(self) -> None:
        self.said = 0

    def __call__(self, count: int) -> None:
        if count != self.said:
            print(f"waiting for {count} with other processes", file=sys.stderr, flush=True)
        self.said = count


def _seeds(text: str) -> list[int]:
    pieces = [piece.strip() for piece in text.split(",")]
    seeds = [int(piece) if piece.isdecimal() else -1 for piece in pieces]
    if not all(0 <= seed < SEEDS for seed in seeds) or len(set(seeds)) < len(seeds):
        raise ValueError(f"--seeds takes different integers >= 0 and below 2^64, as in 0,1,2; got {text!r}")
    return seeds
