"""Every command that a page or the README shows exists, with the options shown."""

from __future__ import annotations

import re
import shlex
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import click
import pytest

import deep.commands
from tests.docs.pages import DOCS, ROOT, commands
from verify.commands import main

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
INDENTED = re.compile(r"^    ((?:proxproof|make|python|pip) .*?)(?:  +#.*)?$", re.MULTILINE)
INLINE = re.compile(r"`((?:proxproof|make) [^`]*)`")


def shown() -> list[tuple[Path, str]]:
    found = []
    for page in PAGES:
        text = page.read_text()
        lines = [*commands(page), *INDENTED.findall(text), *INLINE.findall(" ".join(text.split()))]
        found += [(page, line.strip()) for line in dict.fromkeys(lines)]
    return found


def test_pages_show_commands():
    assert len(shown()) > 40


@pytest.mark.parametrize(("page", "line"), shown(), ids=lambda value: str(getattr(value, "name", value)))
def test_the_command_exists_as_shown(page, line):
    program, *words = shlex.split(line.split(" # ")[0])
    if program == "python" and words[:2] == ["-m", "deep"]:
        program, words = "proxproof", words[2:]
    if program == "proxproof" and words[:1] and words[0] in deep.commands.COMMANDS:
        parse_training(words)
    elif program == "proxproof" and words:
        parse(words)
    if program == "make":
        targets = [word for word in words if "=" not in word and word != "..."]
        known = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert set(targets) <= set(known), f"{page.name}: no target {targets}"


@pytest.mark.parametrize("pages", ["docs/add/*.md", "docs/use/*.md", "docs/benchmark.md"])
def test_benchmarks_shown_one_after_the_other_have_a_folder_each(pages):
    """A folder that has results is refused: who types what the pages show must not end there."""
    lines = [line for page in PAGES if page.match(pages) for line in (*commands(page), *INDENTED.findall(page.read_text()))]
    benches = [line for line in lines if line.split()[:2] == ["proxproof", "bench"]]
    runs = [line for line in benches if "--list" not in line and "--resume" not in line]
    folders = [found[1] if (found := re.search(r" --out (\S+)", line)) else "bench" for line in runs]
    assert runs and len(set(folders)) == len(folders), runs


def parse_training(words: list[str]) -> None:
    """The same for the commands that are read by argparse."""
    parser = deep.commands.Parser(prog=words[0])
    import_module(f"deep.commands.{words[0]}").add_arguments(parser)
    wanting = [action for action in parser._actions if not action.option_strings and action.nargs is None]
    parser.parse_args(words[1:] or ["NAME"] * len(wanting))  # a command may be named without its arguments


def parse(words: list[str]) -> None:
    """Have click read the words as it would, without doing anything. Placeholders such as NAME stand for names."""
    context = click.Context(main, info_name="proxproof")
    if words[0].startswith("-"):
        assert words[0] in ("--help", "--version")
        return
    command = main.get_command(context, words[0])
    assert command is not None, f"there is no command {words[0]}"
    words = [word for word in words[1:] if word != "..."]
    if words != ["--help"]:
        with suppress(click.MissingParameter):  # a command may be named without its arguments
            command.make_context("", words, parent=context)
