"""A user's file whose jobs take no time and are logged, and which kills its own processes where a test asks for it.

LOG is a file to which the number of each job computed is appended. KILL=point:n ends all processes of the group with SIGKILL
when one of them reaches the point for the n-th time: "begun" (a lease is held), "half" (half of a file is written), "written"
(all of it, not yet renamed; of the table, "tabled"), "renamed".
"""

from __future__ import annotations

import hashlib
import os
import signal
import stat
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import sleep
from typing import Any

import synthetic.run
import synthetic.version
from synthetic.experiments import Experiment
from synthetic.job import Job
from synthetic.problems import Problem

POINT, _, TURN = os.environ.get("KILL", "never:1").partition(":")
_passes = count(1)


def reach(point: str, before: Any = lambda: None) -> None:
    if point == POINT and next(_passes) == int(TURN):
        before()
        os.killpg(os.getpgrp(), signal.SIGKILL)
        sleep(60)


def run(job: Job) -> list[dict[str, Any]]:
    reach("begun")
    sleep(float(os.environ.get("SECONDS", "0")))
    if "LOG" in os.environ:
        with Path(os.environ["LOG"]).open("a") as log:
            log.write(f"{job.parameters['number']}\n")
    seconds = int(hashlib.sha256(repr(job).encode()).hexdigest()[:8], 16) / 7e9  # as odd as a measured time, but the same again
    name = {"objective_name": "structure", "dataset_name": "Stub", "solver_name": "SGD[batch=1,point=iterate]"}
    same = {**name, "kind": "final", "sampling_strategy": "callback", "stop_val": 1, "bin": "clear", "time": seconds}
    return [{**same, "idx_rep": seed, "objective_stays": 1.0, "objective_gap": seconds / 3} for seed in job.data_seeds]


synthetic.run.run = run
synthetic.version.code_version = lambda: "stub"  # an edit elsewhere during the test changes no name


@dataclass(frozen=True)
class Stub(Problem):
    """Nothing to solve."""

    number: int = 0


class Stubs(Experiment):
    """Jobs that only write their result."""

    def jobs(self, seeds: int | None, methods: Any) -> list[Job]:
        return [Job("Stub", "SGD", 1, 1, parameters={"number": n}, experiment=self.name) for n in range(seeds or 1)]


def fsync(handle: int, flush: Any = os.fsync) -> None:
    if stat.S_ISREG(os.fstat(handle).st_mode):
        reach("half", lambda: os.truncate(handle, os.fstat(handle).st_size // 2))
    flush(handle)


def replace(source: Any, target: Any, rename: Any = os.replace) -> None:
    reach("tabled" if Path(target).name == "results.parquet" else "written")
    rename(source, target)
    reach("renamed")


os.fsync, os.replace = fsync, replace
