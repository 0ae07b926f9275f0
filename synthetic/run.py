"""Runs a job: all its seeds, in batches that fit the cache, measured at every step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from synthetic.job import Job
from synthetic.loop import iterates, plan_of
from synthetic.measures.noise import at_optimum
from synthetic.measures.record import Columns, Record
from synthetic.measures.structure import agreement, structure
from synthetic.problems import REGISTRY, Instance, Problem
from synthetic.reference import Reference, cached, certify
from synthetic.sampling import Sampler
from synthetic.solvers import solver
from verify.files import cache_folder
from verify.penalties.base import keep_freed_memory

COORDINATES = 2**14  # of one batch of runs: its temporaries then stay in the level-2 cache
LEAST_RUNS = 16  # in one batch all the same, or the calls would cost more than the arithmetic

Row = dict[str, Any]


def run(job: Job) -> list[Row]:
    """Tidy rows, scalars alone: for each run and point ("iterate", and "prox" where the method has one) one row of kind "final"
    and some of kind "curve".

    All but "time" (seconds a run, its checkpoints not counted) is a function of the job, and of a seed's own part of it to
    rounding: neither the other seeds nor the size of the batches matter. Raises ValueError for a problem, method, parameter or
    setting that there is not.
    """
    problem = problem_of(job)
    solver(job.method, job.settings)
    keep_freed_memory()
    size = sum(value[0].size for value in _instance(problem, job.data_seeds[:1]).start().values())
    most = max(LEAST_RUNS, COORDINATES // size)
    with np.errstate(all="ignore"):
        sets = max(1, most // len(job.run_seeds))
        return [row for data in _parts(job.data_seeds, sets) for row in _data_sets(job, problem, data, most)]


def problem_of(job: Job) -> Problem:
    """The job's problem. Raises ValueError for a name or parameter that there is not."""
    if job.problem not in REGISTRY:
        raise ValueError(f"there is no problem {job.problem!r}; there are {', '.join(sorted(REGISTRY))}")
    known = [f.name for f in fields(REGISTRY[job.problem])]
    unknown = sorted(set(job.parameters) - set(known))
    if unknown:
        raise ValueError(f"{job.problem} has no parameter {', '.join(unknown)}; it has {', '.join(known) or 'none'}")
    return REGISTRY[job.problem](**job.parameters)


def _data_sets(job: Job, problem: Problem, data_seeds: tuple[int, ...], most: int) -> Iterator[Row]:
    base, reference = _instance(problem, data_seeds), _certified(problem, data_seeds)
    planted = {} if base.truth is None else _planted(base, reference)
    of_set = (
        {name: getattr(reference, name) for name in ("kkt", "margin", "smallest", "bin")}
        | at_optimum(base, reference, job.batch, job.sampling, data_seeds)
        | planted
    )
    for run_seeds in _parts(job.run_seeds, most):
        k = len(run_seeds)
        instance, repeated = base.repeat(k), reference.repeat(k)
        seeds = [(data, seed) for data in data_seeds for seed in run_seeds]
        sampler = Sampler(base.samples, job.batch, job.sampling, seeds)
        method = solver(job.method, job.settings)
        record = Record(instance, repeated, method, plan_of(instance, sampler, job.epochs))
        for step in iterates(instance, method, sampler, record.plan):
            record.see(step)
        names = _names(job, problem, base.samples, method.label())
        fixed = {name: np.repeat(value, k) for name, value in of_set.items()}
        for point, final in record.finals().items():
            both = names | {"point": point, "solver_name": f"{names['solver_name']},point={point}]"}
            for kind, columns in [("final", final | fixed), *(("curve", curve) for curve in record.curves[point])]:
                yield from _rows(both | {"kind": kind} | columns, job, seeds)


@lru_cache(maxsize=2)  # for the next job of this process, which as a rule is another method on the same data
def _instance(problem: Problem, data_seeds: tuple[int, ...]) -> Instance:
    return problem.instance(data_seeds)


@lru_cache(maxsize=2)
def _certified(problem: Problem, data_seeds: tuple[int, ...]) -> Reference:
    instance = _instance(problem, data_seeds)
    return cached(instance, cache_folder()) if problem.costly else certify(instance)


def _planted(base: Instance, reference: Reference) -> Columns:
    planted = structure(base.blocks, base.spread(base.truth or {}))
    return {"planted_agreement": agreement(structure(base.blocks, reference.w), planted)}


def _names(job: Job, problem: Problem, samples: int, settings: str) -> Row:
    given = ",".join(f"{name}={value}" for name, value in job.parameters.items())
    batch, sampling = job.batch or samples, job.sampling if job.batch else "whole"
    pairs = ",".join(filter(None, [settings, f"batch={batch},sampling={sampling},epochs={job.epochs}"]))
    return {
        "objective_name": "structure",
        "dataset_name": f"{job.problem}[{given}]" if given else job.problem,
        "solver_name": f"{job.method}[{pairs}",
        "sampling_strategy": "callback",
        "experiment": job.experiment,
        "problem": job.problem,
        "method": job.method,
        "settings": settings,
        "batch": batch,
        "sampling": sampling,
        "epochs": job.epochs,
        "covered": problem.covered,
    }


def _rows(columns: Columns, job: Job, seeds: Sequence[tuple[int, int]]) -> Iterator[Row]:
    a_run = {name: value.tolist() for name, value in columns.items() if isinstance(value, np.ndarray)}
    same = {name: value for name, value in columns.items() if name not in a_run}
    for i, (data, seed) in enumerate(seeds):
        index = job.data_seeds.index(data) * len(job.run_seeds) + job.run_seeds.index(seed)
        own = {name: values[i] for name, values in a_run.items()}
        yield same | own | {"idx_rep": index, "data_seed": data, "run_seed": seed}


def _parts(seeds: tuple[int, ...], most: int) -> list[tuple[int, ...]]:
    """At most ``most`` at a time, in parts as equal as they can be."""
    count = -(-len(seeds) // most)
    edges = [len(seeds) * i // count for i in range(count + 1)]
    return [seeds[a:b] for a, b in pairwise(edges)]
