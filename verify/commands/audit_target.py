"""A map of the user's own, named on the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from operator import attrgetter
from pathlib import Path
from typing import Any

import click

from verify.audit.survey.row import Row, of_functions
from verify.evidence.run import in_one_line
from verify.user_files import import_file


def own_map(
    target: str,
    *,
    value: str | None,
    scalar: bool,
    shapes: tuple[str, ...],
    parameters: tuple[str, ...],
    steps: tuple[float, ...],
    arrays: str | None,
) -> Callable[[int], Row]:
    """The audit of the map, as a function of the seed. Raises click.UsageError for what cannot be found or read; so does the
    audit for what ``check_prox`` refuses."""
    if scalar == bool(shapes):
        raise click.UsageError("give either --scalar (the map acts on each coordinate) or --shape (it acts on whole arrays)")
    made = _object(target)
    prox = getattr(made, "prox", made)
    found = _object(value) if value else getattr(made, "value", None)
    if found is None:
        raise click.UsageError(f"{target} has no .value; name the function value(x) with --value MODULE:NAME or FILE.py:NAME")
    settings: dict[str, Any] = {"shape": [_shape(each) for each in shapes]} if shapes else {"scalar": True}
    settings |= {"parameters": _parameters(parameters)} if parameters else {}
    settings |= {"t": steps} if steps else {}
    settings |= {"arrays": arrays} if arrays else {}

    def audit(seed: int) -> Row:
        try:
            return replace(of_functions(target, prox, found, settings | {"seed": seed}), given=value or "")
        except (ValueError, TypeError, ImportError) as error:
            raise click.UsageError(f"{target} cannot be audited: {error}") from error
        except MemoryError as error:
            raise click.UsageError(f"{target} cannot be audited: memory is short; try a smaller --shape") from error

    return audit


def _object(name: str) -> Any:
    module, _, path = name.rpartition(":")
    if not module or not path:
        raise click.UsageError(f"{name!r} is not of the form MODULE:NAME or FILE.py:NAME")
    if "" not in sys.path:
        sys.path.insert(0, "")
    if module.endswith(".py") and not Path(module).is_file():
        raise click.UsageError(f"no such file: {module}")
    file = str(Path(module).resolve()) if module.endswith(".py") else None
    try:
        file = file or getattr(find_spec(module), "origin", None)
        found = import_module(import_file(Path(module)) if module.endswith(".py") else module)
    except (Exception, SystemExit) as error:
        raise click.UsageError(f"cannot import {name}: {in_one_line(error, file)}") from error
    try:
        return attrgetter(path)(found)
    except AttributeError as error:
        raise click.UsageError(f"cannot import {name}: {module} has no attribute {path!r}") from error


def _shape(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.removesuffix(",").split(","))
    except ValueError:
        raise click.UsageError(f"--shape takes integers such as 3,4; got {text!r}") from None


def _parameters(texts: tuple[str, ...]) -> dict[str, list[float]]:
    """The values of each name, in the order given; a name that is repeated has all of its values."""
    found: dict[str, list[float]] = {}
    for text in texts:
        name, _, values = text.partition("=")
        try:
            found.setdefault(name, []).extend(float(part) for part in values.split(","))
        except ValueError:
            raise click.UsageError(f"--parameter takes a name and numbers such as lam=0.1,1; got {text!r}") from None
    return found
