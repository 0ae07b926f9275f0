"""``proxproof speed WHAT``: benchmarks as ratios against a named floor in the same process."""

from __future__ import annotations

from importlib import import_module

import click

# what: the module whose ``report(console, rounds)`` measures it and prints the table
BENCHMARKS = {
    "core": "verify.speed.core",
    "peers": "verify.speed.peers",
    "bench": "synthetic.speed",
    "optim": "deep.speed.optim",
    "train": "deep.speed.train",
}


@click.command("speed")
@click.argument("what", type=click.Choice(list(BENCHMARKS)), metavar="WHAT")
@click.option("--rounds", type=click.IntRange(1, 1000), default=9, show_default=True, help="How often each job runs.")
def command(what: str, rounds: int) -> int:
    """Time prox maps as multiples of a copy (core), the same beside other libraries (peers), batched runs against runs one by
    one (bench), steps of the PyTorch optimizers against plain SGD's (optim), or steps of training, gradient and all (train)."""
    from rich.console import Console

    import_module(BENCHMARKS[what]).report(Console(), rounds)
    return 0
