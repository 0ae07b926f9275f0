"""Killed with SIGKILL at any point and resumed, a run ends in the bits of an undisturbed one."""

from __future__ import annotations

import os
import random
import signal
import time

import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.training import checkpoint, result  # noqa: E402
from deep.training.train import Options, folder_of, train  # noqa: E402
from tests.deep.training.processes import ended, forked  # noqa: E402
from tests.deep.training.small import recipe  # noqa: E402

MADE = recipe("rmda", epochs=5, subset=100, augment=True)
WRITTEN = ["written"] * 6
INJECTED = [*WRITTEN, "half", "begun", "renamed", "half", "renamed", "begun"]  # in the middle of a file's way to its name
MOMENTS = 8  # kills at random times


def options(out):
    return Options(out=out, resume=True, quiet=True, device="cpu", seconds_between=0.0, steps_between=2)


def dying(point: str, turn: int) -> None:
    """From now on the process kills itself at the point, in the ``turn``-th file that gets there."""
    fsync, replace, passes = os.fsync, os.replace, [0]

    def reach(here: str) -> None:
        if here == point:
            passes[0] += 1
            if passes[0] == turn:
                os.kill(os.getpid(), signal.SIGKILL)

    def flush(handle: int) -> None:
        if point == "half" and os.path.isfile(f"/proc/self/fd/{handle}"):
            os.ftruncate(handle, os.fstat(handle).st_size // 2)
        reach("half")
        fsync(handle)
        reach("begun")

    def rename(source: str, target: str) -> None:
        reach("written")
        replace(source, target)
        reach("renamed")

    os.fsync, os.replace = flush, rename


def test_killed_twenty_times_and_resumed_the_weights_are_the_same(tmp_path):
    out, whole = tmp_path / "out", tmp_path / "whole"
    torch.set_num_threads(1)  # as in the forked processes
    begun = time.monotonic()
    train(MADE, 0, options(whole), pytest.fail)  # in this process, whose compiled step the others inherit
    took = time.monotonic() - begun
    folder = folder_of(MADE, 0, Options(out))
    for turn, point in enumerate(INJECTED):
        child = forked(lambda p=point, t=turn: (dying(p, 1 + t % 3), train(MADE, 0, options(out), lambda text: None)))
        assert ended(child) == -signal.SIGKILL, f"{point} never came"
    rng = random.Random(0)
    for _ in range(MOMENTS):
        child = forked(lambda: train(MADE, 0, options(out), lambda text: None))
        time.sleep(rng.uniform(0.05, 0.25) * took)
        os.kill(child, signal.SIGKILL)
        ended(child)
    assert ended(forked(lambda: train(MADE, 0, options(out), lambda text: None))) == 0
    assert not checkpoint.exists(folder)
    other = folder_of(MADE, 0, Options(whole))
    mine, theirs = (torch.load(f / result.NETWORK, weights_only=True) for f in (folder, other))
    assert all(torch.equal(mine[name], theirs[name]) for name in theirs)
    assert timeless(result.read(folder)) == timeless(result.read(other))


def timeless(made):
    history = {name: column for name, column in made["history"].items() if "seconds" not in name}
    final = {name: value for name, value in made["final"].items() if "seconds" not in name}
    return {**made, "history": history, "final": final, "seconds": 0, "seconds_per_epoch": 0}
