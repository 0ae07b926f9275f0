"""From C to a function: one compiler call a source, kept on disk."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from verify.files import cache_folder

FLAGS = [
    "-O2",
    "-ftree-vectorize",
    "-fvect-cost-model=dynamic",
    "-fno-tree-loop-distribute-patterns",
    "-march=native",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-shared",
    "-fPIC",
    "-std=gnu11",
]
UNUSED = 90 * 24 * 3600  # seconds after which a library that nobody has loaded goes


class NoCompiler(RuntimeError):
    """There is no C compiler here, or it fails."""


@cache
def compiler() -> str | None:
    """The C compiler: $CC, or the first of cc, gcc and clang that is found."""
    return next((path for path in map(shutil.which, [os.environ.get("CC", "cc"), "cc", "gcc", "clang"]) if path), None)


@cache
def _target() -> str:
    """What the compiler is and which instructions it makes: part of the name under which its work is kept."""
    asked = [str(compiler()), "-march=native", "-E", "-dM", "-x", "c", os.devnull]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout


def library(source: str) -> Any:
    """The source as a loaded library. Raises NoCompiler with the compiler's own words."""
    if compiler() is None:
        raise NoCompiler("no C compiler was found: neither $CC nor cc, gcc or clang")
    key = hashlib.sha256("\0".join([source, _target(), *FLAGS]).encode()).hexdigest()[:32]
    for folder in (cache_folder, lambda: Path(_own_folder().name)):
        try:
            place = folder()
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = place / f"step-{key}.so"
            if not path.exists():
                _drop_unused(place)
                _compile(source, path)
            with suppress(OSError):  # a folder that can only be read will do
                os.utime(path)
            return ctypes.CDLL(str(path))
        except OSError as error:
            problem = error
    raise NoCompiler(f"the compiled step cannot be kept or loaded: {problem}")


@cache
def _own_folder() -> tempfile.TemporaryDirectory[str]:
    """For want of a folder that lasts: one of this process alone, which nobody else can have put code in."""
    return tempfile.TemporaryDirectory(prefix="proxproof-")


def _drop_unused(place: Path) -> None:
    """Remove libraries that were last loaded long ago, and what a compilation that was killed so long ago has left."""
    for path in place.glob("step-*"):
        with suppress(OSError):  # another process removes it too
            if time.time() - path.stat().st_mtime > UNUSED:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _compile(source: str, path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="step-", dir=path.parent) as folder:
        (Path(folder) / "step.c").write_text(source)
        call = [str(compiler()), *FLAGS, "step.c", "-o", "step.so", "-lm"]
        for threads in (["-fopenmp"], []):  # without OpenMP one thread does all
            done = subprocess.run([*call, *threads], cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                os.replace(Path(folder) / "step.so", path)
                return
    raise NoCompiler(f"{compiler()} fails: {done.stderr.strip()[-500:]}")
