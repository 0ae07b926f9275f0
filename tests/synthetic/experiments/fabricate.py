"""Rows of an experiment's jobs as a run writes them, without the run."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from synthetic.experiments import REGISTRY
from synthetic.job import Job
from synthetic.run import _names, problem_of
from synthetic.solvers import solver

SAMPLES = 400


def table(name: str, seeds: int = 2, bin: str = "clear", **numbers: float) -> pa.Table:
    """The experiment's jobs with these numbers in every row."""
    return of_jobs(REGISTRY[name]().jobs(seeds, None), bin, **numbers)


def of_jobs(jobs: list[Job], bin: str = "clear", **numbers: float) -> pa.Table:
    rows = [row for job in jobs for row in _rows(job, bin, numbers)]
    return pa.table({name: [row.get(name) for row in rows] for name in dict.fromkeys(name for row in rows for name in row)})


def _rows(job: Job, bin: str, numbers: dict[str, float]) -> list[dict[str, Any]]:
    names = _names(job, problem_of(job), SAMPLES, solver(job.method, job.settings).label())
    steps = job.epochs * (SAMPLES // (job.batch or SAMPLES))
    rows: list[dict[str, Any]] = []
    for seed in range(len(job.data_seeds) * len(job.run_seeds)):
        both = names | {"point": "iterate", "solver_name": names["solver_name"] + ",point=iterate]", "idx_rep": seed}
        at = {"objective_correct": 0.9, "objective_error": 0.1, "objective_distance": 0.5, "objective_gap": 0.2}
        at |= {"objective_estimate_error": 0.1, "objective_raw_error": 0.4}
        last = {"objective_stays": 1.0, "objective_still": 1.0, "margin": 0.3, "smallest": 0.2, "noise_group": 0.5}
        last |= {"noise_break": 0.1, "planted_agreement": 0.75}
        rows += [both | at | numbers | {"kind": "curve", "stop_val": t} for t in (max(1, steps // 2), steps)]
        rows.append(both | at | last | numbers | {"kind": "final", "stop_val": steps, "bin": bin})
    return rows
