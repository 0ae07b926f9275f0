"""``proxproof power --audit``: the power of ``check_prox``, and its false alarms."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from verify.audit.peers import load
from verify.audit.power.page import page, summary_of_right, summary_of_wrong
from verify.audit.power.right import CHOSEN
from verify.audit.power.run import Outcome, Task, outcomes, tasks_of_right, tasks_of_wrong


def power_of_audit(console: Console, *, count: int, seed: int, seeds: int, jobs: int, out: Path | None) -> int:
    """Check the known wrong maps and ``count`` mutants, then the right maps, each with ``seeds`` seeds. Returns the exit
    status: 0 when every wrong map was found and no right one. Raises click.UsageError where a library is missing."""
    versions = _versions() if seeds else {}
    wrong = _run(console, "wrong maps", tasks_of_wrong(count, seed), jobs)
    console.print(summary_of_wrong(wrong))
    right = _run(console, "right maps", tasks_of_right(seeds), jobs) if seeds else []
    if right:
        console.print(summary_of_right(right))
    if out is not None:
        from verify.files import write_whole

        command = f"proxproof power --audit --count {count} --seed {seed} --seeds {seeds}"
        write_whole(out, page(wrong, right, command=command, seed=seed, versions=versions))
    missed = any(not outcome.found and not outcome.reason for outcome in wrong)
    return int(missed or any(outcome.found for outcome in right))


def _run(console: Console, title: str, tasks: list[Task], jobs: int) -> list[Outcome]:
    """A bar, and a line for each wrong map, and for each false alarm."""
    found = []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=len(tasks))
        for outcome in outcomes(tasks, jobs):
            found.append(outcome)
            if title == "wrong maps" or outcome.found:
                bar.console.print(_line(outcome, title == "wrong maps"), soft_wrap=True, markup=False)
            bar.advance(task)
    return found


def _line(outcome: Outcome, wrong: bool) -> str:
    if not wrong:
        return f"{outcome.name}, {outcome.mistake}  |  FALSE ALARM: {outcome.text}"
    found = ", ".join(outcome.found) or (f"no mistake: {outcome.reason}" if outcome.reason else "NOT FOUND")
    return f"{outcome.name}  |  {outcome.mistake}  |  {found}  |  {outcome.seconds:.1f} s"


def _versions() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in CHOSEN:
        if name != "ours":
            try:
                found |= load(name).versions()
            except ModuleNotFoundError as error:
                raise click.UsageError(str(error)) from error
    return found
