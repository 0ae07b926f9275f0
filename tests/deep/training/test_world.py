"""Two processes train as one: the same global batch, the prox after the all-reduce, the same bits in both."""

from __future__ import annotations

import os
import re
import signal
import socket

import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.results.collect import differing  # noqa: E402
from deep.training.interruption import Interruption  # noqa: E402
from deep.training.train import Options, folder_of, train  # noqa: E402
from deep.training.trainer import Trainer  # noqa: E402
from deep.training.version import code_version  # noqa: E402
from deep.training.world import World, world  # noqa: E402
from tests.deep.training.processes import ended, forked  # noqa: E402
from tests.deep.training.small import recipe, trainer, weights  # noqa: E402


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def in_two(work):
    """``work(rank)`` in each of two gloo processes."""
    port = free_port()

    def of(rank):
        os.environ.update(RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE="2", MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
        work(rank)

    children = [forked(lambda rank=rank: of(rank)) for rank in (0, 1)]
    assert [ended(child) for child in children] == [0, 0]


def together(made, folder, stop=None):
    """What each of two gloo processes ends with."""

    def work(rank):
        with world("cpu") as here:
            run = Trainer(made, 0, here, folder, seconds_between=0.0 if stop else 1e9, steps_between=2)
            run.resume(lambda text: None)
            if stop:
                run.recipe = made.changed({"epochs": stop})
            run.run()
            torch.save({"bits": weights(run), "model": run.model.state_dict(), "rows": run.history}, folder / f"{rank}.end")

    folder.mkdir(exist_ok=True)
    in_two(work)
    return [torch.load(folder / f"{rank}.end", weights_only=False) for rank in (0, 1)]


def apart(folder, work):
    """What ``work(rank)`` raises in each of two gloo processes, in words."""

    def caught(rank):
        with pytest.raises(ValueError, match="") as error:
            work(rank)
        (folder / f"{rank}.said").write_text(str(error.value))

    in_two(caught)
    return [(folder / f"{rank}.said").read_text() for rank in (0, 1)]


def test_processes_that_do_not_share_a_folder_do_not_go_on_from_different_places(tmp_path):
    together(recipe("sgd", epochs=3), tmp_path / "0", stop=1)
    (tmp_path / "1").mkdir()

    def resumed(rank):
        with world("cpu") as here:
            Trainer(recipe("sgd", epochs=3), 0, here, tmp_path / str(rank)).resume(lambda text: None)

    for text in apart(tmp_path, resumed):
        assert re.search(r"process 1 sees no checkpoint in .*, and process 0 checkpoint-.*: --out must be .* share", text)


def test_a_result_that_one_process_alone_sees_keeps_no_other_waiting(tmp_path, monkeypatch):
    made = recipe("sgd", epochs=1)
    monkeypatch.setattr("deep.training.train.processes", lambda: 2)  # of the folder's name alone
    train(made, 0, Options(tmp_path / "0", device="cpu", quiet=True))
    for text in apart(tmp_path, lambda rank: train(made, 0, Options(tmp_path / str(rank), device="cpu", quiet=True))):
        assert "process 1 sees no run in" in text


def test_two_processes_agree_on_batch_norm_s_statistics(tmp_path):
    first, second = together(recipe("rmda", model="resnet20", epochs=1, subset=32, batch=16), tmp_path)
    assert any("running" in name for name in first["bits"])
    assert first["bits"] == second["bits"]


@pytest.mark.parametrize("name", ["rmda", "proxgen", "sr2"])
def test_two_processes_agree_bit_by_bit_and_with_one(name, tmp_path):
    made = recipe(name, augment=True, batch=31, subset=100)  # parts of 15 and 16, and a last batch of 7
    first, second = together(made, tmp_path / "two")
    assert first["bits"] == second["bits"]
    alone = trainer(made, tmp_path / "one")
    alone.run()
    for key, value in alone.model.state_dict().items():
        torch.testing.assert_close(first["model"][key], value, rtol=1e-4, atol=1e-6)
        assert torch.equal(first["model"][key] == 0, value == 0)
    for row, other in zip(first["rows"], alone.history, strict=True):
        assert row["train_loss"] == pytest.approx(other["train_loss"], rel=1e-5)
        assert row["accuracy"] == pytest.approx(other["accuracy"], abs=0.3)


def test_two_processes_go_on_from_their_checkpoint_bit_by_bit(tmp_path):
    made = recipe("rmda", epochs=3)
    whole = together(made, tmp_path / "whole")
    together(made, tmp_path / "parts", stop=2)
    assert list((tmp_path / "parts").glob("checkpoint-*.pt"))
    assert [end["bits"] for end in together(made, tmp_path / "parts")] == [end["bits"] for end in whole]


@pytest.mark.parametrize("asked", [0, 1])
def test_a_signal_to_one_process_stops_both_with_a_checkpoint(asked, tmp_path):
    """At step 9 of 21, in the second epoch; checkpoints are due after each second step of an epoch."""
    made = recipe("rmda", epochs=3)

    def stopped(rank):
        with world("cpu") as here, Interruption(lambda text: None) as interruption:
            run = Trainer(made, 0, here, tmp_path / "parts", steps_between=2)
            run.stop, step = lambda: interruption.asked, run._one_step

            def signalled(*batch):
                if rank == asked and (run.epoch, run.step) == (1, 1):
                    os.kill(os.getpid(), signal.SIGTERM)
                step(*batch)

            run._one_step = signalled
            with pytest.raises(KeyboardInterrupt):
                run.run()
            assert (run.epoch, run.step) == (1, 2)

    (tmp_path / "parts").mkdir()
    in_two(stopped)
    whole = together(made, tmp_path / "whole")
    assert [end["bits"] for end in together(made, tmp_path / "parts")] == [end["bits"] for end in whole]


def test_what_outlives_the_processes_group_does_not_wait_for_it_for_ever():
    """A model that is freed after the group: within 50 of these worlds a process hung at its end."""
    ports = [str(free_port()) for _ in range(40)]

    def rounds(rank):
        for port in ports:
            os.environ["MASTER_PORT"] = port
            with world("cpu") as here:
                replica = here.replicated(torch.nn.Linear(4, 4))
                for _ in range(3):
                    replica(torch.ones(2, 4)).sum().backward()
                here.gathered(rank)
            del replica

    in_two(rounds)


def test_as_many_processes_as_before_must_go_on(tmp_path):
    together(recipe("rmda", epochs=3), tmp_path, stop=2)
    with pytest.raises(ValueError, match="trained by 2 processes, here are 1"):
        trainer(recipe("rmda", epochs=3), tmp_path).resume(pytest.fail)


def test_as_many_processes_are_another_run_than_one(tmp_path, monkeypatch):
    """Batch norm has the statistics of each one's part."""
    made, alone = recipe("sgd"), folder_of(recipe("sgd"), 0, Options(tmp_path))
    assert alone.name == f"seed0-{made.key(0, code_version())}"
    folders = {alone}
    for count in ("1", "2", "3"):
        monkeypatch.setenv("WORLD_SIZE", count)
        folders.add(folder_of(made, 0, Options(tmp_path)))
    assert len(folders) == 3
    assert "processes" not in made.computed()
    assert differing(made.computed(processes=2), made) == {"processes": 2}
    assert differing(made.computed(), made) == {}


def test_the_parts_of_a_batch_are_all_of_it():
    for size in (1, 2, 3, 7):
        parts = [list(range(10))[World(rank, size).share(10)] for rank in range(size)]
        assert [row for part in parts for row in part] == list(range(10))
        assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_device_that_is_not_there_is_said_in_one_line():
    with pytest.raises(ValueError, match="sees no GPU; use --device cpu"), world("cuda"):
        pass


def test_the_gpu_of_a_process_is_the_current_one(monkeypatch):
    made = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "set_device", made.append)
    for device in ("cpu", "cuda", "cuda:1"):
        with world(device) as here:
            assert here.device == torch.device(device)
    assert made == [torch.device("cuda:1")]
    for name, value in {"RANK": "2", "WORLD_SIZE": "3", "LOCAL_RANK": "2"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match="process 2 of this machine has no GPU: torch sees 2; take --nproc"), world("cuda"):
        pass
