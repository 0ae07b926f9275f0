"""Which code computes a result: part of the name under which the result is kept."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import torch

from verify.files import digest

ROOT = Path(__file__).resolve().parents[2]
COMPUTES = (
    *("verify/arrays", "verify/penalties", "verify/methods", "verify/data"),
    *("deep/optim", "deep/groups", "deep/baselines", "deep/models", "deep/data"),
    *("deep/recipes/recipe.py", "deep/recipes/schedules.py", "deep/training/rules.py"),
    "deep/training/precision.py",
    *("deep/training/state.py", "deep/training/trainer.py", "deep/training/world.py"),
)


def sources() -> list[Path]:
    """The files of this checkout that determine the weights of a run, in a fixed order."""
    found: list[Path] = []
    for name in COMPUTES:
        path = ROOT / name
        found += [path] if path.is_file() else sorted([*path.rglob("*.py"), *path.rglob("*.h")])
    return found


@cache
def code_version() -> str:
    """A digest of these files and of torch's version: with another one the weights may differ."""
    return digest(torch.__version__.partition("+")[0], sources(), ROOT)[:16]
