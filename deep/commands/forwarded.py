"""The commands of this folder as ``proxproof`` has them: click hands over the words as they are."""

from __future__ import annotations

import sys

import click

from deep.commands import COMMANDS, main


def _forwarded(name: str, about: str) -> click.Command:
    @click.command(name, help=about, add_help_option=False, context_settings={"ignore_unknown_options": True})
    @click.argument("words", nargs=-1, type=click.UNPROCESSED)
    def command(words: tuple[str, ...]) -> None:
        sys.exit(main([name, *words], program="proxproof"))

    return command


train, recipes, sweep, results, shrink = (
    _forwarded(name, COMMANDS[name]) for name in ("train", "recipes", "sweep", "results", "shrink")
)
