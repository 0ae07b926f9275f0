"""The errata: per paper, what is wrong as printed, the counterexample, the correction, what still stands."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from verify.evidence.claim import Claim
from verify.report import mathematics, numbers
from verify.templates import environment

FOLDER = Path(__file__).parent
KINDS = {
    "misprint": "a slip of the pen",
    "gap": "something is missing: a step does not follow, or a sentence, as one reads it, says more than holds",
    "false": "the statement does not hold",
}
READ = {"misprint": "printed", "gap": "read", "false": "printed"}
AS_EXTRACTED = "as extracted"  # in a claim's place: the slip may be one of the text extraction, and not be in the paper

INTRODUCTION = """\
What the papers say, as printed or as one reads it, and does not hold, each with the smallest counterexample found, replayed in
exact or 50-digit arithmetic, and the corrected claim. Written by `proxproof verify`; `proxproof replay ID` shows the
arithmetic. A verdict *unrefuted* of a correction means sampled and searched, not proved."""
UNSURE = "To be checked against the PDFs"
EXTRACTION = """\
The papers were read as text extracted from their PDFs, which here and there loses a minus sign, an exponent, a half or the bar
of a $\\le$, and garbles a formula. Where that may be all that is wrong, no paper is charged with it and it is not counted:
such statements stand at the end, to be checked against the PDFs."""
BESIDE = "Refuted, but no errata (readings of softer words, or claims beside what the paper states):"


def charged(claim: Claim, verdict: str) -> str | None:
    """The kind of mistake that the paper is charged with: None for a claim that was not refuted, for one of our own, and for a
    statement as extracted."""
    return None if verdict != "refuted" or claim.form == "own" or AS_EXTRACTED in claim.place else claim.erratum


def is_erratum(row: dict[str, Any]) -> bool:
    """A printed statement, in one of its readings, that was refuted and is marked as misprint, gap or false."""
    return bool(row["erratum"]) and row["verdict"] == "refuted" and row["form"] == "printed"


def is_unsure(row: dict[str, Any]) -> bool:
    """A statement as extracted that was refuted: the slip may be the extraction's."""
    return AS_EXTRACTED in row["place"] and row["verdict"] == "refuted" and row["form"] == "printed"


def errata(data: dict[str, Any], claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """Papers with their errata, from the report's data: title, number of each kind, rows, each with the claim that corrects it
    (or None), and the ids ``beside`` them: refuted, but no errata."""
    rows = {row["id"]: row for row in data["claims"]}
    papers: dict[str, dict[str, Any]] = {}
    for claim in claims:
        if is_erratum(rows[claim.id]):
            paper = papers.setdefault(claim.paper, {"name": claim.paper, "title": _title(claim), "rows": []})
            paper["rows"].append(_whole(rows[claim.id], rows))
    for paper in papers.values():
        kinds = Counter(row["erratum"] for row in paper["rows"])
        paper["kinds"] = ", ".join(f"{kind} {kinds[kind]}" for kind in KINDS if kinds[kind])
        refuted = [row for row in data["claims"] if row["paper"] == paper["name"] and row["verdict"] == "refuted"]
        paper["beside"] = [row["id"] for row in refuted if not is_erratum(row) and not is_unsure(row)]
    return list(papers.values())


def unsure(data: dict[str, Any]) -> list[dict[str, Any]]:
    """What is to be checked against the PDFs, of all papers: rows as :func:`errata` has them."""
    rows = {row["id"]: row for row in data["claims"]}
    return [_whole(row, rows) for row in data["claims"] if is_unsure(row)]


def errata_page(data: dict[str, Any], claims: Sequence[Claim]) -> str:
    """errata.html: one self-contained file."""
    templates = environment(FOLDER)
    templates.filters.update(math=mathematics.text, paragraphs=mathematics.paragraphs, full=numbers.full)
    style = Markup((FOLDER / "style.css").read_text(encoding="utf-8"))
    words = {"kinds": KINDS, "read": READ, "beside": BESIDE, "heading": UNSURE, "extraction": EXTRACTION}
    return templates.get_template("errata.html").render(
        data=data, papers=errata(data, claims), unsure=unsure(data), style=style, **words
    )


def errata_markdown(data: dict[str, Any], claims: Sequence[Claim]) -> str:
    """The same for the repository, as Markdown with LaTeX between dollars."""
    to_check = unsure(data)
    lines = ["# Errata", "", INTRODUCTION, "", *([EXTRACTION, ""] if to_check else [])]
    lines += [*(f"- *{kind}*: {meaning}" for kind, meaning in KINDS.items()), ""]
    for paper in errata(data, claims):
        lines += [f"## {paper['title']}", "", f"{len(paper['rows'])}: {paper['kinds']}.", ""]
        for row in paper["rows"]:
            lines += [f"### {row['id']} ({row['place']}): {row['erratum']}", "", *_entry(row, READ[row["erratum"]])]
        if paper["beside"]:
            lines += [f"{BESIDE} {', '.join(paper['beside'])}. `proxproof show ID` says of each why, and what it leaves.", ""]
    if to_check:
        lines += [f"## {UNSURE}", ""]
    for row in to_check:
        lines += [f"### {row['id']} ({row['place']})", "", *_entry(row, "extracted")]
    return "\n".join(lines).rstrip() + "\n"


def _entry(row: dict[str, Any], read: str) -> list[str]:
    """The paragraphs under a row's heading."""
    lines = [f"As {read}: {_flat(row['statement'])}", ""]
    if row["counterexample"]:
        case = ", ".join(f"{name} = {numbers.full(value)}" for name, value in row["counterexample"]["case"].items())
        lines += [f"Fails at `{case}`: margin {_short(row['counterexample']['margin'])}.", ""]
    lines += [f"Fails: {fact}" for fact in row["facts"]] + ([""] if row["facts"] else [])
    lines += [f"Why: {_flat(row['why'])}.", ""]
    if row["correction"]:
        fix = row["correction"]
        lines += [f"Instead ({fix['id']}, {fix['verdict']}): {_flat(fix['statement'])}", ""]
    if row["falls"]:
        lines += [f"What falls, what stands: {_flat(row['falls'])}.", ""]
    return lines


def _whole(row: dict[str, Any], rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """With the claim that corrects it and the facts that fail."""
    return row | {"correction": rows.get(row["fix"] or ""), "facts": _wrong_facts(row)}


def _title(claim: Claim) -> str:
    """The first line of the docstring of the folder that holds the paper's claims."""
    package = sys.modules.get(type(claim).__module__.rpartition(".")[0])
    return (getattr(package, "__doc__", None) or claim.paper).strip().splitlines()[0].rstrip(".")


def _wrong_facts(row: dict[str, Any]) -> list[str]:
    facts = [fact for piece in row["evidence"] if piece["kind"] == "text" for fact in piece["lemmas"]]
    return [f"{fact['name']}: {fact['detail']}" for fact in facts if fact["result"] == "fails"]


def _flat(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def _short(number: str) -> str:
    """Six digits of a long decimal; a fraction as it is."""
    return number if len(number) <= 12 or "/" in number else f"{float(number.partition(' ')[0]):.6g}"
