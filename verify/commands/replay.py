"""``proxproof replay``: a counterexample again, float64 beside exact or 50-digit arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from verify.commands.one import options, print_each
from verify.evidence.claim import Case, Claim, Result

_DIGITS = 30


@click.command(name="replay")
@options
@click.pass_context
def command(context: click.Context, targets: tuple[str, ...], budget: str, seed: int) -> None:
    """The counterexample of a claim again, step by step, in high precision.

    The claim is decided first; the exit status is 1 when its verdict is not the pinned one.
    """
    print_each(context, replayed, targets, budget, seed)


def replayed(claim: Claim, result: Result) -> Iterator[str]:
    """The lines that the command prints of a claim."""
    from verify.commands.text import plain

    yield f"{claim.id}: {result.verdict}"
    if result.counterexample:
        yield from _steps(claim, result.counterexample)
        return
    facts = [fact for piece in result.evidence if piece.kind == "text" for fact in piece.lemmas]
    yield "  no case to replay; the facts it rests on:" if facts else f"  no counterexample to replay: {plain(result.reason)}"
    yield from (f"  {fact['result']}  {plain(fact['name'])}: {plain(fact['detail'])}" for fact in facts)


def _steps(claim: Claim, found: dict[str, Any]) -> Iterator[str]:
    from verify.arrays.exact import DecimalArrays, RationalArrays
    from verify.commands.text import plain
    from verify.report.data import batch
    from verify.report.numbers import full

    case = batch(found["case"])
    high = RationalArrays() if found["arithmetic"] == RationalArrays.name else DecimalArrays()
    yield from ("case", *(f"  {name} = {full(value)}" for name, value in found["case"].items()))
    if claim.hypotheses:
        yield "hypotheses, which hold while the margin is >= 0 (strict ones: > 0)"
        shown = {name: f"{name}: {plain(hypothesis.formula)}" for name, hypothesis in claim.hypotheses.items()}
        yield from _table(_both(lambda c, xp: [(shown[n], h.margin(c, xp)) for n, h in claim.hypotheses.items()], case, high))
    if claim.has("trace"):
        yield f"steps: float64, then {high.name}"
        yield from _table(_both(claim.trace, case, high))
    yield f"margin, negative where the claim fails: float64, then {high.name}"
    margin: Callable[[Case, Any], Any] = claim.margin
    yield from _table(_both(lambda c, xp: [("margin", margin(c, xp))], case, high))


def _both(rows: Callable[[Case, Any], Any], case: Case, high: Any) -> list[tuple[str, str, str]]:
    """The labelled values in float64 and in ``high``; in 50 digits where a step leaves the rational numbers."""
    import numpy as np

    from verify.arrays import NUMPY
    from verify.arrays.exact import DecimalArrays, Inexact
    from verify.evidence.replay import convert

    with np.errstate(all="ignore"):
        floats = list(rows(case, NUMPY))
        try:
            exact = list(rows(convert(case, high), high))
        except (Inexact, TypeError, AttributeError, ZeroDivisionError, ValueError, OverflowError):
            high = DecimalArrays()
            exact = list(rows(convert(case, high), high))
    return [(str(label), _text(value), _text(sure)) for (label, value), (_, sure) in zip(floats, exact, strict=False)]


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    labels, floats = (max((len(row[i]) for row in rows), default=0) for i in (0, 1))
    yield from (f"  {label:<{labels}}  {value:<{floats}}  {sure}" for label, value, sure in rows)


def _text(value: Any) -> str:
    """One number or one vector of a batch of one."""
    import numpy as np

    array = np.asarray(value, dtype=object)
    entries = [_number(entry) for entry in array.reshape(-1)]
    return entries[0] if len(entries) == 1 else f"({', '.join(entries)})"


def _number(value: Any) -> str:
    if hasattr(value, "_mpf_"):
        return value.context.nstr(value, _DIGITS)
    text = repr(float(value)) if hasattr(value, "dtype") and value.dtype.kind == "f" else str(value)
    return text if len(text) <= 2 * _DIGITS else f"{float(value):.17g} (a fraction of {len(text)} digits)"
