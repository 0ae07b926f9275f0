"""``proxproof speed WHAT``: benchmarks as ratios against a named floor in the same process."""

from __future__ import annotations

import click


@click.command("speed")
@click.argument("what", type=click.Choice(["core"]))
@click.option("--rounds", type=click.IntRange(1, 1000), default=9, show_default=True, help="How often each job runs.")
def command(what: str, rounds: int) -> int:
    """Time the core: prox maps as multiples of a copy of the same array, the batched RVSM run against a plain loop."""
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table

    from verify.speed.core import SIZE, batched_run, prox_maps

    console = Console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("prox maps", total=rounds)
        rows = list(prox_maps(rounds=rounds, tick=lambda: progress.advance(task)))
    table = Table(title=f"prox with out=, n = {SIZE:.0e} float64, one thread, medians of {rounds} interleaved rounds")
    for header in ("map", "ms", "x np.copyto", "aim"):
        table.add_column(header, justify="left" if header == "map" else "right")
    for row in rows:
        aim = "" if row.target is None else f"{row.target:g}"
        table.add_row(row.name, f"{row.seconds * 1e3:.1f}", f"{row.multiple:.1f}", aim)
    console.print(table)
    batched, plain = batched_run()
    rates = f"{batched:,.0f} in one batch, {plain:,.0f} in a loop, {batched / plain:.0f} times"
    console.print(f"RVSM runs of 100 steps a second: {rates}")
    return 0
