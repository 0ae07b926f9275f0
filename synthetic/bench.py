"""A whole benchmark: what is missing is run, all is put in one table, drawn and summarised."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from synthetic import table as tables
from synthetic import version
from synthetic.choose import Chosen
from synthetic.experiments import Experiment
from synthetic.job import Job
from synthetic.progress import Progress
from synthetic.store import DamagedFile, Store
from synthetic.summary import summary
from synthetic.task import Setting, Task, look_in
from verify.evidence.run import in_one_line
from verify.files import check_folder
from verify.jobs import leases
from verify.jobs.engines import Engine, EngineError
from verify.jobs.sweep import Outcome, sweep
from verify.report.numbers import count
from verify.user_files import digest_of


def bench(
    chosen: Chosen, jobs: Sequence[Job], engine: Engine[Task, Outcome], out: Path, *, resume: bool, data: Path | None
) -> bool:
    """Run the jobs that have no result in ``out``, write results.parquet and figures/ there if any has one and print a summary.

    True when every job and figure succeeded. Raises click.UsageError for a folder that cannot be used, and
    passes KeyboardInterrupt on: what is done is kept.
    """
    console = Console(highlight=False)
    console.width = console.width if console.is_terminal else 120
    files = {file: digest_of(file) for file in chosen.files}
    store = Store(out, chosen.own, tuple(filter(None, files.values())))
    _open(store, resume)
    look_in(data)
    setting = Setting(store, tuple(files.items()), data, version.code_version())
    keys = {store.key(job): job for job in jobs}
    for key in keys:
        _must_be_file(store.path(key))
    missing = {key: job for key, job in keys.items() if not _kept(store, key, console)}
    with Progress(missing, len(keys) - len(missing), console) as progress:
        failed = _run([Task(setting, key, job) for key, job in missing.items()], engine, progress)
    path = out / "results.parquet"
    try:
        table = tables.collect(store, jobs)
        if table.num_rows:
            tables.write(table, path)
    except (DamagedFile, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    parts = [(experiment, tables.rows(table, experiment=experiment.name)) for experiment in chosen.experiments]
    if tabled := [part for experiment, part in parts if part.num_rows and experiment.tabled]:
        console.print(summary(tabled))
    others = len({path.stem for path in store.jobs.rglob("*.json")} - set(keys))
    unused = f"; {count(others, 'result')} of other jobs or other code kept there too" if others else ""
    lost, others_ran = sum(map(len, progress.failed.values())), progress.elsewhere
    said = f"{count(len(keys), 'job')}, {len(missing) - others_ran} run now"
    said += f", {others_ran} by another process" if others_ran else ""
    said += f", {lost} failed" if lost else ""
    console.print(f"{said}; {f'table: {path}' if path.exists() else 'no result'}{unused}", soft_wrap=True, markup=False)
    for experiment, part in parts:
        if part.num_rows:
            failed += _show(experiment, part, out / "figures", console)
    for line in failed:
        console.print(line, style="red", soft_wrap=True, markup=False)
    return not failed


def _run(tasks: Sequence[Task], engine: Engine[Task, Outcome], progress: Progress) -> list[str]:
    """Run the tasks; what failed, each reason once."""
    stopped = []
    try:
        with closing(sweep(tasks, engine, progress.waiting)) as outcomes:
            for outcome in outcomes:
                progress.add(outcome)
    except EngineError as error:
        raise click.UsageError(str(error)) from error
    except Exception as error:  # the engine's own: a cluster went away
        stopped = [f"the engine stopped: {in_one_line(error)}; what is done is kept, --resume goes on"]
    more = {reason: f" and {len(titles) - 1} more" if len(titles) > 1 else "" for reason, titles in progress.failed.items()}
    return [f"{titles[0]}{more[reason]}: {reason}" for reason, titles in progress.failed.items()] + stopped


def _open(store: Store, resume: bool) -> None:
    try:
        check_folder(store.folder)
    except OSError as error:
        raise click.UsageError(f"cannot write to the output folder {store.folder}: {error.strerror or error}") from error
    table = store.folder / "results.parquet"
    for path in (store.jobs, store.folder / "figures"):
        if path.exists() and not path.is_dir():
            raise click.UsageError(f"{path} must be a folder and is a file: move it away, or give --out another folder")
    _must_be_file(table)
    if not resume and (table.exists() or any(store.jobs.rglob("*.json"))):
        raise click.UsageError(f"{store.folder} has results: add --resume to go on with them, or --out for another folder")


def _must_be_file(path: Path) -> None:
    if path.is_dir():
        raise click.UsageError(f"{path} must be a file and is a folder: move it away, or give --out another folder")


def _kept(store: Store, key: str, console: Console) -> bool:
    """There is a sound result; a damaged one is named. What a kill left beside a result goes."""
    try:
        found = store.read(key) is not None
    except DamagedFile as error:
        console.print(f"{error}: its job runs again", style="yellow", soft_wrap=True, markup=False)
        return False
    if found:
        leases.sweep_up(store.path(key))
    return found


def _show(experiment: Experiment, part: Any, folder: Path, console: Console) -> list[str]:
    """The experiment's figure, and in a sentence what its rows show; what failed, in words."""
    try:
        folder.mkdir(exist_ok=True)
        experiment.figure(part, folder / f"{experiment.name}.png")
        if said := experiment.finding(part):
            console.print(f"{experiment.name}: {said}", markup=False)
    except Exception as error:
        return [f"figure {experiment.name} FAILED: {in_one_line(error)}"]
    return []
