"""``proxproof bench``: choose jobs, run them, and show what they say."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.core import ParameterSource

from verify.commands.paths import Output


def _batch(_: click.Context, __: click.Parameter, text: str) -> int | None:
    """A batch size; None for the whole set."""
    if text == "full":
        return None
    if not text.isdecimal() or int(text) < 1:
        raise click.BadParameter(f"{text!r} is neither a number of samples >= 1 nor full")
    return int(text)


_SAMPLING = click.Choice(["independent", "reshuffled"])
_FOLDER = Output(path_type=Path, file_okay=False)
_COMPARED = ("batch", "epochs", "sampling")


@click.command(name="bench")
@click.argument("targets", nargs=-1, metavar="[PROBLEM | EXPERIMENT | FILE.py]...")
@click.option("--methods", multiple=True, metavar="NAME,...", help="Only these methods.")
@click.option("--seeds", type=click.IntRange(min=1), help="Seeds of a configuration.  [default: the experiment's own; 20]")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes at once.  [default: one a core]")
@click.option("--engine", default="local", show_default=True, help="local, dask:ADDRESS or slurm[:KEY=VALUE,...].")
@click.option("--out", type=_FOLDER, default=Path("bench"), show_default=True, help="Folder of the results.")
@click.option("--resume", is_flag=True, help="Go on in a folder with results, or share one with another process.")
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Folder of the real data sets.")
@click.option("--batch", default="32", metavar="N|full", callback=_batch, show_default=True, help="For problems by name.")
@click.option("--epochs", type=click.IntRange(1), default=200, show_default=True, help="For problems by name.")
@click.option("--sampling", type=_SAMPLING, default="independent", show_default=True, help="For problems by name.")
@click.option("--list", "show", is_flag=True, help="Show experiments, problems and methods with the claims they bear on.")
@click.pass_context
def command(
    context: click.Context,
    targets: tuple[str, ...],
    *,
    methods: tuple[str, ...],
    seeds: int | None,
    jobs: int | None,
    engine: str,
    out: Path,
    resume: bool,
    data: Path | None,
    batch: int | None,
    epochs: int,
    sampling: str,
    show: bool,
) -> None:
    """Run experiments (by default those that answer Section 5.1 of RMDA, in about two minutes on 2 cores), problems by name
    (every method on each), or your own from a file.

    The folder of the results holds results.parquet (tidy; benchopt's viewer opens it), figures/, and jobs/ with one file a
    job. No job is computed twice: after an interruption or a crash the same call with --resume goes on where it stopped, and
    two calls with --resume on one shared folder divide the work. Without it a folder that has results is left alone.

    Exit status: 0 when all went well, 1 when a job or a figure failed, 2 for a call that makes no sense, 130 when interrupted.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # as in the workers of every engine; NumPy is first imported below
    from synthetic.choose import choose, jobs_of, methods_of
    from synthetic.experiments.comparison import comparison
    from synthetic.listing import listing
    from verify.jobs.engines import EngineError, needs
    from verify.jobs.engines import engine as engine_of

    named = [target for target in targets if not target.endswith(".py")]
    if show and named:
        raise click.UsageError(f"--list shows all there is, and what files add; got {' '.join(named)} too")
    chosen = choose(targets, comparison(batch, epochs, sampling))
    given = [name for name in _COMPARED if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if given and not chosen.compared:
        raise click.UsageError(f"--{given[0]} goes with problems by name, as in: proxproof bench Lasso --{given[0]} ...")
    if show:
        click.echo("\n".join(listing()))
        return
    try:
        needs("pyarrow", "proxproof bench", "bench")
        run = engine_of(engine, jobs or os.cpu_count() or 1, out / "logs")
    except EngineError as error:
        raise click.UsageError(str(error)) from error
    from synthetic.bench import bench

    wanted = jobs_of(chosen.experiments, seeds, methods_of(methods))
    try:
        fine = bench(chosen, wanted, run, out.resolve(), resume=resume, data=data and data.resolve())
    except KeyboardInterrupt:
        click.echo(f"proxproof bench: interrupted; what is done is kept in {out}: --resume goes on there", err=True)
        context.exit(130)
    context.exit(0 if fine else 1)
