"""The audit as plain data: what audit.json holds, and the page and the Markdown show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from verify import __version__
from verify.audit.survey.row import VERDICTS, Row
from verify.report.data import plain


@dataclass(frozen=True)
class Target:
    """One target with its rows: a library with versions and what was left out, or somebody's own map."""

    name: str
    rows: Sequence[Row]
    versions: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)


def audit_data(targets: Sequence[Target], *, command: str, seed: int, seconds: float) -> dict[str, Any]:
    """The whole audit in JSON's types; numbers that are not finite are strings that ``float`` reads."""
    head = {"version": __version__, "command": command, "seed": seed, "seconds": round(seconds, 1)}
    return plain(head | {"targets": [_target(target) for target in targets]})


def tally(rows: Sequence[Row]) -> dict[str, int]:
    """How many rows have each verdict, those that occur."""
    counts = Counter(row.verdict for row in rows)
    return {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]}


def _target(target: Target) -> dict[str, Any]:
    rows = [asdict(row) | {"words": row.words, "seconds": round(row.seconds, 2)} for row in target.rows]
    return {
        "name": target.name,
        "versions": dict(target.versions),
        "tally": tally(target.rows),
        "maps": rows,
        "left_out": dict(target.left_out),
    }
