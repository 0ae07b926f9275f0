"""What ``show`` and ``replay`` share: claims named on the command line, decided, printed, with a line while one waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from verify.evidence.claim import Claim, Result

_BUDGET = click.option("--budget", type=click.Choice(["quick", "standard", "deep"]), default="quick", show_default=True)
_SEED = click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments of a command about single claims."""
    targets = click.argument("targets", nargs=-1, required=True, metavar="ID | GLOB | FILE.py...")
    return targets(_BUDGET(_SEED(function)))


def print_each(
    context: click.Context, lines: Callable[[Claim, Result], Iterator[str]], targets: Sequence[str], budget: str, seed: int
) -> None:
    """Print ``lines`` of each chosen claim and exit: 0 if every verdict is the pinned one, else 1."""
    fine = True
    for claim, result in decided(targets, budget, seed):
        click.echo("\n".join(lines(claim, result)) + "\n")
        fine &= result.as_expected
    context.exit(0 if fine else 1)


def decided(targets: Sequence[str], budget: str, seed: int) -> Iterator[tuple[Claim, Result]]:
    """Each chosen claim with its result. Raises click.UsageError as :func:`verify.commands.select.choose` does."""
    from rich.console import Console

    from verify.commands.select import choose
    from verify.evidence.run import run

    claims = choose(targets)
    with Console(stderr=True).status(
        f"deciding {', '.join(claim.id for claim in claims[:3])}{' …' if len(claims) > 3 else ''}"
    ):
        results = run(claims, budget, seed)
    yield from zip(claims, results, strict=True)
