"""What an audit looks like: a bar while it runs, then a table a target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from verify.audit.peers import load
from verify.audit.survey.data import Target
from verify.audit.survey.row import Row
from verify.audit.survey.run import audit

COLOURS = {"right": "green", "caution": "yellow", "wrong": "magenta", "undecided": "yellow"}


def audit_with_progress(console: Console, versions: Mapping[str, Mapping[str, str]], seed: int, jobs: int) -> list[Target]:
    """Audit the libraries that ``versions`` names."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("auditing", total=sum(len(load(name).maps) for name in versions))

        def done(name: str, row: Row) -> None:
            bar.update(task, advance=1, description=f"{name}: {row.name} {row.verdict}")

        rows = audit(list(versions), seed, jobs, done)
    return [Target(name, rows[name], versions[name], load(name).left_out) for name in versions]


def print_tables(console: Console, targets: Sequence[Target]) -> None:
    """The table of each target."""
    for target in targets:
        console.print(_table(target))


def _table(target: Target) -> Table:
    versions = ", ".join(f"{name} {version}" for name, version in target.versions.items())
    table = Table(
        "map", "verdict", "finding", "cases", "s", title=Text(versions or target.name), title_justify="left", box=SIMPLE
    )
    for column in table.columns[3:]:
        column.justify = "right"
    for row in target.rows:
        verdict = Text(row.verdict, style=COLOURS[row.verdict])
        table.add_row(Text(row.name), verdict, Text(row.words), f"{row.cases:,}", f"{row.seconds:.1f}")
    return table
