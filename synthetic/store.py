"""Where results are kept: one file a job, named after what it computes, there whole or not at all.

The name is a digest of the job (without the experiment that asked for it), of the code that computes it, of the files that its
data are read from and, for a problem or method of the user's own, of all the files that the user names, since one may build on
another, with the modules that they import from beside them. So a result is not taken for another's, and to resume is to skip
the names that exist. The first line of a file is the digest of the rest: what a broken disk or a copy cut short left behind is
recognised when it is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from synthetic import version
from synthetic.problems import REGISTRY
from synthetic.run import problem_of
from verify.files import write_whole

Columns = dict[str, list[Any]]  # one list a column, all of one length; None where a row has no such value


class DamagedFile(Exception):
    """A result file whose content is not what was written."""


@dataclass(frozen=True)
class Store:
    """The results in ``folder/jobs``; ``own`` names the user's own problems and methods, and ``texts`` are the digests of all
    the user's files (:mod:`verify.user_imports`)."""

    folder: Path
    own: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()

    @property
    def jobs(self) -> Path:
        return self.folder / "jobs"

    def key(self, job: Any) -> str:
        """The name of the job's result: 64 hexadecimal digits."""
        own = sorted(self.texts) if {job.problem, job.method} & self.own else []
        computed = {"job": replace(job, experiment="").as_dict(), "code": version.code_version(), "own": own}
        if data := _data(job):
            computed["data"] = data
        return _digest(_text(computed, sort=True))

    def path(self, key: str) -> Path:
        return self.jobs / key[:2] / f"{key}.json"

    def read(self, key: str) -> Columns | None:
        """The rows of a result, by column; None if there is none. Raises DamagedFile."""
        try:
            text = self.path(key).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError as error:
            raise DamagedFile(f"{self.path(key)} is damaged (not text)") from error
        except OSError as error:
            raise DamagedFile(f"{self.path(key)} cannot be read ({error.strerror})") from error
        digest, _, rest = text.partition("\n")
        if _digest(rest) != digest:
            raise DamagedFile(f"{self.path(key)} is damaged (its digest does not match)")
        try:
            return json.loads(rest)["columns"]
        except (ValueError, TypeError, KeyError) as error:
            raise DamagedFile(f"{self.path(key)} is damaged (not a result)") from error

    def sound(self, key: str) -> bool:
        """There is a result, and it is what was written."""
        try:
            return self.read(key) is not None
        except DamagedFile:
            return False

    def write(self, key: str, job: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep the rows: under a temporary name beside the final one, flushed to the disk, then renamed."""
        rest = _text({"job": job.as_dict(), "columns": by_column(rows)})
        write_whole(self.path(key), f"{_digest(rest)}\n{rest}".encode())


def _data(job: Any) -> list[str]:
    """The digests of the files that the job's data are read from; where they are missing the job fails, and says so."""
    if job.problem not in REGISTRY:  # in a file that is not imported yet
        return []
    try:
        return [_file(str(path), path.stat().st_mtime_ns) for path in problem_of(job).files()]
    except OSError:
        return ["missing"]


@lru_cache
def _file(path: str, modified: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def by_column(rows: Sequence[Mapping[str, Any]]) -> Columns:
    """The rows as columns of plain Python values, in order of first appearance."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [_plain(row.get(name)) for row in rows] for name in names}


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _text(value: Any, *, sort: bool = False) -> str:
    """JSON on one line, numbers as their shortest exact decimals."""
    return json.dumps(value, separators=(",", ":"), sort_keys=sort, default=_plain)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
