"""Which code computes a result: part of the name under which the result is kept."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from verify.files import digest

ROOT = Path(__file__).resolve().parents[1]
COMPUTES = ("verify/arrays", "verify/data", "verify/penalties", "verify/methods", "verify/losses", "synthetic")
# Files of ``synthetic`` that start, keep and show results without changing a number; nothing that computes may import them.
SHELL = frozenset(
    [
        "bench",
        "benchopt",
        "choose",
        "command",
        "experiments",
        "figures",
        "listing",
        "one_by_one",
        "progress",
        "speed",
        "statistics",
        "store",
        "summary",
        "table",
        "task",
    ]
)


def sources() -> list[Path]:
    """The files of this checkout that determine what a job computes, in a fixed order."""
    found = [path for folder in COMPUTES for path in sorted((ROOT / folder).rglob("*.py"))]
    ours = ROOT / "synthetic"
    return [
        path for path in found if ours not in path.parents or path.relative_to(ours).parts[0].removesuffix(".py") not in SHELL
    ]


@cache
def code_version() -> str:
    """A digest of these files and of NumPy's version: another number means that results may differ."""
    return digest(np.__version__, sources(), ROOT)
