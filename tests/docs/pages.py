"""The files and commands that the pages show, and a user who follows them."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
NAMED = re.compile(r"<!-- ([\w./ ]+) -->\n```\w+\n(.*?)```", re.DOTALL)
SHELL = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)


def files(page: str) -> dict[str, str]:
    """The text of each block that a page gives a file name."""
    return dict(NAMED.findall((DOCS / page).read_text()))


def commands(page: Path) -> list[str]:
    """The lines of a page's shell blocks."""
    return [line for block in SHELL.findall(page.read_text()) for line in block.splitlines() if line.strip()]


def checkout(folder: Path) -> Path:
    """A copy of the packages, into which a user may write."""
    for package in ("verify", "synthetic", "deep"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


class User:
    """Saves the files that ``page`` shows in ``folder``, and runs the commands that it shows, with the packages of ``root``."""

    def __init__(self, page: str, folder: Path, root: Path = ROOT) -> None:
        self.page, self.folder, self.root = page, folder, root
        for name, text in files(page).items():
            if not name.startswith("output of"):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text)

    def run(self, line: str, status: int = 0) -> str:
        """What the command prints, which must be on the page and end with ``status``."""
        assert line in commands(DOCS / self.page), f"docs/{self.page} does not show: {line}"
        return self.run_anyway(line, status)

    def run_anyway(self, line: str, status: int = 0) -> str:
        program, *rest = shlex.split(line)
        words = [name for word in rest for name in (self._matching(word) or [word])]
        module = {"proxproof": ["-m", "verify"], "python": []}[program]
        environment = {**os.environ, "PYTHONPATH": str(self.root), "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [sys.executable, *module, *words], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def _matching(self, word: str) -> list[str]:
        """What a shell would put in the place of a glob; nothing for what is none, or names no file."""
        return [str(f.relative_to(self.folder)) for f in sorted(self.folder.glob(word))] if "*" in word else []

    def edit(self, name: str, before: str, after: str) -> None:
        """Change a file that was saved; ``before`` must be in it once."""
        text = (self.folder / name).read_text()
        assert text.count(before) == 1, f"{before!r} is {text.count(before)} times in {name}"
        (self.folder / name).write_text(text.replace(before, after))
