"""The command line. A command is one module here (or in ``synthetic`` and ``deep``), imported only when it is called."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from verify import __version__
from verify.process import as_command, said

# name: (module that holds ``command``, or module:attribute; the line that --help shows). Those of other packages are added
# here, by name.
COMMANDS = {
    "verify": ("verify.commands.verify", "Decide claims and write the report."),
    "show": ("verify.commands.show", "One claim: statement, hypotheses, evidence, counterexample, correction."),
    "replay": ("verify.commands.replay", "A counterexample again, step by step, in high precision."),
    "audit": ("verify.commands.audit", "Somebody's prox maps: is each the prox of its own value?"),
    "power": ("verify.commands.power", "Seed mistakes in the code and see which claim catches each."),
    "speed": ("verify.commands.speed", "Benchmarks as ratios against a floor in the same process."),
    "bench": ("synthetic.command", "Run the synthetic benchmark: who identifies the structure, and when."),
    "recipes": ("deep.commands.forwarded:recipes", "The papers' experiments, with what each costs and its state."),
    "train": ("deep.commands.forwarded:train", "Train a recipe of the papers, or one of your own."),
    "sweep": ("deep.commands.forwarded:sweep", "Train many recipes and seeds: here, on Dask or on Slurm."),
    "results": ("deep.commands.forwarded:results", "Ours beside the papers' numbers: a table and a page."),
    "shrink": ("deep.commands.forwarded:shrink", "The smaller dense network in a run with zero groups."),
    "list": ("verify.commands.list", "What there is: claims, penalties or methods."),
}


class Program(click.Group):
    """Imports a command when it is called, and says what is wrong with a call in one line with exit status 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        return getattr(import_module(module), attribute or "command")

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        from verify.names import hint

        known = f"there are {', '.join(COMMANDS)}"
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(f"unknown command {args[0]!r}; {hint(args[0], COMMANDS) or known}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        if not standalone_mode:
            return super().main(args, standalone_mode=False, **extra)
        try:
            with as_command():
                status = super().main(args, standalone_mode=False, **extra)
        except click.ClickException as error:
            context = getattr(error, "ctx", None)
            command = context.command_path if context else "proxproof"
            click.echo(f"{command}: {_one_line(error, command)}", err=True)
            sys.exit(2)
        except OSError as error:
            click.echo(f"proxproof: {said(error)}", err=True)
            sys.exit(2)
        except click.Abort as error:
            more = getattr(error.__cause__, "args", ())
            click.echo("; ".join(["proxproof: interrupted", *map(str, more)]), err=True)
            sys.exit(130)
        sys.exit(status if isinstance(status, int) else 0)


def _one_line(error: click.ClickException, command: str) -> str:
    """What was wrong, with where all options are listed, and without what click calls its types of numbers."""
    text = " ".join(error.format_message().split())
    if isinstance(error, click.NoSuchOption) and not error.possibilities:
        return f"{text} {command} --help shows all"
    return text.replace("valid integer range", "valid integer").replace("valid float range", "valid number")


@click.command(cls=Program, name="proxproof", no_args_is_help=False)
@click.version_option(__version__, prog_name="proxproof", message="%(prog)s %(version)s")
def main() -> None:
    """Check the theory of stochastic proximal methods: every claim with its evidence, its verdict, its counterexample."""
