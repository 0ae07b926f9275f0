"""``proxproof power``: how many seeded mistakes the claims catch, and which claim catches which; the same of ``check_prox``."""

from __future__ import annotations

import math
import os
from pathlib import Path

import click

from verify.commands.paths import Output, writable


def _share(_: click.Context, __: click.Parameter, share: float) -> float:
    if math.isnan(share):
        raise click.BadParameter("nan is not in the range 0<=x<=100.")
    return share


@click.command("power")
@click.option("--count", type=click.IntRange(min=1), default=120, show_default=True, help="How many mistakes are seeded.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Which of all possible ones.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes at once.  [default: one a core]")
@click.option("--out", type=Output(path_type=Path, dir_okay=False), help="Also write the list to this Markdown file.")
@click.option(
    "--at-least",
    type=click.FloatRange(0, 100),
    default=95.0,
    show_default=True,
    callback=_share,
    help="Share to be caught, in percent.",
)
@click.option("--audit", is_flag=True, help="Of check_prox instead: wrong prox maps beside the right values.")
@click.option("--seeds", type=click.IntRange(min=0), help="With --audit: also right maps, each with so many seeds.")
@click.pass_context
def command(
    context: click.Context,
    count: int,
    seed: int,
    jobs: int | None,
    out: Path | None,
    at_least: float,
    audit: bool,
    seeds: int | None,
) -> None:
    """Seed mistakes one at a time in penalties, losses and methods and see which claim catches each.

    A mutant runs the claims whose recorded calls reach it, quickest first, and stops at the first whose verdict changes. Those
    argued to be equivalent to the right code (verify/power/equivalent.py) do not count. Exit status: 0 when enough are caught,
    1 when not.

    With --audit the mistakes are those of verify/audit/power and --count mutants of prox maps, and check_prox must find them
    all. With --seeds it must find nothing in right maps, of ours and of the libraries of `pip install proxproof[peers]`.
    """
    from rich.console import Console
    from rich.progress import Progress

    from verify.claims import load
    from verify.power.equivalent import argument
    from verify.power.places import drawn
    from verify.power.run import hunt, record

    console, jobs = Console(highlight=False), jobs or os.cpu_count() or 1
    if seeds and not audit:
        raise click.UsageError("--seeds goes with --audit")
    if out is not None:
        writable(out.parent)
    if audit:
        from verify.commands.power_audit import power_of_audit

        context.exit(power_of_audit(console, count=count, seed=seed, seeds=seeds or 0, jobs=jobs, out=out))
    mutants, caught, equivalent, lines = drawn(count, seed), 0, 0, []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("recording which claims reach what", total=len(load()))
        reach = record(jobs, lambda: progress.advance(task))
        task = progress.add_task("seeding mistakes", total=len(mutants))
        for outcome in hunt(mutants, reach, jobs):
            reason = None if outcome.caught_by else argument(outcome.mutant)
            caught, equivalent = caught + bool(outcome.caught_by), equivalent + bool(reason)
            by = f"{outcome.caught_by}: {outcome.how}" if outcome.caught_by else f"SURVIVES: {outcome.how} ({outcome.tried})"
            lines.append(f"{outcome.mutant}  |  {f'equivalent: {reason}' if reason else by}")
            progress.console.print(lines[-1], soft_wrap=True, markup=False)
            progress.advance(task)
    counted = len(mutants) - equivalent
    share = 100 * caught / max(counted, 1)
    summary = f"{caught} of {counted} mistakes caught ({share:.1f} %); {equivalent} more are equivalent to the right code"
    console.print(summary)
    if out is not None:
        from verify.files import write_whole

        body = "\n".join(f"- `{line.replace('  |  ', '` ')}" for line in sorted(lines))
        write_whole(out, f"# Seeded mistakes (seed {seed})\n\n{summary}.\n\n{body}\n")
    context.exit(0 if share >= at_least else 1)
