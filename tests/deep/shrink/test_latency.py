"""Latencies, on a machine that may be busy."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from deep.shrink import latency as module
from deep.shrink import shrink
from deep.shrink.latency import latency


class Machine:
    """A clock, and how often the CPU was taken away: in every ``every``-th pass, which is then ten times as long."""

    def __init__(self, monkeypatch, every):
        self.every, self.now, self.passes, self.switches = every, 0.0, 0, 0
        monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=lambda: self.now))
        monkeypatch.setattr(module, "_switches", lambda: self.switches)

    def network(self, seconds):
        def forward(x):
            self.passes += 1
            interrupted = self.passes % self.every == 0
            self.switches += interrupted
            self.now += seconds * (10 if interrupted else 1)
            return x

        return forward


def test_passes_that_were_interrupted_do_not_count(monkeypatch):
    machine = Machine(monkeypatch, every=3)
    (found,) = latency(machine.network(0.02), machine.network(0.01), torch.ones(1, 2), [4])
    assert found.batch == 4 and not found.busy
    assert (found.before, found.after) == pytest.approx((0.02, 0.01))
    assert str(found).endswith("batch 4: 20.000 ms, smaller 10.000 ms: 2.00 times as fast")


def test_where_nearly_all_were_interrupted_the_medians_are_said_to_be_doubtful(monkeypatch):
    machine = Machine(monkeypatch, every=1)
    (found,) = latency(machine.network(0.02), machine.network(0.01), torch.ones(1, 2), [1])
    assert found.busy and found.before == pytest.approx(0.2) and "not to be trusted" in str(found)


def test_slow_networks_are_measured_a_few_times_and_fast_ones_for_a_second(monkeypatch):
    for seconds, rounds in ((10.0, module.LEAST), (0.01, 50), (1e-6, module.MOST)):
        machine = Machine(monkeypatch, every=10**9)
        latency(machine.network(seconds), machine.network(seconds), torch.ones(1, 2), [1])
        assert machine.passes == pytest.approx(2 + 2 * rounds, abs=2)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_place_says_how_many_threads(threads, monkeypatch):
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    (found,) = latency(nn.Identity(), nn.Identity(), torch.ones(1, 2), [1])
    assert found.place == f"cpu, {threads} thread{'s' * (threads - 1)}"


def test_every_pass_has_the_same_input_also_where_networks_work_on_it_in_place():
    seen = set()

    def forward(x):
        seen.add(float(x.sum()))
        return x.sub_(0.5).div_(0.25)

    latency(forward, forward, torch.ones(1, 2), [4])
    assert len(seen) == 1


def test_of_whole_numbers_the_example_s_own_rows_are_timed():
    """Others may be no input: an embedding has so many rows."""
    seen = []
    example = torch.tensor([[7, 1], [2, 9], [4, 0]])
    latency(lambda x: seen.append(x.tolist()), lambda x: x, example, [4, 1])
    assert seen[0] == [[7, 1], [2, 9], [4, 0], [7, 1]] and seen[-1] == [[7, 1]]


def test_a_network_of_indices_is_shrunk_and_timed():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Embedding(10, 4), nn.Flatten(), nn.Linear(12, 5), nn.ReLU(), nn.Linear(5, 2))
    nn.init.zeros_(model[2].weight[:2].detach())
    report = shrink(model, torch.randint(10, (2, 3)), (1, 7)).report
    assert [found.batch for found in report.latency] == [1, 7]
    assert report.after.parameters < report.before.parameters
