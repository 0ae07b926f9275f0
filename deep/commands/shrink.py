"""``shrink RUN``: the smaller network in what a run left."""

from __future__ import annotations

import argparse
from pathlib import Path

from deep.commands.paths import named
from deep.commands.paths import path as path_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("run", metavar="RUN", type=path_of, help="the folder of a run that has ended, with result.json and network.pt")
    add("--out", type=path_of, metavar="FILE", help="a .safetensors or .pt file (default RUN/shrunk.safetensors)")
    where = "where the data sets are, for a run whose result does not say the size of its images"
    add("--data", type=named, metavar="DIR", help=where)
    add("--device", default="cpu", help="whose latency is measured: cpu, cuda or cuda:N (default cpu)")


def run(arguments: argparse.Namespace) -> int:
    show(arguments.run, arguments.out, arguments.data, arguments.device)
    return 0


def show(folder: Path, path: Path | None = None, root: str | None = None, device: str = "cpu") -> None:
    """Shrink a run, and print the table, the file and how to load it."""
    from deep.shrink.files import TORCH
    from deep.shrink.run import shrink_run
    from deep.training.train import say
    from deep.training.world import device_of

    device_of(device)
    shrunk, written = shrink_run(folder, path, root, device)
    if written.suffix == TORCH and (path is None or path.suffix != TORCH):
        say(f"safetensors is not installed (pip install safetensors): {written.name} is in torch's own format")
    print(shrunk.report)
    print(f"smaller network: {written} ({written.stat().st_size:,} bytes)")
    print(f"to load it: {_registering(folder)}from deep.shrink import load; model = load({str(written)!r})")


def _registering(folder: Path) -> str:
    """What registers the network of a run, if it is the user's own."""
    from deep.training.result import read

    file = (read(folder) or {}).get("file")
    return f"from verify.user_files import import_file; import_file({file!r}); " if file else ""
