"""Shrinking what a run left: its network out of the run's folder, the smaller one into it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import nn

from deep.data import load as load_data
from deep.models import MODELS, build
from deep.recipes import matching
from deep.shrink.files import SAFE, save
from deep.shrink.shrink import Shrunk, shrink
from deep.training import result
from verify.files import write_whole
from verify.user_imports import digest

SMALL = f"shrunk{SAFE}"
EXAMPLES = 16


def shrink_run(folder: Path, path: Path | None = None, root: str | None = None, device: str = "cpu") -> tuple[Shrunk, Path]:
    """Shrink the network of a run, and write it to ``path`` (``folder``/shrunk.safetensors) with the report as JSON beside it.
    Returns the network and its file.

    Latency is that of the device. ``root`` is where data sets are, for a run whose result does not say how large its images
    are. FileNotFoundError and ValueError where there is no run that has ended, and for a network that does not load.
    """
    network, architecture = network_of(folder, root)
    generator = torch.Generator().manual_seed(0)
    example = torch.randn(EXAMPLES, *architecture["shape"], generator=generator).to(device)
    shrunk = shrink(network.to(device), example)
    path = save(shrunk.model, path or folder / SMALL, architecture)
    write_whole(path.with_suffix(".json"), json.dumps(shrunk.report.to_dict(), indent=1) + "\n")
    return shrunk, path


def network_of(folder: Path, root: str | None = None) -> tuple[nn.Module, dict[str, Any]]:
    """The network that a run ended in, and what :func:`deep.models.build` needs to make it. FileNotFoundError where there is no
    run that has ended, ValueError for files that are damaged or do not fit each other. The file that registers a network of the
    user's own is imported, if it is as the run had it."""
    made = result.read(folder) if folder.is_dir() else None
    weights = folder / result.NETWORK
    if made is None:
        raise FileNotFoundError(f"{folder} has no run that has ended: it needs {result.RESULT} and {result.NETWORK}")
    if not weights.is_file():
        raise FileNotFoundError(f"{weights} is missing; train again with --fresh")
    settings = made["settings"]
    if "shape" not in made:
        data = load_data(settings["data"], root)
        made |= {"shape": data.shape, "classes": data.classes}
    architecture = {"model": settings["model"], "shape": list(made["shape"]), "classes": made["classes"]}
    if settings["model"] not in MODELS and "file" in made:
        _register(settings, Path(made["file"]))
    with torch.random.fork_rng(devices=[]):
        network = build(settings["model"], shape=tuple(made["shape"]), classes=made["classes"])
    try:
        network.load_state_dict(result.network_in(folder, made))
    except RuntimeError:
        around = f"was it trained with {settings['around']}?" if settings["around"] else "train again with --fresh"
        raise ValueError(f"{weights} does not fit {settings['model']} ({around})") from None
    return network, architecture


def _register(settings: dict[str, Any], file: Path) -> None:
    """Import the user's own file with the network of a run. ValueError where it is not what the run was made with."""
    if not file.is_file() or digest(file, file.read_bytes()) != settings.get("code"):
        changed = "was edited since, or a module beside it" if file.is_file() else "is not there"
        raise ValueError(f"{settings['model']} is registered in {file}, which {changed}: bring it back, or train again")
    matching(str(file))
