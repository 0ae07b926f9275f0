"""The audit for people: one self-contained HTML file, and the same as Markdown for a repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from markupsafe import Markup

from verify.audit.survey.row import MEANINGS, VERDICTS
from verify.files import check_folder, write_whole
from verify.report.numbers import count
from verify.templates import environment

FOLDER = Path(__file__).parent
MARKS = {"right": "✓", "caution": "!", "wrong": "✗", "undecided": "?"}


def write_audit(out: Path, data: dict[str, Any]) -> Path:
    """Write audit.html, audit.md and audit.json, each whole or not at all; return the page's path. Raises OSError."""
    texts = {
        "audit.json": json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n",
        "audit.md": render("page.md", data),
        "audit.html": render("page.html", data),
    }
    check_folder(out)
    for name, text in texts.items():
        write_whole(out / name, text)
    return out / "audit.html"


def render(template: str, data: dict[str, Any]) -> str:
    """One of the two templates of this folder."""
    templates = environment(FOLDER)
    templates.filters["count"] = count
    style = (FOLDER.parents[1] / "report" / "style.css").read_text(encoding="utf-8")
    maps = [row for target in data["targets"] for row in target["maps"]]
    return templates.get_template(template).render(
        data=data,
        maps=maps,
        verdicts={verdict: sum(row["verdict"] == verdict for row in maps) for verdict in VERDICTS},
        marks=MARKS,
        meanings=MEANINGS,
        style=Markup(style),
    )
