"""Run ``check_prox`` with its default settings on wrong maps and on right ones."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from verify.audit import Report, check_prox
from verify.audit.power.equivalent import argument
from verify.audit.power.mutants import MAPS, mutants
from verify.audit.power.right import right
from verify.audit.power.known import KNOWN
from verify.power.places import Mutant, seeded


@dataclass(frozen=True)
class Outcome:
    """``found`` are the kinds of the findings, the first that of the smallest counterexample, which ``text`` shows.
    ``reason``: why a mutant that was not found is no mistake."""

    name: str
    mistake: str
    found: tuple[str, ...]
    seconds: float
    text: str = ""
    reason: str | None = None


def wrong_maps(count: int, seed: int, jobs: int) -> Iterator[Outcome]:
    """The outcome of every known wrong map and of ``count`` mutants drawn by ``seed``, as they come."""
    tasks: list[tuple[Any, ...]] = [(_known, number, seed) for number in range(len(KNOWN))]
    yield from _all(tasks + [(_mutant, mutant, names, seed) for mutant, names in mutants(count, seed)], jobs)


def right_maps(seeds: Sequence[int], libraries: Sequence[str], jobs: int) -> Iterator[Outcome]:
    """The outcome of every right map for every seed: every finding is a false alarm. The libraries must be installed."""
    names = [(library, name) for library in libraries for name in right(library)]
    yield from _all([(_right, library, name, seed) for seed in seeds for library, name in names], jobs)


def _all(tasks: Sequence[tuple[Any, ...]], jobs: int) -> Iterator[Outcome]:
    if jobs == 1:
        yield from (task(*arguments) for task, *arguments in tasks)
        return
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    with ProcessPoolExecutor(min(jobs, len(tasks)), get_context("spawn")) as pool:
        for future in as_completed([pool.submit(*task) for task in tasks]):
            yield future.result()


def _known(number: int, seed: int) -> Outcome:
    wrong = KNOWN[number]
    report = check_prox(wrong.prox, wrong.value, **wrong.settings, seed=seed, raise_on_error=False)
    return _outcome(wrong.name, wrong.mistake, report)


def _mutant(mutant: Mutant, names: Sequence[str], seed: int) -> Outcome:
    """By the first of the maps that reach it and are found wrong."""
    seconds, outcome = 0.0, None
    for name in names:
        prox, value, settings = MAPS[name]
        with seeded(mutant):
            report = check_prox(prox, value, **settings, seed=seed, raise_on_error=False)
        seconds += report.seconds
        outcome = _outcome(name, str(mutant), report, seconds)
        if outcome.found:
            return outcome
    return Outcome(", ".join(names), str(mutant), (), seconds, reason=argument(mutant))


def _right(library: str, name: str, seed: int) -> Outcome:
    prox, value, settings = right(library)[name]
    return _outcome(f"{library} {name}", f"seed {seed}", check_prox(prox, value, **settings, seed=seed, raise_on_error=False))


def _outcome(name: str, mistake: str, report: Report, seconds: float | None = None) -> Outcome:
    kinds = tuple(finding.kind for finding in report.findings)
    text = str(report.smallest) if report.smallest else ""
    return Outcome(name, mistake, kinds, report.seconds if seconds is None else seconds, text)
