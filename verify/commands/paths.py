"""Where a command writes: paths that are not empty, and folders that are tried before the work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from verify.files import check_folder


class Output(click.Path):
    """A path to write to. An empty one, of a variable that is not set perhaps, would be the folder one is in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("it is empty; name a path, as in ./here", param, ctx)
        return super().convert(value, param, ctx)


def writable(folder: Path) -> None:
    """Make the folder if it is missing. Raises click.UsageError where nothing can be written to it."""
    try:
        check_folder(folder)
    except OSError as error:
        raise click.UsageError(f"cannot write to the output folder {folder}: {error.strerror or error}") from error
