"""Run ``check_prox`` with its default settings on wrong maps and on right ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from verify.audit import Report, check_prox
from verify.audit.power.equivalent import argument
from verify.audit.power.known import KNOWN
from verify.audit.power.mutants import MAPS, mutants
from verify.audit.power.right import CHOSEN, right
from verify.audit.survey.run import quiet_worker
from verify.jobs.processes import submitted
from verify.power.places import Mutant, seeded

Task = tuple[Any, ...]  # a function and its arguments


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


def tasks_of_wrong(count: int, seed: int) -> list[Task]:
    """Every known wrong map, and ``count`` mutants drawn by ``seed``."""
    known: list[Task] = [(_known, number, seed) for number in range(len(KNOWN))]
    return known + [(_mutant, mutant, names, seed) for mutant, names in mutants(count, seed)]


def tasks_of_right(seeds: int) -> list[Task]:
    """Every right map with each of the first ``seeds`` seeds; a finding is a false alarm. The libraries must be installed."""
    return [(_right, library, name, seed) for seed in range(seeds) for library in CHOSEN for name in CHOSEN[library]]


def outcomes(tasks: Sequence[Task], jobs: int) -> Iterator[Outcome]:
    """In the order of the tasks, by worker processes of one thread each."""
    if jobs == 1:
        yield from (task(*arguments) for task, *arguments in tasks)
        return
    with submitted(tasks, jobs, quiet_worker) as futures:
        yield from (future.result() for future in futures)


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
