"""Ours beside the papers' numbers, as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from deep.results.collect import Runs

LABELS = {
    "accuracy": "accuracy",
    "top5": "top 5",
    "zero_weights": "zero weights",
    "zero_groups": "zero groups",
    "zero_kernels": "zero columns and kernels",
    "small_weights": "weights <= 1e-3",
    "binary_weights": "weights of -1 and 1",
    "sign_accuracy": "accuracy of the signs",
}


def label(measure: str) -> str:
    """A measure in words."""
    name, _, alpha = measure.partition("_at_")
    return LABELS.get(name, name) + (f", pruned at {alpha}" if alpha else "")


def measures(runs: Runs) -> list[str]:
    """The measures to show: those of the paper, and accuracy and zeros where it gives none."""
    return list(
        dict.fromkeys([*runs.first["reported"], "accuracy", "zero_groups" if runs.final("zero_groups") else "zero_weights"])
    )


def rows(all_runs: Sequence[Runs]) -> list[tuple[str, ...]]:
    """(run, seeds, measure, ours at the end, its range in the last tenth of the epochs, paper), in percent."""
    found: list[tuple[str, ...]] = []
    for runs in all_runs:
        seeds = ",".join(str(result["seed"]) for result in runs.results)
        for index, measure in enumerate(measures(runs)):
            name = (runs.name, seeds) if index == 0 else ("", "")
            found.append((*name, label(measure), runs.ours(measure), runs.range(measure), runs.paper(measure)))
    return found


def text(all_runs: Sequence[Runs]) -> str:
    """The table, one place of a paper after another."""
    head = ("run", "seeds", "%", "ours", "last tenth", "paper")
    lines, place = [], None
    body = rows(all_runs)
    widths = [max(len(row[i]) for row in [head, *body]) for i in range(len(head))]
    places = iter(runs.first["place"] for runs in all_runs)
    for row in body:
        if row[0]:
            here = next(places)
            if here != place:
                lines += ["", here, "  ".join(map(str.ljust, head, widths)).rstrip()]
                place = here
        lines.append("  ".join(map(str.ljust, row, widths)).rstrip())
    return "\n".join(lines)
