"""How a data set's files lie under a data root, and what is known of their content."""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = "PROXPROOF_DATA"  # the environment variable


def data_root(given: str | Path | None) -> Path:
    """The folder of the data sets: the one given, else that of the environment variable PROXPROOF_DATA, else ``data``."""
    return Path(given or os.environ.get(ROOT) or "data").expanduser()


@dataclass(frozen=True)
class Known:
    """What is known of a part of a data set, an array of bytes.

    ``sha256`` is that of the array, so that every form which decodes to the same array passes; ``md5`` is that of the file as
    it was published. Either may be "", where it is not known.
    """

    shape: tuple[int, ...]
    sha256: str = ""
    md5: str = ""


@dataclass(frozen=True)
class Layout:
    """``files``, each packed (.gz) or not, together in one of ``folders`` of the root ("" is the root itself).

    ``decode`` makes an array (uint8) of a file's bytes; it raises ValueError, with the reason, for what it cannot decode.
    ``join`` makes the parts of these arrays, where files and parts are not one to one. ``known`` is of the parts. ``other`` is
    another name that a file may have.
    """

    folders: tuple[str, ...]
    files: tuple[str, ...]
    decode: Callable[[bytes], Any]
    known: tuple[Known, ...]
    join: Callable[[list[Any]], list[Any]] | None = None
    other: Callable[[str], str] = str

    def within(self, root: Path, enough: Callable[[Iterable[Any]], bool] = any) -> list[Path]:
        """The folders with any of the files, or with all of them."""
        return [root / f for f in self.folders if enough(self._path(root / f, name) for name in self.files)]

    def paths(self, folder: Path) -> list[Path]:
        """The files, as they are there. Raises FileNotFoundError, with a line that names the file."""
        paths = {name: self._path(folder, name) for name in self.files}
        if missing := [name for name, path in paths.items() if path is None]:
            raise FileNotFoundError(f"{missing[0]} is missing in {folder}, where other files of the data set are: put it there")
        return [path for path in paths.values() if path is not None]

    def parts(self, folder: Path) -> list[Any]:
        """The checked arrays. Raises FileNotFoundError and ValueError, with a line that names the file."""
        found = self.paths(folder)
        md5 = [known.md5 for known in self.known] if self.join is None else [""] * len(found)
        most = 2 * sum(math.prod(known.shape) for known in self.known) + 2**20
        parts, origins = [_decoded(*each, self.decode, most) for each in zip(found, md5, strict=True)], found
        if self.join is not None:
            parts, origins = self._joined(parts, folder), [folder] * len(self.known)
        for part, origin, known in zip(parts, origins, self.known, strict=True):
            _check(part, origin, known)
        return parts

    def _path(self, folder: Path, name: str) -> Path | None:
        names = [f"{written}{packed}" for written in (name, self.other(name)) for packed in ("", ".gz")]
        return next((folder / each for each in names if (folder / each).is_file()), None)

    def _joined(self, arrays: list[Any], folder: Path) -> list[Any]:
        assert self.join is not None
        try:
            parts = self.join(arrays)
            if len(parts) != len(self.known):
                raise ValueError(f"{len(parts)} parts and not {len(self.known)}")
        except ValueError as error:
            raise damaged(folder, str(error)) from error
        return parts


def locate(name: str, root: Path, layouts: Sequence[Layout], origin: str) -> list[tuple[Layout, Path]]:
    """The layouts that are there whole, each with its folder, else those in part. Raises FileNotFoundError, with what to put
    where."""
    for enough in (all, any):
        if found := [(layout, folder) for layout in layouts for folder in layout.within(root, enough)]:
            return found
    first = layouts[0]
    raise FileNotFoundError(
        f"{name} is not in {root}: put {', '.join(first.files)} in {root / first.folders[0]} ({origin}), "
        f"or say with --data or {ROOT} in which folder they lie"
    )


def _decoded(path: Path, md5: str, decode: Callable[[bytes], Any], most: int) -> Any:
    """What a file of at most so many bytes holds: a few packed ones can be far too many."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise ValueError(f"it has more than {most} bytes")
        if md5 and hashlib.md5(data, usedforsecurity=False).hexdigest() != md5:
            raise ValueError("its MD5 is not that of the original")
        return decode(data)
    except (ValueError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged(path, str(error)) from error


def _check(part: Any, origin: Path, known: Known) -> None:
    if part.shape != known.shape:
        raise damaged(origin, f"it holds {_times(part.shape)} bytes and not {_times(known.shape)}")
    if known.sha256 and hashlib.sha256(np.ascontiguousarray(part).data).hexdigest() != known.sha256:
        raise damaged(origin, "its content has another SHA-256 than the original")


def first_right(found: Sequence[tuple[Layout, Path]]) -> list[Any]:
    """The parts of the first that is what it should be: files of the same names may be another data set's. Raises what
    :meth:`Layout.parts` raises for the first, where none is."""
    wrong: list[ValueError] = []
    for layout, folder in found:
        try:
            return layout.parts(folder)
        except ValueError as error:
            wrong.append(error)
    raise wrong[0]


def damaged(path: Path | str, reason: str) -> ValueError:
    """The error for a file that is there and is not what it should be."""
    return ValueError(f"{path} is damaged or another data set's ({reason}): get it again, or move it away")


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
