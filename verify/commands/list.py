"""``proxproof list``: what there is."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import click

from verify.words import first_line


@click.command(name="list")
@click.argument("what", type=click.Choice(["claims", "penalties", "methods"]), metavar="WHAT")
@click.option("--paper", metavar="NAME", help="Only the claims of this paper.")
def command(what: str, paper: str | None) -> None:
    """What there is: claims with their pinned verdicts, penalties with their parameters, methods."""
    if paper is not None and what != "claims":
        raise click.UsageError(f"--paper goes with claims; {what} belong to no paper")
    lines = {"claims": lambda: _claims(paper), "penalties": _penalties, "methods": _methods}[what]
    click.echo("\n".join(lines()))


def _claims(paper: str | None) -> Iterator[str]:
    from verify.commands.select import choose
    from verify.commands.text import plain

    claims = choose([], paper)
    width = max((len(claim.id) for claim in claims), default=0)
    for claim in claims:
        sentence = plain(" ".join(claim.statement.split()))
        shown = sentence if len(sentence) <= 90 else sentence[:89].rstrip() + "…"
        yield f"{claim.id:<{width}}  {claim.expected:<9}  {shown}"


def _penalties() -> Iterator[str]:
    from verify.penalties import REGISTRY

    for name, penalty in sorted(REGISTRY.items()):
        ranges = ", ".join(f"{parameter} {allowed}" for parameter, allowed in penalty.ranges().items())
        yield from _entry(name, penalty, f"parameters: {ranges}" if ranges else "no numeric parameters")


def _methods() -> Iterator[str]:
    from verify.methods import REGISTRY

    for name, method in sorted(REGISTRY.items()):
        yield from _entry(name, method, f"parameters: {', '.join(getattr(method.Hyper, '_fields', ())) or 'none'}")
        if method.Hyper.__doc__:
            yield f"    {_sentences(method.Hyper)}"


def _entry(name: str, described: type[Any], parameters: str) -> Iterator[str]:
    yield f"{name}: {_sentences(described)}"
    yield f"    {parameters}"


def _sentences(described: type[Any]) -> str:
    """The first line of a docstring up to the end of its last sentence, without the marks of reStructuredText."""
    first = first_line(described)
    paragraph = " ".join(inspect.cleandoc(described.__doc__ or first).partition("\n\n")[0].split())
    paragraph = re.sub(r":$", ".", paragraph)  # what it announces is not shown
    ends = [found.end() for found in re.finditer(r"\.(?=\s+\D|$)", paragraph) if _closed(paragraph[: found.end()])]
    shown = paragraph[: next((end for end in ends if end >= len(first)), len(paragraph))]
    return re.sub(r":\w+:`~?(?:\w+\.)*(\w+)`", r"\1", shown).replace("``", "")


def _closed(text: str) -> bool:
    return text.count("(") <= text.count(")")  # more of these where there is [0, 1)
