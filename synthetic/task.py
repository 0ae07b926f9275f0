"""A job of the benchmark as a task of :mod:`verify.jobs`: what a worker needs to compute it, wherever it runs."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from synthetic import version
from synthetic.store import Store
from verify.data.layouts import ROOT
from verify.user_files import digest_of


@dataclass(frozen=True)
class Setting:
    """What every worker needs beside its job: the store, the user's own files with the digest of each text, the data
    folder, and the code it must run."""

    store: Store
    files: tuple[tuple[Path, str], ...] = ()
    data: Path | None = None
    code: str = ""


@dataclass(frozen=True)
class Task:
    """A job under its key, and a lease on it that was seen untouched too long."""

    setting: Setting
    key: str
    job: Any
    dead: Path | None = None

    @property
    def result(self) -> Path:
        return self.setting.store.path(self.key)

    def sound(self) -> bool:
        return self.setting.store.sound(self.key)

    def with_dead(self, lease: Path | None) -> Task:
        return replace(self, dead=lease)

    def compute(self) -> None:
        """Run the job and keep its rows."""
        _prepare(self.setting)
        from synthetic.run import run

        self.setting.store.write(self.key, self.job, run(self.job))


def look_in(data: Path | None) -> None:
    """Have this process find data sets in the folder."""
    if data is not None:
        os.environ[ROOT] = str(data)


def _prepare(setting: Setting) -> None:
    """Make this process one that computes what the store's names say, or raise."""
    if not setting.store.folder.is_dir():
        where = f"{socket.gethostname()} does not see the folder {setting.store.folder}"
        raise FileNotFoundError(f"{where}: --out must be on a file system that all workers share")
    for file, text in setting.files:
        if digest_of(file) != text:
            where = f"{socket.gethostname()} has imported another text of {file} than this sweep began with"
            raise RuntimeError(f"{where}: start again, and start workers anew that have run an earlier sweep")
    if version.code_version() != setting.code:
        where = f"{socket.gethostname()} has other sources or another NumPy than this sweep began with"
        raise RuntimeError(f"{where}: install the same there, or start again if they were edited meanwhile")
    look_in(setting.data)
