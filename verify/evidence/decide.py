"""Decide a claim: prove, search, replay, shrink; then drop its hypotheses one at a time."""

from __future__ import annotations

import time
import zlib
from typing import Any

import numpy as np

from verify.evidence.claim import Case, Claim, Evidence, Result
from verify.evidence.replay import Replay, replay, single
from verify.evidence.search import ELITE, Found, search
from verify.evidence.shrink import complexity, shrink

CASES = {"quick": 10_000, "standard": 100_000, "deep": 1_000_000}
SLOW = {"quick": 1_000, "standard": 10_000, "deep": 100_000}
REPLAYS = 256  # of the cases that fail clearly in float64 when the worst are rounding, before the verdict is undecided
UNMET = "none of {} drawn cases meets the hypotheses exactly (an equation holds but for rounding), so that none could refute"
DROPPED = {"quick": 2_000, "standard": 20_000, "deep": 200_000}


def decide(claim: Claim, budget: str = "quick", seed: int = 0, drop: bool = True) -> Result:
    """All evidence the claim allows at this budget, and the verdict that follows from it; ``drop`` its hypotheses too."""
    start = time.perf_counter()
    rng = np.random.default_rng([seed, zlib.crc32(claim.id.encode())])
    evidence: list[Evidence] = []
    counterexample: dict[str, Any] | None = None
    if claim.has("facts"):
        evidence.append(_read(claim))
    if claim.has("proof"):
        from verify.evidence.proof import prove

        evidence.append(prove(claim))
    if claim.has("rate"):
        evidence.extend(claim.rate(rng, budget))
    wanted = (SLOW if claim.slow else CASES)[budget]
    enough = not claim.has("cases")
    if claim.has("cases"):
        found = search(claim, rng, wanted, batch=wanted if claim.slow else 4096)
        counterexample, smallest = _confirm(claim, found)
        enough = found.cases >= wanted
        evidence.append(_searched(found, smallest))
    verdict, reason = _verdict(evidence, counterexample, enough)
    if verdict in ("unrefuted", "undecided") and claim.has("cases"):
        if found.first is not None and not _met_exactly(claim, found.first):
            verdict, reason = "undecided", UNMET.format(len(next(iter(found.first.values()))))
        elif verdict == "unrefuted" and found.clear > REPLAYS:
            verdict = "undecided"
            reason = f"{found.clear} cases fail in float64; the {REPLAYS} that were replayed do not, the others were not"
    result = Result(claim.id, verdict, claim.expected, reason, evidence, counterexample)
    if drop and verdict in ("proved", "unrefuted") and claim.has("cases"):
        result.needed = {name: _drop(claim, name, rng, budget) for name in claim.hypotheses}
    result.seconds = time.perf_counter() - start
    return result


def _verdict(evidence: list[Evidence], counterexample: dict[str, Any] | None, enough: bool) -> tuple[str, str]:
    failed = [e for e in evidence if e.holds is False and e.kind in ("text", "rate")]
    proofs = [e for e in evidence if e.kind == "proof"]
    proven = [e for e in proofs if e.holds]
    if counterexample:
        beside = "; a proof stands beside it, so one of them is not about the statement" if proven else ""
        return "refuted", f"a counterexample, replayed in {counterexample['arithmetic']} arithmetic{beside}"
    if failed:
        return "refuted", failed[0].method
    unknown = any(e.kind in ("search", "rate") and e.worst_margin is not None and np.isnan(e.worst_margin) for e in evidence)
    if unknown:
        beside = "; a proof stands beside them" if proven else ""
        return "undecided", f"the margin of some cases could not be computed, in high precision either{beside}"
    if proven:
        count = len(proven[0].lemmas)
        return "proved", f"by {count} lemma{'s' * (count > 1)} {proven[0].about}"
    searched = [e for e in evidence if e.kind in ("search", "rate")]
    if any(e.kind == "text" for e in evidence) and not proofs and not searched:
        return "proved", "every fact it rests on was computed"
    if not searched:
        return "undecided", "the proof is incomplete and nothing was sampled"
    if any(e.kind == "search" and e.cases and e.worst_margin is None and not e.margins for e in searched):
        return "undecided", "every margin is infinite, so that nothing was compared"
    if not enough:
        return "undecided", f"only {sum(e.cases for e in searched)} different cases that meet the hypotheses were found"
    return "unrefuted", f"{sum(e.cases for e in searched)} cases"


def _searched(found: Found, smallest: float | None) -> Evidence:
    sample = found.sample[np.isfinite(found.sample)]
    finite = np.quantile(sample, np.linspace(0, 1, 101)).tolist() if sample.size else []
    method = "bulk draws, then a local search from the worst"
    return Evidence("search", method, found.cases, smallest, found.seconds, margins=finite)


def _read(claim: Claim) -> Evidence:
    start = time.perf_counter()
    facts = claim.facts()
    if not facts:
        raise ValueError(f"{claim.id}: facts() gave none; without any nothing is proved")
    wrong = [f for f in facts if not f.holds]
    rows = [{"name": f.statement, "result": "holds" if f.holds else "fails", "detail": f.detail} for f in facts]
    method = f"does not hold: {wrong[0].statement} ({wrong[0].detail})" if wrong else "every fact holds"
    return Evidence("text", method, len(facts), seconds=time.perf_counter() - start, holds=not wrong, lemmas=rows)


def _confirm(
    claim: Claim, found: Found, dropped: str | None = None, tries: int = ELITE
) -> tuple[dict[str, Any] | None, float | None]:
    """The first of the worst cases that the replay confirms, shrunk, or None if all were rounding; and the smallest margin,
    with what rounding made negative replaced by what the replay found."""
    margins = [float(m) for m in found.margins[:tries]]
    if found.failing is not None:
        drawn = [single(found.failing, i) for i in range(len(next(iter(found.failing.values()))))]
        simplest = min(drawn, key=complexity)
        if replay(claim, simplest, dropped).refutes:
            small = shrink(claim, simplest, dropped)
            return describe(small, replay(claim, small, dropped)), margins[0]
    for index, margin in enumerate(margins):
        if not margin < 0:
            break
        case = single(found.worst or {}, index)
        replayed = replay(claim, case, dropped)
        if replayed.refutes:
            small = shrink(claim, case, dropped)
            return describe(small, replay(claim, small, dropped)), margin
        margins[index] = replayed.relative if replayed.met else np.inf  # a rounding outside a hypothesis: no case at all
    if found.failing is not None and dropped is None:  # rounding may crowd a counterexample out of the worst
        for case in drawn[:REPLAYS]:
            replayed = replay(claim, case)
            if replayed.refutes:
                small = shrink(claim, case)
                return describe(small, replay(claim, small)), margins[0]
            if replayed.met and np.isnan(replayed.relative):  # and a case that cannot be computed likewise
                margins.append(np.nan)
    real = [m for m in margins if m != np.inf]
    return None, float(np.min(real)) if real else None


def _met_exactly(claim: Claim, cases: Case) -> bool:
    """Whether one of the cases meets domain and hypotheses in the replay too: an equality that floats meet by rounding alone
    (x + y = 1 for the float nearest to 1 - x) does not, and whatever the margin is, the replay refutes nothing."""
    for index in range(len(next(iter(cases.values())))):
        try:
            if replay(claim, single(cases, index)).met:
                return True
        except (
            ArithmeticError,
            AttributeError,
            TypeError,
            ValueError,
        ):  # floats alone compute it; where it is negative this is raised
            return True
    return False


def describe(case: Case, replayed: Replay) -> dict[str, Any]:
    """A counterexample as plain data."""
    numbers = {name: np.asarray(value)[:1].tolist()[0] for name, value in case.items()}
    return {
        "case": numbers,
        "margin": replayed.margin,
        "arithmetic": replayed.arithmetic,
        "hypotheses": replayed.hypotheses,
    }


def _drop(claim: Claim, name: str, rng: Any, budget: str) -> dict[str, Any]:
    """Is hypothesis ``name`` needed? True with a case that fails without it, False if none is found, None if no case is.

    A tenth of the cases come first: where it is needed, one of these fails mostly.
    """
    most, found = (SLOW if claim.slow else DROPPED)[budget], Found()
    search(claim, rng, most // 10, dropped=name, rounds=0, found=found)
    case = _confirm(claim, found, dropped=name)[0] if found.clear else None
    if case is None:
        search(claim, rng, most, dropped=name, rounds=4, found=found)
        case, _ = _confirm(claim, found, dropped=name)
    return {"needed": case is not None if found.cases else None, "cases": found.cases, "case": case}
