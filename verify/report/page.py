"""The page for people: one self-contained HTML file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from verify.evidence.claim import VERDICTS, Case, Claim, Result
from verify.report import mathematics, numbers
from verify.report.data import batch
from verify.report.drawings import figure_svg, histogram
from verify.report.errata import is_erratum
from verify.templates import environment

FOLDER = Path(__file__).parent
MARKS = {"proved": "✓", "unrefuted": "○", "refuted": "✗", "undecided": "?"}
MEANINGS = {
    "proved": "by lemmas, or by computed facts",
    "unrefuted": "sampled and searched, nothing found",
    "refuted": "by a counterexample or a fact",
    "undecided": "the evidence does not suffice",
}


def page(data: dict[str, Any], claims: Sequence[Claim], results: Sequence[Result]) -> str:
    """The whole page from the report's data; claims and results give the pictures."""
    templates = environment(FOLDER)
    templates.filters.update(
        math=mathematics.text,
        relations=mathematics.relations,
        paragraphs=mathematics.paragraphs,
        short=numbers.short,
        full=numbers.full,
        count=numbers.count,
    )
    drawn = {r.id: _drawings(c, r) for c, r in zip(claims, results, strict=True)}
    rows = data["claims"]
    ids = {row["id"] for row in rows}
    return templates.get_template("page.html").render(
        data=data,
        groups=[(paper, [r for r in rows if r["paper"] == paper]) for paper in dict.fromkeys(r["paper"] for r in rows)],
        verdicts=VERDICTS,
        marks=MARKS,
        meanings=MEANINGS,
        tally=_tally,
        odd=[row for row in rows if row["verdict"] != row["expected"]],
        errata=sum(is_erratum(row) for row in rows),
        drawn=drawn,
        ids=ids,
        origins=_origins(rows),
        style=Markup((FOLDER / "style.css").read_text(encoding="utf-8")),
        script=Markup((FOLDER / "filter.js").read_text(encoding="utf-8")),
    )


def _tally(rows: Sequence[dict[str, Any]]) -> list[tuple[str, int]]:
    counts = Counter(row["verdict"] for row in rows)
    return [(verdict, counts[verdict]) for verdict in VERDICTS]


def _origins(rows: Sequence[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """From a corrected or sharper claim back to the one it improves: (verb, id)."""
    ids = {row["id"] for row in rows}
    back = {row["fix"]: ("corrects", row["id"]) for row in rows if row["fix"]}
    for row in rows:
        base, _, form = row["id"].rpartition(".")
        if form == "sharp" and base in ids:
            back.setdefault(row["id"], ("sharpens", base))
    return back


def _drawings(claim: Claim, result: Result) -> dict[str, Any]:
    margins = next((e.margins for e in result.evidence if e.margins), [])
    picture = None
    if claim.has("picture") and result.counterexample:
        picture = _picture(claim, batch(result.counterexample["case"]))
    return {"picture": picture, "histogram": None if picture else histogram(margins), "below": min(margins, default=0) < 0}


def _picture(claim: Claim, case: Case) -> Markup:
    """The claim's own drawing; what went wrong in its place, since a picture must not cost the report."""
    from matplotlib import pyplot

    try:
        figure = claim.picture(case)
        svg = figure_svg(figure, claim.id)
        pyplot.close(figure)
    except Exception as error:
        return Markup("<p class='note'>The picture could not be drawn: {}: {}</p>").format(type(error).__name__, error)
    return svg
