"""Which claims reach which function: recorded from their own calls, on a handful of cases."""

from __future__ import annotations

import sys
import time
from types import FrameType
from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.evidence.claim import Claim
from verify.evidence.search import meets, take
from verify.power.places import PACKAGES

CASES = 64


def reached(claim: Claim) -> tuple[set[tuple[str, str]], float]:
    """(module, qualified name) of the functions of penalties, losses and methods that deciding the claim calls; seconds taken.

    An exception ends the recording of that part only: what was called before it counts.
    """
    seen: set[tuple[str, str]] = set()

    def record(frame: FrameType, event: str, argument: Any) -> None:
        module = frame.f_globals.get("__name__", "")
        if event == "call" and module.startswith(PACKAGES):
            seen.add((module, frame.f_code.co_qualname))

    start = time.perf_counter()
    before = sys.getprofile()
    sys.setprofile(record)
    try:
        for part in (_sample, _prove, _facts):
            try:
                part(claim)
            except Exception:
                continue
    finally:
        sys.setprofile(before)
    return seen, time.perf_counter() - start


def _sample(claim: Claim) -> None:
    if not claim.has("cases"):
        return
    with np.errstate(all="ignore"):
        case = claim.draw(np.random.default_rng(0), CASES)
        met = meets(claim, case)
        case = take(case, met if met.any() else slice(0, 1))
        claim.margin(case, NUMPY)
        if claim.has("bound"):
            claim.bound(case, NUMPY)


def _prove(claim: Claim) -> None:
    if claim.has("proof"):
        claim.proof()


def _facts(claim: Claim) -> None:
    if claim.has("facts"):
        claim.facts()
