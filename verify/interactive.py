"""For notebooks and the prompt: ``check("SR2.T1.sigmamax")`` decides a claim and shows what was found, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verify.evidence import CLAIMS, Claim, Evidence, Result, decide
from verify.evidence.decide import CASES
from verify.report.errata import charged
from verify.report.numbers import count, full
from verify.report.page import MARKS

_FEW = 4  # numbers of a case that are shown in passing


@dataclass(frozen=True)
class Card:
    """A claim and its result. Jupyter shows it as Markdown; ``print`` gives the same text."""

    claim: Claim
    result: Result

    @property
    def case(self) -> dict[str, Any] | None:
        """The counterexample, a name for each number; None where there is none."""
        return self.result.counterexample and self.result.counterexample["case"]

    def replay(self) -> None:
        """Print the counterexample again, step by step, in high precision: ``proxproof replay``."""
        from verify.commands.replay import replayed

        print("\n".join(replayed(self.claim, self.result)))

    def _repr_markdown_(self) -> str:
        return "\n\n".join(_blocks(self.claim, self.result))

    def __str__(self) -> str:
        return self._repr_markdown_()

    __repr__ = __str__


def check(target: str | Claim, budget: str = "quick", seed: int = 0) -> Card:
    """Decide a claim, given by its id or as what ``@claim`` made of a class, in this process. ValueError for an unknown id or
    budget."""
    if budget not in CASES:
        raise ValueError(f"budget must be one of {', '.join(CASES)}; got {budget!r}")
    claim = target if isinstance(target, Claim) else _named(target)
    return Card(claim, decide(claim, budget, seed))


def _named(id: str) -> Claim:
    from verify.claims import load
    from verify.commands.select import hint

    load()
    if not isinstance(id, str):
        raise TypeError(f"check takes a claim or its id, as in check('SR2.T1.sigmamax'); got {id!r}")
    if id not in CLAIMS:
        raise ValueError(f"unknown claim {id!r}; {hint(id, CLAIMS) or 'proxproof list claims shows all'}")
    return CLAIMS[id]


def _blocks(claim: Claim, result: Result) -> Iterator[str]:
    """The card's paragraphs."""
    head = [f"**{MARKS[result.verdict]} {result.verdict}**", f"`{claim.id}`", f"{claim.paper}, {claim.place}"]
    head += [f"erratum: {kind}"] if (kind := charged(claim, result.verdict)) else []
    head += [] if result.as_expected else [f"**pinned as {claim.expected}**"]
    yield " · ".join(head)
    yield "\n".join(f"> {line}".rstrip() for line in claim.statement.splitlines())
    if result.counterexample:
        found = result.counterexample
        numbers = ", ".join(f"`{name} = {full(value)}`" for name, value in found["case"].items())
        exact = "exact" if found["arithmetic"] == "exact" else "50-digit"
        yield f"Counterexample, replayed in {exact} arithmetic: {numbers}. Margin {_exact(found['margin'])}."
    else:
        yield from map(_evidence, result.evidence)
    needed = [line for name in result.needed for line in _need(claim, result, name)]
    if needed:
        yield "\n".join(needed)
    if claim.fix:
        yield f"Corrected as `{claim.fix}`."


def _evidence(piece: Evidence) -> str:
    if piece.kind == "proof":
        proved = sum(lemma["result"] == "proved" for lemma in piece.lemmas)
        names = "; ".join(lemma["name"] for lemma in piece.lemmas)
        return f"Proved by z3: {proved} of {count(len(piece.lemmas), 'lemma')} {piece.about}. In turn: {names}."
    if piece.kind == "text":
        wrong = [f"{row['name']} ({row['detail']})" for row in piece.lemmas if row["result"] != "holds"]
        return f"{'Does not hold: ' + '; '.join(wrong) if wrong else 'All ' + count(piece.cases, 'fact') + ' hold'}."
    margin = "" if piece.worst_margin is None else f", smallest margin {_short(piece.worst_margin)}"
    return f"{piece.kind.capitalize()}: {piece.method}; {count(piece.cases, 'case')}{margin}."


def _need(claim: Claim, result: Result, name: str) -> Iterator[str]:
    dropped = result.needed[name]
    if dropped.get("needed"):
        numbers = dropped["case"]["case"]
        case = ", ".join(f"`{key} = {full(value)}`" for key, value in numbers.items())
        fails = f" Without it: {case}." if len(numbers) <= _FEW else " There is a case that fails without it."
        yield f"- Needed: {claim.hypotheses[name].formula}.{fails}"
    elif dropped.get("cases"):
        yield f"- Not seen to be needed: {claim.hypotheses[name].formula} ({count(dropped['cases'], 'case')} without it)."


def _exact(margin: str) -> str:
    """A margin of few digits as it was replayed, a long one rounded."""
    return margin.replace("-", "−") if len(margin) <= 10 else _short(float(Fraction(margin) if "/" in margin else margin))


def _short(value: float) -> str:
    return f"{value + 0.0:.3g}".replace("-", "−")
