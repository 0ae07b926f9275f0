"""``recipes``: every table and figure of the papers, what each run costs and how far it is."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from deep.commands.paths import path
from deep.recipes import matching
from deep.recipes.recipe import Recipe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("pattern", metavar="PATTERN", nargs="?", default="*", help="names, as in 'rmda.table1.*' (default: all)")
    add("--out", type=path, action="append", help="folders with runs (default runs and results)")
    add("--brief", action="store_true", help="names and states alone")


def run(arguments: argparse.Namespace) -> int:
    from deep.results.collect import collect, differing, folders

    recipes, where = matching(arguments.pattern), folders(arguments.out)
    if not where:
        print(
            "there is no folder runs or results here: what was run elsewhere is not seen; --out DIR looks there",
            file=sys.stderr,
        )
    made = collect(where)
    place = ""
    for recipe in recipes:
        if recipe.place != place and not arguments.brief:
            place = recipe.place
            print(f"\n{place}")
        runs = [result for result in made if result["recipe"] == recipe.name]
        seeds = sorted({str(result["seed"]) for result in runs if not differing(result["settings"], recipe)})
        state = f"done, seed {', '.join(seeds)}" if seeds else _unfinished(recipe, arguments.out or [Path("runs")])
        if runs and state == "not run":
            state = "run with other settings only"
        print(f"  {recipe.name}  [{state}]" if arguments.brief else f"  {recipe.name}  [{state}]\n      {_about(recipe)}")
    return 0


def _about(recipe: Recipe) -> str:
    if recipe.command is not None:
        return f"run by: {recipe.command}"
    from deep.training.cost import cost

    paper = ", ".join(f"{name} {number} %" for name, number in recipe.reported.items())
    return f"{recipe.length} epochs, {cost(recipe)}{f'; paper: {paper}' if paper else ''}"


def _unfinished(recipe: Recipe, out: list[Path]) -> str:
    if recipe.command is not None:
        return "a benchmark"
    found = [log for folder in out for log in folder.glob(f"{recipe.name}/*/log.csv")]
    logs = [log for log in found if not log.with_name("result.json").exists()]
    lines = max((log.read_bytes().count(b"\n") - 1 for log in logs), default=0)
    return f"begun, {lines} of {recipe.length} epochs" if lines else "not run"
