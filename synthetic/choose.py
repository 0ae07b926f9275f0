"""Which experiments, problems and methods a command line means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from synthetic.experiments import REGISTRY as EXPERIMENTS
from synthetic.experiments import Experiment
from synthetic.job import Job
from synthetic.problems import REGISTRY as PROBLEMS
from synthetic.run import problem_of
from synthetic.solvers import REGISTRY as SOLVERS
from synthetic.solvers import solver
from verify.evidence.run import in_one_line
from verify.names import hint
from verify.user_files import import_file

KINDS: tuple[Mapping[str, type], ...] = (EXPERIMENTS, PROBLEMS, SOLVERS)


@dataclass(frozen=True)
class Chosen:
    """What the targets mean: experiments, the names of the problems, methods and experiments of the user's own, their files,
    and whether methods are ``compared`` on problems by name."""

    experiments: tuple[Experiment, ...]
    own: frozenset[str]
    files: tuple[Path, ...]
    compared: bool


def choose(targets: Sequence[str], compare: Callable[[tuple[str, ...]], Experiment]) -> Chosen:
    """The experiments named by ``targets``: names, files ``*.py`` that define some, and for problems ``compare(problems)``.

    Raises click.UsageError for an unknown name, a file that cannot be imported, and a call that names nothing to run on.
    """
    files = {_imported(Path(target).resolve()): Path(target).resolve() for target in targets if target.endswith(".py")}
    own = [[name for name, cls in kind.items() if cls.__module__ in files] for kind in KINDS]
    own_experiments, own_problems, own_methods = own
    names = [target for target in targets if not target.endswith(".py")]
    for name in names:
        check(name, {**EXPERIMENTS, **PROBLEMS}, "experiment or problem")
    experiments = [name for name in names if name in EXPERIMENTS] + own_experiments
    problems = [name for name in names if name in PROBLEMS] + ([] if own_experiments else own_problems)
    if files and not experiments and not problems:
        example = f"proxproof bench {targets[0]} {min(PROBLEMS)}"
        raise click.UsageError(f"{', '.join(own_methods)}: name a problem or an experiment to run it on, as in: {example}")
    if not targets:
        experiments = [name for name, experiment in EXPERIMENTS.items() if experiment.default]
    found = [EXPERIMENTS[name]() for name in dict.fromkeys(experiments)]
    compared = [compare(tuple(dict.fromkeys(problems)))] if problems else []
    own_names = frozenset(name for kind in own for name in kind)
    return Chosen((*found, *compared), own_names, tuple(files.values()), bool(problems))


def methods_of(text: Sequence[str]) -> list[str] | None:
    """The methods of ``--methods``, commas apart; None where the option is not given. Raises click.UsageError for an unknown
    one, and where there is none."""
    names = list(dict.fromkeys(name.strip() for part in text for name in part.split(",") if name.strip()))
    for name in names:
        check(name, SOLVERS, "method")
    if text and not names:
        raise click.UsageError("--methods names no method: give names with commas between, or leave the option out for all")
    return names or None


def jobs_of(experiments: Iterable[Experiment], seeds: int | None, methods: Sequence[str] | None) -> list[Job]:
    """All jobs, each with parameters and settings that its problem and method accept; click.UsageError otherwise."""
    jobs = []
    for experiment in experiments:
        try:
            found = list(experiment.jobs(seeds, methods))
        except Exception as error:
            raise click.UsageError(f"{experiment.name}: {in_one_line(error)}") from error
        wrong = [job for job in found if not (isinstance(job, Job) and job.experiment == experiment.name)]
        if wrong:
            asked = f"jobs() must return Jobs with experiment={experiment.name!r}"
            raise click.UsageError(f"{experiment.name}: {asked}; got {wrong[0]!r}")
        jobs += found
    for job in jobs:
        try:
            problem_of(job)
            solver(job.method, job.settings)
        except (TypeError, ValueError) as error:
            raise click.UsageError(f"{job.experiment}, {job.method} on {job.problem}: {in_one_line(error)}") from error
    if not jobs:
        raise click.UsageError(f"nothing to run: no experiment chosen has a place for {', '.join(methods or ['any method'])}")
    return jobs


def check(name: str, known: Mapping[str, Any], kind: str) -> None:
    """Raise click.UsageError, with near matches, for a name that is not known."""
    if name in known:
        return
    raise click.UsageError(f"unknown {kind} {name!r}; {hint(name, known) or 'proxproof bench --list shows all'}")


def _imported(file: Path) -> str:
    """The name of the file's module. Raises click.UsageError where it defines nothing that can be run."""
    if not file.is_file():
        raise click.UsageError(f"no such file: {file}")
    try:
        module = import_file(file)
    except (Exception, SystemExit) as error:
        raise click.UsageError(f"cannot import {file}: {in_one_line(error, str(file))}") from error
    if not any(cls.__module__ == module for kind in KINDS for cls in kind.values()):
        raise click.UsageError(
            f"{file} defines no problem, method or experiment: derive a class from synthetic.problems.Problem, "
            "synthetic.solvers.Solver or synthetic.experiments.Experiment"
        )
    return module
