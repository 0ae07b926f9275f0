"""``results [RUNS]``: a table on the terminal, and a page."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from deep.commands.paths import path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("runs", metavar="RUNS", nargs="*", type=path, help="folders with runs (default runs and results)")
    add("--page", type=path, default=Path("report/results.html"), help="the page (default report/results.html)")


def run(arguments: argparse.Namespace) -> int:
    from deep.results.collect import collect, folders, together
    from deep.results.table import text
    from verify.files import write_whole

    damaged: list[str] = []
    found = together(collect(folders(arguments.runs or None), damaged.append))
    for line in damaged:
        print(line, file=sys.stderr)
    if not found:
        where = " or ".join(map(str, arguments.runs)) or "runs or results"
        raise ValueError(f"there is no result below {where}; 'proxproof train quickstart' makes one in a minute")
    print(text(found))
    try:
        from deep.results.page import page

        write_whole(arguments.page, page(found))
        print(f"\npage: {arguments.page}")
    except ModuleNotFoundError as error:
        print(f"{error.name} is not installed: no page, the table is all", file=sys.stderr)
    return int(bool(damaged))
