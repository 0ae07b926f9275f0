"""Files that are there whole or not at all, a digest of some, and where those are that may be made again."""

from __future__ import annotations

import hashlib
import os
import socket
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import get_ident


def cache_folder() -> Path:
    """Where what takes long to make is kept between runs: $PROXPROOF_CACHE, else proxproof in the user's cache folder
    ($XDG_CACHE_HOME, else ~/.cache). A variable that is empty is as if it were not set."""
    own = os.environ.get("PROXPROOF_CACHE")
    return Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "proxproof"


def digest(start: str, files: Iterable[Path], root: Path) -> str:
    """SHA-256 of ``start``, then the name under ``root`` and the content of each file, in their order."""
    found = hashlib.sha256(start.encode())
    for file in files:
        found.update(f"\n{file.relative_to(root).as_posix()}\n".encode())
        found.update(file.read_bytes())
    return found.hexdigest()


def check_folder(folder: Path) -> None:
    """Make ``folder`` if it is missing and try a file in it; raises OSError when it cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def temporary_of(path: Path) -> Path:
    """A file beside ``path`` of this thread alone, of all machines."""
    return path.with_name(f"{path.name}.{socket.gethostname()}.{os.getpid()}.{get_ident()}.tmp")


def write_whole(path: Path, content: bytes | str) -> None:
    """Write ``path`` so that a kill at any point leaves the old file or the new one, and at worst a stray temporary file. An
    OSError (no space left, say) names the file."""
    content = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_of(path)
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename, error.filename2 = str(path), None
        raise
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    """The rename itself reaches the disk, where the system lets a folder be flushed."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
