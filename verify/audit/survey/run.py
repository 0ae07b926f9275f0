"""Audit the maps of several libraries, in worker processes of one thread each."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from verify.audit.peers import load
from verify.audit.survey.row import Row, of_map


def audit(names: Sequence[str], seed: int, jobs: int, done: Callable[[str, Row], None]) -> dict[str, list[Row]]:
    """The rows of each library in the order of its file; ``done`` is called with each as it comes.

    A spawned process starts clean: numba, PyTorch and their threads do not survive a fork.
    """
    work = [(name, number) for name in names for number in range(len(load(name).maps))]
    rows: dict[tuple[str, int], Row] = {}
    with ProcessPoolExecutor(min(jobs, len(work)), get_context("spawn"), quiet_worker) as pool:
        try:
            futures = {pool.submit(_one, name, number, seed): (name, number) for name, number in work}
            for future in as_completed(futures):
                rows[futures[future]] = future.result()
                done(futures[future][0], future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return {name: [rows[place] for place in work if place[0] == name] for name in names}


def _one(name: str, number: int, seed: int) -> Row:
    peer = load(name)
    return of_map(peer, peer.maps[number], seed)


def quiet_worker() -> None:
    """What a process of a pool does first: one thread, and no warnings of libraries."""
    logging.disable(logging.WARNING)  # PyTorch and torchao tell on import what they could not load
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
