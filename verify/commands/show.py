"""``proxproof show``: all there is to know about a claim."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from verify.commands.one import options, print_each
from verify.commands.select import target
from verify.evidence.claim import CLAIMS, Claim, Evidence, Result


@click.command(name="show")
@options
@click.pass_context
def command(context: click.Context, targets: tuple[str, ...], budget: str, seed: int) -> None:
    """One claim: statement, place, hypotheses and which are needed, evidence, counterexample, correction.

    The claim is decided first; the exit status is 1 when its verdict is not the pinned one.
    """
    print_each(context, _lines, targets, budget, seed)


def _lines(claim: Claim, result: Result) -> Iterator[str]:
    from verify.commands.text import plain
    from verify.report.errata import charged

    erratum = f", erratum: {kind}" if (kind := charged(claim, result.verdict)) else ""
    yield f"{claim.id} ({claim.paper}, {claim.place}; {claim.form}, {claim.kind}{erratum})"
    yield from (f"  {line}" if line else "" for line in plain(claim.statement).splitlines())
    yield from ("", f"verdict      {result.verdict}: {plain(result.reason)}")
    yield f"pinned       {claim.expected}{'' if result.as_expected else ' (DIFFERS)'}: {plain(claim.why)}"
    experiments = ", ".join(f"proxproof bench {name}" for name in claim.experiments)
    corrected = claim.fix and _command("show", CLAIMS[claim.fix])
    for title, said in (("falls", claim.falls), ("corrected", corrected), ("at work", experiments)):
        if said:
            yield f"{title:<12} {plain(said)}"
    if claim.hypotheses:
        yield from ("", "hypotheses")
    for name, hypothesis in claim.hypotheses.items():
        yield f"  {name}: {plain(hypothesis.formula)}; {_need(result, name)}"
    if result.evidence:
        yield from ("", "evidence")
    for piece in result.evidence:
        yield from _evidence(piece)
    if result.counterexample:
        yield from ("", f"counterexample (step by step: {_command('replay', claim)})")
        yield from _case(result.counterexample)


def _command(name: str, claim: Claim) -> str:
    where = target(claim)
    return f"proxproof {name} {where}{'' if where == claim.id else f', claim {claim.id}'}"


def _need(result: Result, name: str) -> str:
    from verify.report.numbers import full

    dropped: dict[str, Any] = result.needed.get(name, {})
    if dropped.get("needed"):
        case = ", ".join(f"{k} = {full(v)}" for k, v in dropped["case"]["case"].items())
        return f"needed: fails without it at {case}"
    if dropped.get("cases"):
        return f"not seen to be needed, in {dropped['cases']:,} cases without it"
    return "not tried: no case violates it" if name in result.needed else "not tried"


def _evidence(piece: Evidence) -> Iterator[str]:
    from verify.commands.progress import UNITS
    from verify.commands.text import plain
    from verify.report.numbers import count

    cases = count(piece.cases, UNITS.get(piece.kind, "case"))
    margin = "" if piece.worst_margin is None else f", smallest margin {piece.worst_margin + 0.0:.3g}"
    yield f"  {piece.kind}: {plain(piece.method)} ({cases}{margin}, {piece.seconds:.2f} s)"
    if piece.kind == "proof":
        yield f"    runs    {', '.join(piece.ran) or 'no map or rule of the code: it is of the mathematics alone'}"
    for lemma in piece.lemmas:
        detail = f": {plain(lemma['detail'])}" if lemma.get("detail") else ""
        yield f"    {lemma['result']}  {plain(lemma['name'])}{detail}"


def _case(found: dict[str, Any]) -> Iterator[str]:
    from verify.report.numbers import full

    width = max(len(name) for name in [*found["case"], "margin"])
    yield from (f"  {name:<{width}}  {full(value)}" for name, value in found["case"].items())
    yield f"  {'margin':<{width}}  {found['margin']} ({found['arithmetic']})"
