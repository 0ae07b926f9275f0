"""The page of results: one self-contained HTML file that works offline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from deep.results.collect import Runs
from deep.results.curves import histories, telemetry, watched
from deep.results.table import rows
from deep.telemetry import describe


def page(all_runs: Sequence[Runs]) -> str:
    """Ours beside the papers' numbers, experiment by experiment, with curves, what was chosen, and the telemetry."""
    from markupsafe import Markup

    from verify.commands.text import plain
    from verify.templates import environment

    meanings = {quantity["column"]: plain(quantity["meaning"]) for quantity in describe()}
    parts = []
    for name, runs in experiments(all_runs).items():
        curves = telemetry(runs)
        parts.append(
            {
                "name": name,
                "place": runs[0].first["place"],
                "rows": rows(runs),
                "curves": Markup(histories(runs)),
                "telemetry": Markup(curves) if curves else None,
                "meanings": [(name, meanings[name]) for name in watched(runs) if name in meanings],
                "choices": list(dict.fromkeys(choice for each in runs for choice in each.first["choices"])),
                "claims": list(dict.fromkeys(claim for each in runs for claim in each.first["claims"])),
                "made": _made(runs),
            }
        )
    return environment(Path(__file__).parent).get_template("page.html").render(experiments=parts)


def experiments(all_runs: Sequence[Runs]) -> dict[str, list[Runs]]:
    """Runs by experiment: what stands before the method's name, and how long its stages are."""
    found: dict[str, list[Runs]] = {}
    for runs in all_runs:
        shorten = runs.first["settings"]["shorten"]
        name = runs.first["recipe"].rpartition(".")[0] or runs.first["recipe"]
        found.setdefault(name + (f", stages 1/{shorten} as long" if shorten != 1 else ""), []).append(runs)
    return found


def _made(runs: Sequence[Runs]) -> str:
    """What the runs were made with, in a line."""
    first = runs[0].first["environment"]
    seconds = sum(result["seconds"] for each in runs for result in each.results)
    count = sum(len(each.results) for each in runs)
    return f"{count} runs, {seconds / 60:.0f} minutes in all on {first['device']}, torch {first['torch']}"
