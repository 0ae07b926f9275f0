"""Results of runs, found under folders and put together by what was run."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deep.recipes import Recipe, all_recipes
from deep.training.result import RESULT, read, reported
from deep.training.train import say
from deep.training.version import code_version

Result = dict[str, Any]


@dataclass(frozen=True)
class Runs:
    """The results of one recipe with the same settings, a seed each."""

    results: tuple[Result, ...]

    @property
    def first(self) -> Result:
        return self.results[0]

    @property
    def name(self) -> str:
        """The recipe's, with what was changed that makes it another run than the paper's."""
        changes = ", ".join(self.changes)
        return self.first["recipe"] + (f" ({changes})" if changes else "")

    @property
    def changes(self) -> list[str]:
        """What was changed, in words; of a recipe that is not registered how long the stages are."""
        settings, recipe = self.first["settings"], all_recipes().get(self.first["recipe"])
        changed = {} if recipe is None else differing(settings, recipe)
        shorten = settings["shorten"]
        return ([f"stages 1/{shorten} as long"] if shorten != 1 else []) + [
            f"epochs={max(1, value // shorten)}" if name == "epochs" else in_words(name, value)
            for name, value in changed.items()
            if name != "shorten"
        ]

    def final(self, measure: str) -> list[float]:
        """The measure at the end of each run that has it."""
        return [result["final"][measure] for result in self.results if measure in result["final"]]

    def ours(self, measure: str) -> str:
        """Mean and, over several seeds, standard deviation, as the papers give them."""
        values = self.final(measure)
        if not values:
            return "-"
        spread = f" ± {statistics.stdev(values):.2f}" if len(values) > 1 else ""
        return f"{statistics.fmean(values):.2f}{spread}"

    def range(self, measure: str) -> str:
        """Least and largest value over the last tenth of the epochs of all runs: whether the end is a place of rest."""
        columns = [at_point_columns(result, measure) for result in self.results]
        tail = [value for column in columns for value in column[-max(1, len(column) // 10) :] if value is not None]
        return f"{min(tail):.2f} to {max(tail):.2f}" if tail else "-"

    def paper(self, measure: str) -> str:
        """The paper's number, if it gives one."""
        number = self.first["reported"].get(measure)
        if number is None:
            return "-"
        return f"{number['value']:.2f}" + (f" ± {number['spread']:.2f}" if number["spread"] is not None else "")


def differing(settings: Mapping[str, Any], recipe: Recipe) -> dict[str, Any]:
    """The settings of a run that are not the recipe's: those of schedules, options and a single penalty one by one."""
    found: dict[str, Any] = {}
    for name, own in whole({}, recipe).items():
        made = settings.get(name, own)
        by_layer = name == "penalty" and made is not None and name not in made
        if isinstance(made, dict) and isinstance(own, dict) and not by_layer:
            found |= {key: made.get(key) for key in {**own, **made} if made.get(key) != own.get(key)}
        elif made != own:
            found[name] = made
    return found


def whole(settings: Mapping[str, Any], recipe: Recipe) -> dict[str, Any]:
    """The settings of a run, those among them that did not exist yet when it was made, and are the recipe's own."""
    return {**recipe.computed(), "compile": None, "processes": 1, **settings}


def in_words(name: str, value: Any) -> str:
    """A changed setting: its value where it is a number or a word."""
    return f"{name} changed" if isinstance(value, dict | list) else f"{name}={value}"


def at_point_columns(result: Result, name: str) -> list[float | None]:
    """A measure by epoch, at the point that the paper's numbers are about; both are one where the history has one."""
    history = result["history"]
    own: list[float | None] = history.get(name, [])
    other = history.get(f"prox_{name}", []) if result["point"] == "prox_point" else []
    return [a if b is None else b for a, b in zip(own, other, strict=True)] if other else own


def folders(given: Sequence[Path] | None) -> list[Path]:
    """The folders to look in. FileNotFoundError for one that was asked for and is not there."""
    if given is None:
        return [path for path in (Path("runs"), Path("results")) if path.is_dir()]
    missing = [path for path in given if not path.is_dir()]
    if missing:
        raise FileNotFoundError(f"there is no folder {missing[0]}; runs are kept where --out of train said")
    return list(given)


def collect(where: Sequence[Path], warn: Callable[[str], None] = say) -> list[Result]:
    """Every result below the folders, once each, in the order of recipes, seeds and files' times, with those of the code that
    runs now after the others of their seed. ``warn`` is given a line for each file that is damaged, and left out."""
    found: dict[tuple[str, str], tuple[Any, Result]] = {}
    for path in sorted({path for folder in where for path in folder.rglob(RESULT)}):
        try:
            made = read(path)
        except ValueError as error:
            warn(str(error))
            continue
        if made is not None:
            order = made["recipe"], made["seed"], made["code"] == code_version(), path.stat().st_mtime_ns
            found.setdefault((made["recipe"], made["key"]), (order, made | _as_told_now(made["recipe"])))
    return [made for _, made in sorted(found.values(), key=lambda each: each[0])]


def _as_told_now(name: str) -> dict[str, Any]:
    """What a recipe says of the paper now, which may be more than it said when it ran; nothing for one that is not known."""
    recipe = all_recipes().get(name)
    return {} if recipe is None else {"reported": reported(recipe), "choices": list(recipe.choices)}


def together(results: Sequence[Result]) -> list[Runs]:
    """Results of the same recipe and settings, whatever the seed; of one seed run by several versions of the code that of the
    code that runs now, or else the newest: the last of :func:`collect`."""
    groups: dict[str, dict[int, Result]] = {}
    for made in results:
        settings, recipe = made["settings"], all_recipes().get(made["recipe"])
        key = json.dumps([made["recipe"], settings if recipe is None else whole(settings, recipe)], sort_keys=True)
        groups.setdefault(key, {})[made["seed"]] = made
    return [Runs(tuple(group[seed] for seed in sorted(group))) for group in groups.values()]
