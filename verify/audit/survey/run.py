"""Audit the maps of several libraries, in worker processes of one thread each."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import as_completed

from verify.audit.peers import load
from verify.audit.survey.row import Row, of_map
from verify.jobs.processes import submitted


def audit(names: Sequence[str], seed: int, jobs: int, done: Callable[[str, Row], None]) -> dict[str, list[Row]]:
    """The rows of each library in the order of its file; ``done`` is called with each as it comes."""
    work = [(name, number) for name in names for number in range(len(load(name).maps))]
    rows: dict[tuple[str, int], Row] = {}
    with submitted([(_one, *place, seed) for place in work], jobs, quiet_worker) as futures:
        place_of = dict(zip(futures, work, strict=True))
        for future in as_completed(futures):
            place = place_of[future]
            rows[place] = future.result()
            done(place[0], rows[place])
    return {name: [rows[place] for place in work if place[0] == name] for name in names}


def _one(name: str, number: int, seed: int) -> Row:
    peer = load(name)
    return of_map(peer, peer.maps[number], seed)


def quiet_worker() -> None:
    """What a process of a pool does first: one thread, and no warnings of libraries."""
    logging.disable(logging.WARNING)  # PyTorch and torchao tell on import what they could not load
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
