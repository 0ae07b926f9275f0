"""What a run looks like: a live display on a terminal, one plain line a claim in a pipe, and a summary at the end."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from verify.commands.select import target
from verify.evidence.claim import VERDICTS, Claim, Result
from verify.report.numbers import count

UNITS = {"proof": "lemma", "text": "fact"}
COLOURS = {"proved": "green", "unrefuted": "blue", "refuted": "magenta", "undecided": "yellow"}


def amount(result: Result) -> str:
    """How much evidence there is: cases, lemmas, facts."""
    counts: Counter[str] = Counter()
    for piece in result.evidence:
        counts[UNITS.get(piece.kind, "case")] += piece.cases
    return ", ".join(count(counts[unit], unit) for unit in ("lemma", "fact", "case") if counts[unit]) or "no evidence"


def smallest_margin(result: Result) -> str:
    margins = [e.worst_margin for e in result.evidence if e.worst_margin is not None]
    return f"margin {min(margins) + 0.0:.3g}" if margins else "no margin"


class Progress:
    """A context in which results are added as they come."""

    def __init__(self, claims: Sequence[Claim], console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self.claims = {claim.id: claim for claim in claims}
        self.left = set(self.claims)
        self.width = max((len(i) for i in self.claims), default=0)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.bar = Bar(*columns, console=self.console, transient=True, disable=not self.console.is_terminal)
        self.task = self.bar.add_task("deciding", total=len(self.claims))

    def __enter__(self) -> Progress:
        self.bar.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self.bar.stop()

    def add(self, result: Result) -> None:
        """Show one result."""
        mark = "as pinned" if result.as_expected else f"EXPECTED {result.expected}"
        rest = f"  {mark:<9}  {amount(result)}, {smallest_margin(result)}, {result.seconds:.1f} s"
        verdict = Text(f"{result.verdict:<10}", style=COLOURS[result.verdict])
        line = Text(f"{result.id:<{self.width}}  ") + verdict + Text(rest, style="" if result.as_expected else "bold red")
        self.bar.console.print(line, soft_wrap=True)
        self.tick(result)

    def tick(self, result: Result) -> None:
        """Advance the bar alone."""
        self.left.discard(result.id)
        waiting = f"waiting for {', '.join(sorted(self.left))}" if 0 < len(self.left) < 4 else "deciding"
        self.bar.update(self.task, advance=1, description=waiting)

    def summarise(self, results: Sequence[Result], page: Path, seconds: float) -> None:
        """A table by paper, what differs and what to do about it, and where the report is."""
        self.console.print(self._table(results), crop=False)
        for result in results:
            if not result.as_expected:
                self.console.print(_difference(result, self.claims[result.id]), style="red", soft_wrap=True, markup=False)
        odd = sum(not result.as_expected for result in results)
        all_of_them = count(len(results), "verdict")
        verdict = f"{odd} of {all_of_them} not as pinned" if odd else f"{all_of_them}, as pinned"
        self.console.print(f"{verdict}; {seconds:.1f} s; report: {page}", soft_wrap=True, markup=False)

    def _table(self, results: Sequence[Result]) -> Table:
        papers = dict.fromkeys(claim.paper for claim in self.claims.values())
        table = Table(box=SIMPLE)  # a narrow terminal breaks its lines, not its words
        table.add_column("paper", min_width=max(map(len, ["paper", *papers])))
        for header in (*VERDICTS, "not as pinned"):
            table.add_column(header, justify="right", min_width=len(header))
        for paper in papers:
            mine = [result for result in results if self.claims[result.id].paper == paper]
            verdicts = Counter(result.verdict for result in mine)
            odd = sum(not result.as_expected for result in mine)
            table.add_row(Text(paper), *(str(verdicts[verdict]) for verdict in VERDICTS), str(odd), style="red" if odd else "")
        return table


def _difference(result: Result, claim: Claim) -> str:
    file = Path(inspect.getfile(claim.made_from or type(claim)))
    mend = f"if the new verdict is right, pin it (expected=... and why=... in {file.name}), else mend what changed"
    if claim.made_from:
        mend = f"mend what is wrong in {file.name}, from which the claim is made"
    return (
        f"{result.id}: expected {result.expected}, found {result.verdict} ({result.reason}). Look at it with: proxproof show "
        f"{target(claim)}; {mend}."
    )
