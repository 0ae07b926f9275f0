"""Compiled libraries on disk: where they lie, and how long."""

from __future__ import annotations

import os
import shutil
import tempfile
import time

import pytest
import torch

from deep.optim import ProxSSI
from deep.optim.fast import build
from verify.penalties import GroupL2

pytestmark = pytest.mark.skipif(build.compiler() is None, reason="no C compiler")
SOURCE = "int answer(void) { return 42; }"


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"PROXPROOF_CACHE": "own", "XDG_CACHE_HOME": "xdg"}, "own"),
        ({"PROXPROOF_CACHE": "", "XDG_CACHE_HOME": "xdg"}, "xdg/proxproof"),
        ({"PROXPROOF_CACHE": "", "XDG_CACHE_HOME": "", "HOME": "home"}, "home/.cache/proxproof"),
    ],
)
def test_a_library_is_kept_where_the_environment_says(variables, folder, tmp_path, monkeypatch):
    for name, value in variables.items():
        monkeypatch.setenv(name, value and str(tmp_path / value))
    monkeypatch.chdir(tmp_path)
    assert build.library(SOURCE).answer() == 42
    [kept] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept.parent == tmp_path / folder


def test_where_nothing_can_be_kept_a_folder_of_the_process_serves_and_no_code_of_others_is_loaded(tmp_path, monkeypatch):
    kept, planted = tmp_path / "kept", tmp_path / f"proxproof-{os.getuid()}"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    build._own_folder.cache_clear()
    monkeypatch.setenv("PROXPROOF_CACHE", str(kept))
    build.library(SOURCE)
    [right] = kept.iterdir()
    build.library(SOURCE.replace("42", "13"))
    [wrong] = set(kept.iterdir()) - {right}
    planted.mkdir()
    planted.chmod(0o777)
    shutil.copy(wrong, planted / right.name)
    monkeypatch.setenv("PROXPROOF_CACHE", str(right))  # a file, in which no folder can be
    assert [build.library(SOURCE).answer() for _ in range(2)] == [42, 42]
    [own] = set(tmp_path.iterdir()) - {kept, planted}
    assert [path.name for path in own.iterdir()] == [right.name]
    assert own.stat().st_mode & 0o777 == 0o700
    build._own_folder().cleanup()
    build._own_folder.cache_clear()


def test_what_was_not_used_for_long_goes_when_another_is_compiled(tmp_path, monkeypatch):
    monkeypatch.setenv("PROXPROOF_CACHE", str(tmp_path))
    build.library(SOURCE)
    [library] = tmp_path.iterdir()
    unused, unfinished, recent, foreign = (tmp_path / name for name in ("step-1.so", "step-2", "step-3.so", "other.so"))
    unfinished.mkdir()
    for path in (unused, unfinished / "step.c", recent, foreign):
        path.touch()
    long_ago = time.time() - build.UNUSED - 60
    for path in (library, unused, unfinished, foreign):
        os.utime(path, (long_ago, long_ago))
    assert build.library(SOURCE).answer() == 42  # used now
    assert unused.exists()
    build.library(SOURCE + "\n")
    left = set(tmp_path.iterdir())
    assert {library, recent, foreign} < left
    assert len(left) == 4


def test_optimizers_that_are_alike_have_one_library(tmp_path, monkeypatch):
    monkeypatch.setenv("PROXPROOF_CACHE", str(tmp_path))
    kept = []
    for _ in range(3):
        weight = torch.ones(3, 4)
        weight.grad = torch.ones_like(weight)
        ProxSSI([weight], penalty=GroupL2(0.1, axes=(0,))).step()
        kept.append(sorted(tmp_path.iterdir()))
    assert kept[0] and kept[0] == kept[1] == kept[2]
