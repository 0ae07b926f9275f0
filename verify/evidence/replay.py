"""Counterexamples again, in arithmetic in which rounding cannot have made them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from verify.arrays.exact import DecimalArrays, Inexact, RationalArrays
from verify.evidence.claim import Case, Claim

NOISE = 1e-30  # relative to the bound: 20 digits above the rounding of 50-digit arithmetic
_decimals = cache(DecimalArrays)


@dataclass(frozen=True)
class Replay:
    """The margin of one case in exact or high-precision arithmetic: are the hypotheses met, is it negative beyond doubt?"""

    arithmetic: str
    margin: str
    met: bool
    refutes: bool
    relative: float
    hypotheses: dict[str, str]


def single(case: Case, index: int) -> Case:
    """Case number ``index`` of a batch, as a batch of one."""
    return {name: np.asarray(value)[index : index + 1] for name, value in case.items()}


def convert(case: Case, xp: Any) -> Case:
    """Integers too become numbers of the namespace: those of NumPy overflow, and their quotients are floats."""
    return {name: xp.literals(value) for name, value in case.items()}


def _one(value: Any) -> Any:
    return np.asarray(value, dtype=object).reshape(-1)[0]


def _evaluate(claim: Claim, case: Case, xp: Any, dropped: str | None) -> Replay:
    with np.errstate(all="ignore"):
        exact = convert(case, xp)
        more = _decimals(2 * xp.context.dps) if isinstance(xp, DecimalArrays) else None
        closer = convert(case, more) if more else {}

        def settled(margin: Callable[[Case, Any], Any]) -> Any:
            """The margin; of decimals again with twice the digits, and 0 where it fell with them or has another sign: a tie is
            +-1e-51 in 50 digits, +-1e-21 where numbers are 1e30, and decides a branch either way."""
            value = _one(margin(exact, xp))
            if isinstance(xp, RationalArrays) and isinstance(value, float):
                raise Inexact("a float came in from outside the case")
            if more is not None and isinstance(value, float) and np.isfinite(value):
                return xp.nan  # a float came in here too
            if more is None or not abs(value) < xp.inf:
                return value
            again = _one(margin(closer, more))
            if value == 0:  # it may be what 50 digits cannot tell from 0
                return again if abs(again) > more.context.mpf(10) ** (5 - more.context.dps) else 0
            return again if abs(again) > abs(value) * NOISE and (again < 0) == (value < 0) else 0

        inside = {n: h for n, h in claim.hypotheses.items() if n != dropped}
        if claim.has("domain") and not _one(claim.domain(exact, xp)):
            return Replay(xp.name, "outside the domain", False, False, float("inf"), {})
        spare = {n: settled(h.margin) for n, h in inside.items()}
        met = all(bool(spare[n] > 0 if h.strict else spare[n] >= 0) for n, h in inside.items())
        shown = {n: _text(value) for n, value in spare.items()}
        margin = settled(claim.margin)
        bound = _one(claim.bound(exact, xp)) if claim.has("bound") else 1
    size = abs(bound) or 1
    noise = 0 if isinstance(xp, RationalArrays) else NOISE * size
    margin = 0 if abs(margin) <= noise else margin
    return Replay(xp.name, _text(margin), met, bool(met and margin < 0), float(margin / size), shown)


def replay(claim: Claim, case: Case, dropped: str | None = None, digits: int = 50) -> Replay:
    """Replay a batch of one: in rational numbers if the claim stays in them, else with ``digits`` digits."""
    try:
        return _evaluate(claim, case, RationalArrays(), dropped)
    except (Inexact, TypeError, ValueError, ZeroDivisionError, OverflowError, AttributeError):
        return _evaluate(claim, case, _decimals(digits), dropped)


def _text(value: Any) -> str:
    if hasattr(value, "_mpf_"):
        return value.context.nstr(value, 20)
    text = str(value)
    return text if len(text) <= 60 else f"{float(value):.17g} (a fraction of {len(text)} digits)"
