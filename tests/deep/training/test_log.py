"""TensorBoard has each epoch of a run once, wherever the run was interrupted."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.training.log import Log


class Board:
    """What TensorBoard shows of a folder: a writer that begins at a step takes back what earlier ones have from there on."""

    shown: list[int] = []  # noqa: RUF012

    def __init__(self, folder, purge_step=None):
        if purge_step is not None:
            Board.shown = [step for step in Board.shown if step < purge_step]

    def add_scalar(self, name, value, step):
        if name == "accuracy":
            Board.shown.append(step)

    def close(self):
        pass


@pytest.mark.parametrize("told", [0, 1, 2, 3])
def test_a_run_that_goes_on_shows_every_epoch_once(tmp_path, monkeypatch, told):
    """Three epochs, of which ``told`` were written and any number kept, then a process that goes on."""
    module = ModuleType("torch.utils.tensorboard")
    module.SummaryWriter = Board
    monkeypatch.setitem(sys.modules, module.__name__, module)
    rows = [{"epoch": float(k), "accuracy": 10.0 * k} for k in range(1, 6)]
    for kept in range(4):
        monkeypatch.setattr(Board, "shown", [])
        first = Log(tmp_path, tensorboard=True)
        for k in range(1, told + 1):
            first.add(rows[:k], last=False)
        second = Log(tmp_path, tensorboard=True)
        for k in range(kept + 1, 6):
            second.add(rows[:k], last=k == 5)
        assert Board.shown == [1, 2, 3, 4, 5]
