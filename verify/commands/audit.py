"""``proxproof audit``: is your prox map, or a library's, the prox of its own value?"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import click

from verify.commands.paths import Output, writable


@click.command("audit")
@click.argument("targets", nargs=-1, required=True, metavar="LIBRARY... | all | OBJECT")
@click.option("--value", metavar="OBJECT", help="The function value(x); not needed for an object that has .value.")
@click.option("--scalar", is_flag=True, help="The map acts on each coordinate; value is a sum over coordinates.")
@click.option("--shape", "shapes", multiple=True, metavar="3,4", help="The map acts on arrays of this shape; may be repeated.")
@click.option("--parameter", "parameters", multiple=True, metavar="NAME=0.1,1", help="Passed by keyword; may be repeated.")
@click.option("--step", "steps", multiple=True, type=float, metavar="T", help="A step t to try; may be repeated.")
@click.option("--arrays", type=click.Choice(["numpy", "torch"]), help="What the two functions take.  [default: numpy]")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--jobs", type=click.IntRange(min=1), help="Processes at once for libraries.  [default: one a core]")
@click.option("--out", type=Output(path_type=Path), default=Path("report"), show_default=True, help="Folder of the report.")
@click.pass_context
def command(context: click.Context, targets: tuple[str, ...], *, seed: int, jobs: int | None, out: Path, **own: Any) -> None:
    """Audit prox maps: every map of a library (pyproximal, skglm, torchao, or all of them), or a map of your own: a function
    prox(z, t) with --value and either --scalar or --shape, or an object with .prox and .value. An OBJECT is given as
    MODULE:NAME or FILE.py:NAME.

    Writes audit.html, audit.md and audit.json. Exit status: 0 when every map is right, 1 when one is not, 2 for a call that
    makes no sense or a library that is not installed.
    """
    from rich.console import Console
    from rich.text import Text

    from verify.audit.survey.data import Target, audit_data
    from verify.audit.survey.page import write_audit
    from verify.commands.audit_display import audit_with_progress, print_tables
    from verify.commands.audit_target import own_map
    from verify.report.numbers import count

    libraries = _libraries(targets)
    versions = {name: _versions(name) for name in libraries}
    given = [name for name, found in own.items() if found]
    if libraries and given:
        raise click.UsageError(f"--{given[0].rstrip('s')} goes with a map of your own, MODULE:NAME, and not with a library")
    mine = None if libraries else own_map(targets[0], **own)
    writable(out)
    start, console = time.perf_counter(), Console(highlight=False, width=None if sys.stdout.isatty() else 150)
    if mine is None:
        found = audit_with_progress(console, versions, seed, jobs or os.cpu_count() or 1)
    else:
        with console.status(Text(f"auditing {targets[0]}")):
            found = [Target(targets[0], [mine(seed)])]
    seconds = time.perf_counter() - start
    page = write_audit(out, audit_data(found, command=" ".join(targets), seed=seed, seconds=seconds))
    print_tables(console, found)
    rows = [row for target in found for row in target.rows]
    right = sum(row.verdict == "right" for row in rows)
    console.print(f"{right} of {count(len(rows), 'map')} right; {seconds:.1f} s; report: {page}", soft_wrap=True, markup=False)
    context.exit(0 if right == len(rows) else 1)


def _libraries(targets: tuple[str, ...]) -> list[str]:
    """The names of libraries; empty for one map of one's own."""
    from verify.audit.peers import names

    if targets == ("all",):
        return names()
    own = [target for target in targets if ":" in target]
    if own and len(targets) > 1:
        raise click.UsageError(f"one map of your own at a time; got {' '.join(targets)}")
    unknown = [target for target in targets if target not in names()]
    if unknown and not own:
        raise click.UsageError(f"unknown target {unknown[0]!r}: a library ({', '.join(names())}), all, or MODULE:NAME")
    return [] if own else list(dict.fromkeys(targets))


def _versions(name: str) -> dict[str, str]:
    from verify.audit.peers import load

    try:
        return load(name).versions()
    except ModuleNotFoundError as error:
        raise click.UsageError(str(error)) from error
