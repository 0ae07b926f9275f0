"""Seed mistakes one at a time and run the claims that reach them until one changes its verdict."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, as_completed
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from verify.evidence.claim import CLAIMS
from verify.jobs.processes import submitted
from verify.power.places import Mutant, seeded
from verify.power.reach import reached

LONGEST = 60  # seconds of CPU a claim may take on a mutant before the mistake counts as caught: it made the code hang

Reach = dict[tuple[str, str], list[tuple[float, str]]]


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: the claim that caught it and how, or None and how many claims reached it."""

    mutant: Mutant
    caught_by: str | None
    how: str
    tried: int


def record(jobs: int, tick: Callable[[], Any] = lambda: None) -> Reach:
    """The claims that reach each function, quickest first."""
    from verify.claims import load

    reach: Reach = {}
    ids = list(load())
    with _submitted([(_reached, id) for id in ids], jobs) as futures:
        id_of = dict(zip(futures, ids, strict=True))
        for future in as_completed(futures):
            seen, seconds = future.result()
            for function in seen:
                reach.setdefault(function, []).append((seconds, id_of[future]))
            tick()
    return {function: sorted(claims) for function, claims in reach.items()}


def hunt(mutants: list[Mutant], reach: Reach, jobs: int, seed: int = 0) -> Iterator[Outcome]:
    """The outcome of each mutant, as they come."""
    calls = [(_try, m, [c for _, c in reach.get((m.module, m.function), [])], seed) for m in mutants]
    with _submitted(calls, jobs) as futures:
        for future in as_completed(futures):
            yield future.result()


def _submitted(calls: Sequence[Sequence[Any]], jobs: int) -> AbstractContextManager[list[Future[Any]]]:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    return submitted(calls, jobs, _load)


def _load() -> None:
    from verify.claims import load

    load()


def _reached(id: str) -> tuple[set[tuple[str, str]], float]:
    return reached(CLAIMS[id])


def _try(mutant: Mutant, ids: list[str], seed: int) -> Outcome:
    from verify.evidence.decide import decide

    with seeded(mutant):
        for tried, id in enumerate(ids, 1):
            claim = CLAIMS[id]
            try:
                with _at_most(LONGEST):
                    result = decide(claim, "quick", seed, drop=False)
            except Exception as error:
                return Outcome(mutant, id, f"raises {type(error).__name__}", tried)
            if not result.as_expected:
                return Outcome(mutant, id, f"{claim.expected} became {result.verdict}", tried)
    return Outcome(mutant, None, "no claim reaches it" if not ids else "every claim kept its verdict", len(ids))


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    def stop(number: int, frame: Any) -> None:
        raise TimeoutError(f"more than {seconds} s")

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
