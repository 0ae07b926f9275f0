"""Decide many claims at once, in worker processes of one thread each: the same result whatever the number of jobs."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

from verify.evidence.claim import Claim, Result
from verify.evidence.decide import decide
from verify.evidence.load import Job
from verify.jobs.processes import submitted

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def run(
    claims: Sequence[Claim],
    budget: str = "quick",
    seed: int = 0,
    *,
    jobs: int | None = None,
    seconds: Mapping[str, float] | None = None,
    done: Callable[[Result], None] | None = None,
) -> list[Result]:
    """Decide every claim with ``decide(claim, budget, seed)`` in ``jobs`` processes (default: one a core); results in order.

    ``seconds`` are times known from before: the longest start first. ``done`` is called with each result as it comes. A claim
    whose code raises, or whose process dies, is ``undecided`` with the reason. KeyboardInterrupt ends the workers and is
    passed on. Claims must live in importable modules or files, since the workers import them again.
    """
    results: dict[str, Result] = {}

    def finish(result: Result) -> None:
        results[result.id] = result
        if done is not None:
            done(result)

    known = seconds or {}
    claims = list({claim.id: claim for claim in claims}.values())
    order = sorted(claims, key=lambda c: (-known.get(c.id, 1e9 if c.slow else 1e8), c.id))
    with _single_threads():
        died = _pool([Job.of(claim) for claim in order], budget, seed, jobs or os.cpu_count() or 1, finish)
        for job in died:  # its process did, perhaps for want of memory beside the others: again, on its own
            if _pool([job], budget, seed, 1, finish):
                finish(_undecided(job, "its process died (out of memory, or a crash in a library)"))
    return [results[claim.id] for claim in claims]


def _pool(jobs: list[Job], budget: str, seed: int, workers: int, finish: Callable[[Result], None]) -> list[Job]:
    """Run the jobs; return those whose process died."""
    died = []
    with submitted([(_work, job, budget, seed) for job in jobs], workers) as futures:
        job_of = dict(zip(futures, jobs, strict=True))
        for future in as_completed(futures):
            error = future.exception()
            if isinstance(error, BrokenProcessPool):
                died.append(job_of[future])
            else:
                finish(future.result() if error is None else _undecided(job_of[future], in_one_line(error)))
    return died


def _work(job: Job, budget: str, seed: int) -> Result:
    start = time.perf_counter()
    try:
        return decide(job.claim(), budget, seed)
    except Exception as error:
        own = getattr(sys.modules.get(job.module), "__file__", None)
        return _undecided(job, in_one_line(error, own), time.perf_counter() - start)


def _undecided(job: Job, reason: str, seconds: float = 0.0) -> Result:
    return Result(job.id, "undecided", job.expected, reason, [], seconds=seconds)


def in_one_line(error: BaseException, own: str | None = None) -> str:
    """The exception in one line, with the last place in the user's own file. Where it has none there: with the last place, but
    for one without source, and for a raise statement, which says itself what is wrong."""
    said = " ".join(f"{type(error).__name__}: {error}".split())
    frames = traceback.extract_tb(error.__traceback__)
    last = [frame for frame in frames[-1:] if not (frame.line or "raise").startswith("raise")]
    places = [frame for frame in frames if frame.filename == own] or last
    if not places or isinstance(error, SyntaxError):
        return said
    return f"{said} (in {places[-1].name}, {Path(places[-1].filename).name} line {places[-1].lineno})"


@contextmanager
def _single_threads() -> Iterator[None]:
    """Workers that start inside see one thread for linear algebra: neither crowded cores nor sums in another order."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
