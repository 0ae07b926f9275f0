"""Search for a case with a negative margin: bulk draws, then a local search from the worst cases found."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.evidence.apart import check_apart
from verify.evidence.claim import Case, Claim

ELITE = 16
FAILING = 256
CLEAR = -1e-9  # a relative margin that float rounding does not produce in these claims; the replay has the last word


@dataclass
class Found:
    """What a search has found. ``drawn`` cases were generated, ``cases`` different ones met the hypotheses. ``worst`` is a
    batch of the ELITE cases of least relative margin, the least first, and ``margins`` are theirs. ``clear`` counts the drawn
    cases whose margin is below CLEAR; ``failing`` keeps up to FAILING of these, since a simple one is a better start for
    shrinking than the worst. ``first`` are up to ELITE cases as they were drawn. ``sample`` are margins for a histogram,
    ``seen`` hashes of all cases looked at."""

    cases: int = 0
    drawn: int = 0
    clear: int = 0
    seen: set[int] = field(default_factory=set)
    first: Case | None = None
    worst: Case | None = None
    failing: Case | None = None
    margins: Any = field(default_factory=lambda: np.empty(0))
    sample: Any = field(default_factory=lambda: np.empty(0))
    seconds: float = 0.0

    @property
    def worst_margin(self) -> float | None:
        return float(self.margins[0]) if self.margins.size else None


def meets(claim: Claim, case: Case, dropped: str | None = None) -> Any:
    """Which cases of the batch meet every hypothesis, and violate the dropped one."""
    size = len(next(iter(case.values())))
    met = np.ones(size, dtype=bool)
    if claim.has("domain"):
        met &= claim.domain(case, NUMPY)
    inside = np.flatnonzero(met)  # outside the domain a condition may have no meaning: a step of the search to lam < 0
    case = case if inside.size == size else take(case, inside)
    for name, hypothesis in claim.hypotheses.items() if inside.size else ():
        holds = np.broadcast_to(np.asarray(hypothesis.holds(case, NUMPY), dtype=bool), inside.shape)
        met[inside] &= ~holds if name == dropped else holds
    return met


def relative_margin(claim: Claim, case: Case) -> Any:
    """Margins over bounds; NaN counts as the worst there is, so that a broken computation is looked at."""
    with np.errstate(all="ignore"):
        margin = np.asarray(claim.margin(case, NUMPY), dtype=np.float64)
        if claim.has("bound"):
            bound = np.abs(np.asarray(claim.bound(case, NUMPY), dtype=np.float64))
            margin = margin / np.where((bound > 0) & (bound < np.inf), bound, 1.0)
    return np.where(np.isnan(margin), -np.inf, margin)


def take(case: Case, index: Any) -> Case:
    return {name: np.asarray(value)[index] for name, value in case.items()}


def join(a: Case | None, b: Case) -> Case:
    return b if a is None else {name: np.concatenate([a[name], b[name]]) for name in b}


def search(
    claim: Claim,
    rng: Any,
    wanted: int,
    dropped: str | None = None,
    batch: int = 4096,
    rounds: int = 12,
    found: Found | None = None,
) -> Found:
    """At least ``wanted`` different cases that meet the hypotheses (fewer only if draws run out), those of ``found`` among
    them, then ``rounds`` of local search."""
    start, found = time.perf_counter(), found or Found()
    batch, again = min(batch, max(wanted, 64)), 0
    with np.errstate(all="ignore"):
        while found.cases < wanted and found.drawn < 40 * max(wanted, batch):
            case, before = claim.draw(rng, batch, dropped), found.cases
            found.drawn += batch
            met = _absorb(claim, found, case, dropped)
            again = 0 if found.cases > before else again + met
            if again >= max(batch, 10 * found.cases):  # there are few, and all of them were looked at
                break
        for scale in np.geomspace(0.3, 1e-6, rounds):
            if found.worst is not None:
                _absorb(claim, found, _perturb(found.worst, rng, scale), dropped, counts=False)
    found.seconds += time.perf_counter() - start
    return found


def _absorb(claim: Claim, found: Found, case: Case, dropped: str | None, counts: bool = True) -> int:
    """Look at those cases of the batch that meet the hypotheses, and were not looked at; how many meet them."""
    met = np.flatnonzero(meets(claim, case, dropped))
    if not met.size:
        return 0
    case = take(case, met)
    new = _unseen(found, case)
    if not new:
        return met.size
    case = take(case, new)
    if not found.cases and dropped is None:
        check_apart(claim, case)
    margins = relative_margin(claim, case)
    if counts:
        found.cases += len(new)
        found.first = found.first or take(case, slice(ELITE))
        clear = np.flatnonzero(margins < CLEAR)
        found.clear, clear = found.clear + clear.size, clear[:FAILING]
        if clear.size and (found.failing is None or len(next(iter(found.failing.values()))) < FAILING):
            found.failing = join(found.failing, take(case, clear))
        if found.sample.size < 20000:
            found.sample = np.concatenate([found.sample, margins])
    pool = join(found.worst, take(case, np.argsort(margins, kind="stable")[:ELITE]))
    values = np.concatenate([found.margins, np.sort(margins, kind="stable")[:ELITE]])
    order = np.argsort(values, kind="stable")[:ELITE]
    found.worst, found.margins = take(pool, order), values[order]
    return met.size


def _unseen(found: Found, case: Case) -> list[int]:
    """Where in the batch the cases are that were not looked at before, one for each; from now on they were."""
    rows = np.concatenate([_rows(value) for value in case.values()], axis=1)
    at = {hash(row): index for index, row in enumerate(rows.view(f"V{rows.shape[1]}")[:, 0].tolist())}
    new = [index for key, index in at.items() if key not in found.seen]
    found.seen.update(at)
    return new


def _rows(value: Any) -> Any:
    """The bytes of each case's numbers; of Python objects (fractions, say) those of the hashes of their digits: -1 and -2 have
    one hash."""
    flat = np.ascontiguousarray(value).reshape(len(value), -1)
    return (np.vectorize(lambda v: hash(str(v)), otypes=[np.int64])(flat) if flat.dtype == object else flat).view(np.uint8)


def _perturb(case: Case, rng: Any, scale: float, copies: int = 8) -> Case:
    """Copies of the cases with their floats moved by a relative and a small absolute amount, some entries left alone."""
    moved = {}
    for name, value in case.items():
        copied = np.repeat(value, copies, axis=0)
        moved[name] = copied
        if copied.dtype.kind == "f":
            still = rng.random(copied.shape) < 0.5
            step = scale * (copied + 0.1 * np.max(np.abs(copied), initial=0.0, axis=-1, keepdims=True))
            moved[name] = np.where(still, copied, copied + rng.normal(size=copied.shape) * step)
    return moved
