"""``proxproof verify``: decide claims, write the report, and say with the exit status whether all is as pinned."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from verify.commands.paths import Output, writable


@click.command(name="verify")
@click.argument("targets", nargs=-1, metavar="[ID | GLOB | FILE.py]...")
@click.option("--paper", metavar="NAME", help="Only the claims of this paper.")
@click.option("--budget", type=click.Choice(["quick", "standard", "deep"]), default="quick", show_default=True)
@click.option("--out", type=Output(path_type=Path), default=Path("report"), show_default=True, help="Folder of the report.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes at once.  [default: one a core]")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--seeds", type=click.IntRange(min=1), default=1, show_default=True, help="Decide with this many seeds in turn.")
@click.pass_context
def command(
    context: click.Context,
    targets: tuple[str, ...],
    *,
    paper: str | None,
    budget: str,
    out: Path,
    jobs: int | None,
    seed: int,
    seeds: int,
) -> None:
    """Decide claims (all, or those named by id, glob or claim file) and write the report: index.html, errata.html and errata.md
    for people, report.json and junit.xml for machines. With more than one seed the report is the first one's.

    Exit status: 0 when every verdict is the pinned one, 1 when any differs, 2 for a call that makes no sense.
    """
    from verify.commands.progress import Progress
    from verify.commands.select import choose
    from verify.evidence.run import run
    from verify.report import write_report

    writable(out)
    claims = choose(targets, paper)
    start = time.perf_counter()
    with Progress(claims) as progress:
        try:
            results = run(claims, budget, seed, jobs=jobs, seconds=_times(out / "report.json"), done=progress.add)
        except KeyboardInterrupt:
            raise KeyboardInterrupt("no report was written") from None
        page = write_report(out, claims, results, budget=budget, seed=seed, seconds=time.perf_counter() - start)
    progress.summarise(results, page, time.perf_counter() - start)
    fine = all(result.as_expected for result in results)
    for other in range(seed + 1, seed + seeds):
        with Progress(claims) as progress:
            again = run(claims, budget, other, jobs=jobs, seconds=_times(out / "report.json"), done=progress.tick)
        odd = [f"{r.id}: expected {r.expected}, found {r.verdict} ({r.reason})" for r in again if not r.as_expected]
        click.echo(f"seed {other}: {'; '.join(odd) if odd else 'every verdict as pinned'}")
        fine = fine and not odd
    context.exit(0 if fine else 1)


def _times(path: Path) -> dict[str, float]:
    """Seconds a claim from the report of an earlier run, if there is one that can be read."""
    try:
        claims = json.loads(path.read_text(encoding="utf-8"))["claims"]
        return {claim["id"]: float(claim["seconds"]) for claim in claims}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
