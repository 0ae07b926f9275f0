"""The report: report.json and junit.xml for machines, index.html and errata.html for people, errata.md for a repository."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from verify.evidence.claim import Claim, Result
from verify.files import check_folder, write_whole
from verify.report.data import report_data
from verify.report.errata import errata_markdown, errata_page
from verify.report.junit import junit
from verify.report.page import page


def write_report(
    out: Path, claims: Sequence[Claim], results: Sequence[Result], *, budget: str, seed: int, seconds: float
) -> Path:
    """Write the files to ``out``, each whole or not at all; return the page's path. Raises OSError if it cannot."""
    data = report_data(claims, results, budget=budget, seed=seed, seconds=seconds)
    texts = {
        "report.json": json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n",
        "junit.xml": junit(data),
        "index.html": page(data, claims, results),
        "errata.html": errata_page(data, claims),
        "errata.md": errata_markdown(data, claims),
    }
    check_folder(out)
    for name, text in texts.items():
        write_whole(out / name, text)
    return out / "index.html"
