"""Which claims reach which function: recorded from their own calls, on a handful of cases."""

from __future__ import annotations

import time

import numpy as np

from verify.arrays import NUMPY
from verify.evidence.claim import Claim
from verify.evidence.ran import recording
from verify.evidence.search import meets, take

CASES = 64


def reached(claim: Claim) -> tuple[set[tuple[str, str]], float]:
    """(module, qualified name) of the functions of penalties, losses and methods that deciding the claim calls; seconds taken.

    An exception ends the recording of that part only: what was called before it counts.
    """
    start = time.perf_counter()
    with recording() as seen:
        for part in (_sample, _prove, _facts):
            try:
                part(claim)
            except Exception:
                continue
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
