"""Ctrl-C: the step at hand is made, its state is kept, and the run goes on from there to the bits of an undisturbed one."""

import os
import signal
from contextlib import contextmanager

import pytest
import torch

from deep.training import checkpoint, interruption, result
from deep.training.interruption import Interruption
from deep.training.train import Options, folder_of, train
from deep.training.trainer import Trainer
from tests.deep.training.small import recipe
from verify.process import Terminate

MADE = recipe()


@contextmanager
def handled(handler):
    before = {number: signal.signal(number, handler[number]) for number in handler}
    try:
        yield
    finally:
        for number, usual in before.items():
            signal.signal(number, usual)


def usual():
    return handled({signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL})


def interrupted_in_step(monkeypatch, number, at):
    """From now on a signal comes in the middle of the ``at``-th step of a run."""
    step, steps = Trainer._one_step, []

    def signalled(self, *batch):
        steps.append(1)
        if len(steps) == at:
            os.kill(os.getpid(), number)
        step(self, *batch)

    monkeypatch.setattr(Trainer, "_one_step", signalled)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("at", [1, 7, 9])  # 7 steps are an epoch
def test_the_step_is_made_and_the_run_goes_on_from_it(number, at, tmp_path, monkeypatch):
    train(MADE, 0, Options(tmp_path / "whole", quiet=True))
    said, out = [], tmp_path / "parts"
    with monkeypatch.context() as patch, usual():
        interrupted_in_step(patch, number, at)
        with pytest.raises(KeyboardInterrupt):
            train(MADE, 0, Options(out, quiet=True), said.append)
        assert signal.getsignal(number) == {signal.SIGINT: signal.default_int_handler}.get(number, signal.SIG_DFL)
    assert said == ["stopping after this step, with a checkpoint; once more to stop at once"]
    folder = folder_of(MADE, 0, Options(out))
    assert checkpoint.exists(folder)
    assert f"{at}" in " ".join(path.name for path in folder.glob("checkpoint-*"))
    train(MADE, 0, Options(out, quiet=True, resume=True), said.append)
    folders = (folder_of(MADE, 0, Options(o)) for o in (out, tmp_path / "whole"))
    mine, theirs = (torch.load(path / result.NETWORK, weights_only=True) for path in folders)
    assert all(torch.equal(mine[name], theirs[name]) for name in theirs)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_at_once_and_one_sent_twice_is_one(number, monkeypatch):
    said, now = [], [0.0]
    monkeypatch.setattr(interruption.time, "monotonic", lambda: now[0])
    with usual(), Interruption(said.append) as asking:
        os.kill(os.getpid(), number)
        now[0] = 0.9 * interruption.AGAIN
        os.kill(os.getpid(), number)
        assert asking.asked
        now[0] = 1.1 * interruption.AGAIN
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    assert len(said) == 1


def test_sigterm_asks_to_stop_under_a_command_that_takes_it_for_ctrl_c():
    with handled({signal.SIGTERM: Terminate()}), Interruption([].append) as asking:
        os.kill(os.getpid(), signal.SIGTERM)
        assert asking.asked


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_sigterm_that_python_dropped_ends_a_run_before_its_first_step():
    class Gone:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGTERM)

    with handled({signal.SIGTERM: Terminate()}):
        Gone()  # what its destructor raises nobody catches
        with pytest.raises(KeyboardInterrupt), Interruption(pytest.fail):
            pytest.fail("the run began")


def test_signals_that_somebody_else_handles_or_ignores_are_left_to_them():
    seen = []
    with handled({signal.SIGINT: signal.SIG_IGN, signal.SIGTERM: lambda *a: seen.append(a)}):
        with Interruption(pytest.fail) as asking:
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGTERM)
        assert len(seen) == 1
        assert not asking.asked
