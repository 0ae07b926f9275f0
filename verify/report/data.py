"""The report as plain data: what report.json holds and the page shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from verify import __version__
from verify.evidence.claim import Case, Claim, Evidence, Result
from verify.report.errata import charged


def report_data(
    claims: Sequence[Claim], results: Sequence[Result], *, budget: str, seed: int, seconds: float
) -> dict[str, Any]:
    """The whole report; strict JSON: numbers that are not finite become the strings that ``float`` reads."""
    found = {result.id: result for result in results}
    rows = [_claim(claim, found[claim.id]) for claim in claims]
    head = {"version": __version__, "seed": seed, "budget": budget, "seconds": round(seconds, 2)}
    return plain(head | {"claims": rows})


def _claim(claim: Claim, result: Result) -> dict[str, Any]:
    return {
        "id": claim.id,
        "paper": claim.paper,
        "place": claim.place,
        "statement": claim.statement,
        "hypotheses": [_hypothesis(name, h.formula, result) for name, h in claim.hypotheses.items()],
        "form": claim.form,
        "kind": claim.kind,
        "verdict": result.verdict,
        "expected": result.expected,
        "why": claim.why,
        "reason": result.reason,
        "evidence": [_evidence(piece) for piece in result.evidence],
        "counterexample": result.counterexample,
        "fix": claim.fix,
        "erratum": charged(claim, result.verdict),
        "falls": claim.falls,
        "experiments": list(claim.experiments),
        "seconds": round(result.seconds, 3),
    }


def _hypothesis(name: str, formula: str, result: Result) -> dict[str, Any]:
    dropped = result.needed.get(name, {})
    row = {"name": name, "formula": formula, "needed": dropped.get("needed")}
    return row | {"cases_without": dropped.get("cases", 0), "case_without": dropped.get("case")}


def _evidence(piece: Evidence) -> dict[str, Any]:
    worst = piece.worst_margin if piece.worst_margin is None or math.isfinite(piece.worst_margin) else None
    return {"lemmas": []} | piece.summary() | {"worst_margin": worst, "seconds": round(piece.seconds, 3)}


def plain(value: Any) -> Any:
    """``value`` of JSON's types alone: NumPy numbers and arrays unpacked, inf and nan as strings, the rest as text."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def batch(numbers: dict[str, Any]) -> Case:
    """A counterexample's numbers as the batch of one that a claim's functions take."""
    return {name: np.asarray([value]) for name, value in numbers.items()}
