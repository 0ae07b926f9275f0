"""The commands of ``python -m deep`` and ``proxproof``: a module each, with argparse alone, so that torch and NumPy suffice."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from verify.process import as_command, said

COMMANDS = {
    "train": "Train a recipe of the papers, or one of your own.",
    "recipes": "Every table and figure of the papers, with what it costs and its state.",
    "sweep": "Train many recipes and seeds: here, on a Dask cluster, or on Slurm.",
    "results": "Ours beside the papers' numbers: a table and a page.",
    "shrink": "The smaller dense network in a run with zero groups.",
}


class Parser(argparse.ArgumentParser):
    """Says what is wrong with a call in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {' '.join(message.split())}\n")


def main(arguments: Sequence[str] | None = None, program: str = "python -m deep") -> int:
    """Run a command; returns 0, 1 where something failed, 2 for bad usage, input or files, 130 if interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    prog = " ".join([program, *(word for word in words[:1] if word in COMMANDS)])
    try:
        with as_command():
            return _called(words, program)
    except ModuleNotFoundError as error:
        print(f"{prog}: needs the package {error.name}: pip install 'proxproof[deep]'", file=sys.stderr)
        return 2
    except (ValueError, OSError) as error:
        print(f"{prog}: {said(error)}", file=sys.stderr)
        return 2
    except FloatingPointError as error:
        print(f"{prog}: {said(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as error:
        print("; ".join([f"{prog}: interrupted", *map(str, error.args)]), file=sys.stderr)
        return 130


def _called(words: Sequence[str], program: str) -> int:
    """The status of the command that the words call."""
    if not words or words[0] in ("-h", "--help"):
        lines = [f"  {name:<10}{about}" for name, about in COMMANDS.items()]
        print("\n".join([f"usage: {program} COMMAND ...", "", *lines]))
        return 0
    name, *rest = words
    if name not in COMMANDS:
        raise ValueError(f"unknown command {name!r}; commands: {', '.join(COMMANDS)}")
    parser = Parser(prog=f"{program} {name}", description=COMMANDS[name], allow_abbrev=False)
    module = import_module(f"deep.commands.{name}")
    module.add_arguments(parser)
    return module.run(parser.parse_args(rest))
