"""``train RECIPE``: one run."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from deep.commands import shrink
from deep.commands.paths import named, path
from deep.recipes import find
from deep.recipes.recipe import Recipe

SEEDS = 2**64  # so many there are: torch takes no larger ones
MOST_THREADS = 1024
RESUME: Any = {"action": "store_true", "help": "go on with what is not finished, from its last checkpoint"}
LAST = "--resume goes on from the last checkpoint"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("recipe", metavar="RECIPE", help="its name, or a Python file with a list RECIPES of one")
    add("--seed", type=int, default=0, help="of the start, the order and the augmentation (default 0)")
    add("--set", dest="settings", action="append", default=[], metavar="KEY=VALUE", help="another setting, as in lam=1e-4")
    add("--epochs", type=int, help="stop after so many epochs of the schedule")
    begun = parser.add_mutually_exclusive_group()
    begun.add_argument("--fresh", action="store_true", help="begin anew where there is a checkpoint or a result")
    begun.add_argument("--resume", **RESUME)
    add("--dry-run", action="store_true", help="say what would run and what it costs, and stop")
    add_options(parser)


def add_options(parser: argparse.ArgumentParser) -> None:
    """How to run: shared by the commands that train."""
    add = parser.add_argument
    add("--data", type=named, metavar="DIR", help="where the data sets are (default: $PROXPROOF_DATA, else ./data)")
    add("--device", help="cpu, cuda or cuda:N (default: a GPU if there is one)")
    add("--out", type=path, default=Path("runs"), help="folder for runs (default runs)")
    add("--compile", nargs="?", const="default", metavar="MODE", help="torch.compile the network: MODE is one of torch's")
    add("--threads", type=int, help="threads of torch on the CPU")
    add("--tensorboard", action="store_true", help="log for TensorBoard too")
    add("--no-telemetry", action="store_true", help="leave out the theorem's quantities")


def options_of(arguments: argparse.Namespace) -> Any:
    """The options that the arguments mean. ValueError for what this machine does not know or have."""
    import torch

    from deep.training.train import Options
    from deep.training.trainer import compiled

    if arguments.out.exists() and not arguments.out.is_dir():
        raise ValueError(f"--out must be a folder; {arguments.out} is a file")
    if arguments.compile is not None:
        compiled(torch.nn.Identity(), arguments.compile)
    if arguments.threads is not None:
        if not 1 <= arguments.threads <= MOST_THREADS:
            raise ValueError(f"--threads must be from 1 to {MOST_THREADS}; got {arguments.threads}")
        torch.set_num_threads(arguments.threads)
    return Options(
        out=arguments.out,
        root=arguments.data,
        device=arguments.device,
        resume=arguments.resume,
        fresh=arguments.fresh,
        tensorboard=arguments.tensorboard,
        compile=arguments.compile,
        telemetry=not arguments.no_telemetry,
    )


def settled(recipe: Recipe, settings: Sequence[str], epochs: int | None) -> Recipe:
    """The recipe with the settings KEY=VALUE. ValueError for words that are none."""
    wrong = [text for text in settings if "=" not in text]
    if wrong:
        raise ValueError(f"--set takes KEY=VALUE, as in --set lam=1e-4; got {wrong[0]!r}")
    recipe = recipe.changed(dict(text.split("=", 1) for text in settings))
    if epochs is not None:
        if epochs < 1:
            raise ValueError(f"--epochs must be at least 1; got {epochs}")
        recipe = recipe.changed({"epochs": epochs * recipe.shorten})
    return recipe


def run(arguments: argparse.Namespace) -> int:
    recipe = settled(find(arguments.recipe), arguments.settings, arguments.epochs)
    if not 0 <= arguments.seed < SEEDS:
        raise ValueError(f"--seed must be at least 0 and below 2^64; got {arguments.seed}")
    from deep.training import checkpoint
    from deep.training.train import folder_of, train
    from deep.training.world import device_of

    device_of(arguments.device)
    options = options_of(arguments)
    if arguments.dry_run:
        print(plan(recipe, options))
        return 0
    folder = folder_of(recipe, arguments.seed, options)
    first = os.environ.get("RANK", "0") == "0"  # of several processes the one that writes
    try:
        made = train(recipe, arguments.seed, options)
    except KeyboardInterrupt:
        if not first:
            raise
        raise KeyboardInterrupt(LAST if checkpoint.exists(folder) else "nothing was kept") from None
    if first:
        print(f"{summary(recipe, made)}\nresult: {folder}")
        show_network(folder, made, options)
    return 0


def plan(recipe: Recipe, options: Any) -> str:
    """What would run, whether its data are there, and its cost on this machine."""
    if recipe.command is not None:
        return f"{recipe.name} ({recipe.place}) is run by: {recipe.command}"
    from deep.data.load import whereabouts
    from deep.training.cost import cost, seconds_per_epoch
    from deep.training.progress import duration
    from deep.training.world import world

    with world(options.device) as here:
        took = seconds_per_epoch(recipe, here.device)
        where = str(here.device)
    lines = [
        f"{recipe.name} ({recipe.place})",
        f"  {recipe.model} on {recipe.data}, batch {recipe.batch}, {recipe.optimizer} {dict(recipe.options) or ''}".rstrip(),
        f"  data: {whereabouts(recipe.data, options.root)}",
        f"  penalty {recipe.penalty!r}" + (f" by {recipe.by}" if recipe.by else ""),
        *([f"  free: {', '.join(recipe.free)}"] if recipe.penalty is not None else []),
        *([f"  around it {recipe.around} {dict(recipe.around_options)}"] if recipe.around else []),
        *(f"  {name}: {value}" for name, value in _unusual(recipe).items()),
        *(f"  {name}: {schedule}" for name, schedule in recipe.schedules.items()),
        *([f"  restarts at epochs {', '.join(map(str, recipe.restarts))}"] if recipe.restarts else []),
        *([f"  every stage 1/{recipe.shorten} as long"] if recipe.shorten != 1 else []),
        *(f"  chosen: {choice}" for choice in recipe.choices),
        f"  cost: {recipe.length} epochs, {cost(recipe)}",
        f"  on {where}: about {took:.1f} s an epoch, {duration(took * recipe.length)} in all (a few steps were timed)",
    ]
    return "\n".join(lines)


def _unusual(recipe: Recipe) -> dict[str, Any]:
    """The settings of data and loss that are not those of most recipes."""
    usual = {f.name: f.default for f in fields(Recipe)}
    names = ("augment", "normalise", "label_smoothing", "precision", "subset")
    return {name: getattr(recipe, name) for name in names if getattr(recipe, name) != usual[name]}


def show_network(folder: Path, made: dict[str, Any], options: Any) -> None:
    """Draw the run, and shrink a network that has zero groups."""
    from deep.training.train import say
    from deep.training.world import device_of

    if not has_zero_groups(made):
        return
    try:
        print(f"figure: {drawn(folder, made, options.root)}")
    except ImportError:
        say("matplotlib is not installed (pip install matplotlib): no figure")
    shrink.show(folder, root=options.root, device=str(device_of(options.device)))


def has_zero_groups(made: dict[str, Any]) -> bool:
    """Whether a result has groups, and zeros among them."""
    return made["settings"]["by"] is not None and bool(made["final"].get("zero_groups"))


def drawn(folder: Path, made: dict[str, Any], root: str | None) -> Path:
    """The picture of a run, drawn into its folder. ImportError without matplotlib."""
    from deep.figures.run import draw
    from deep.shrink.run import network_of

    picture = folder / "figure.png"
    draw(made, network_of(folder, root)[0], picture)
    return picture


def summary(recipe: Recipe, made: dict[str, Any]) -> str:
    """What came out, beside the paper's numbers."""
    names = [*recipe.reported, *(name for name in ("accuracy", "zero_groups", "zero_weights") if name not in recipe.reported)]
    lines = [f"{recipe.name} ({recipe.place}), seed {made['seed']}:"]
    for name in names:
        if name in made["final"]:
            paper = f"   paper {recipe.reported[name]}" if name in recipe.reported else ""
            lines.append(f"  {name:<14}{made['final'][name]:7.2f} %{paper}")
    return "\n".join(lines)
