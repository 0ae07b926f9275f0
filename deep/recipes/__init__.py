"""The papers' experiments: one small file a table row, each a list ``RECIPES``; what lies in a folder of a paper is found."""

from __future__ import annotations

import pkgutil
import sys
from collections import Counter
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from pathlib import Path

from deep.recipes.recipe import Recipe, Reported
from verify.names import hint
from verify.user_files import import_file

__all__ = ["Recipe", "Reported", "all_recipes", "find", "matching"]


@cache
def all_recipes() -> dict[str, Recipe]:
    """Every recipe by name, in the order of files and of lists. ValueError for a name given twice."""
    found: dict[str, Recipe] = {}
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        for recipe in getattr(import_module(module.name), "RECIPES", ()):
            if recipe.name in found:
                raise ValueError(f"two recipes are called {recipe.name}; rename the one in {module.name}")
            found[recipe.name] = recipe
    return found


def matching(pattern: str) -> list[Recipe]:
    """Recipes whose name fits a glob, or those of a file of the user's own, as in ``my_recipe.py``. ValueError if none."""
    if pattern.endswith(".py"):
        return _of_file(Path(pattern))
    found = [recipe for name, recipe in all_recipes().items() if fnmatchcase(name, pattern)]
    if not found:
        raise ValueError(f"no recipe is called {pattern!r}; {hint(pattern, all_recipes()) or 'the command recipes lists them'}")
    return found


def find(name: str) -> Recipe:
    """The one recipe of this name or pattern. ValueError if there is none, or more than one."""
    found = matching(name)
    if len(found) > 1:
        names = ", ".join(recipe.name for recipe in found[:4]) + (", ..." if len(found) > 4 else "")
        raise ValueError(f"{name!r} means {len(found)} recipes ({names}); give one")
    return found[0]


def _of_file(path: Path) -> list[Recipe]:
    if not path.is_file():
        raise ValueError(f"there is no file {path}")
    try:
        module = sys.modules[import_file(path)]
    except (Exception, SystemExit) as error:  # whatever the file does
        raise ValueError(f"{path} cannot be imported: {type(error).__name__}: {error}") from error
    recipes = list(getattr(module, "RECIPES", ()))
    if not all(isinstance(recipe, Recipe) for recipe in recipes) or not recipes:
        raise ValueError(f"{path} has no list RECIPES of deep.recipes.Recipe")
    name, times = Counter(recipe.name for recipe in recipes).most_common(1)[0]
    if times > 1:
        raise ValueError(f"{path} has {times} recipes called {name}: give each a name of its own, as in f'{name}.lam{{lam:g}}'")
    return [replace(recipe, file=str(path.resolve())) for recipe in recipes]
