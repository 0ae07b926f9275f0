"""Checkpoints: whole or not there, safe to load, the last good one found by itself.

A file's name holds the digest of its content, so that damage is seen before anything is read from it; a file opens with
``torch.load`` under its safe default. The two newest are kept: if the newest is damaged it is named, and the one before serves.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from verify.files import write_whole

KEPT = 2
NAME = re.compile(r"checkpoint-(\d{9})-([0-9a-f]{16})\.pt")


def save(folder: Path, steps: int, state: dict[str, Any]) -> Path:
    """Keep ``state`` after so many steps and the newest from before them. What is from after them goes with the rest: it was
    damaged, or the run would have gone on from there. Returns the file."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    content = buffer.getvalue()
    path = folder / f"checkpoint-{steps:09d}-{_digest(content)}.pt"
    write_whole(path, content)
    before = [old for old in _newest_first(folder) if _steps(old) < steps]
    for other in set(_newest_first(folder)) - {path, *before[: KEPT - 1]}:
        other.unlink(missing_ok=True)
    return path


def newest(folder: Path, warn: Callable[[str], None]) -> Path | None:
    """The newest file that is sound, None if there is none; ``warn`` hears of each that is not."""
    for path in _newest_first(folder):
        found = NAME.fullmatch(path.name)
        if found is not None and _digest(path.read_bytes()) == found[2]:
            return path
        warn(f"{path} is damaged; going on from the checkpoint before it")
    return None


def load(path: Path) -> dict[str, Any]:
    """The state in a file, on the CPU."""
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state


def remove(folder: Path) -> None:
    """Remove all checkpoints and what writing one may have left."""
    for path in folder.glob("checkpoint-*.pt*"):
        path.unlink(missing_ok=True)


def exists(folder: Path) -> bool:
    return bool(_newest_first(folder))


def _newest_first(folder: Path) -> list[Path]:
    return sorted((path for path in folder.glob("checkpoint-*.pt") if NAME.fullmatch(path.name)), reverse=True)


def _steps(path: Path) -> int:
    return int(path.name.split("-")[1])


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
