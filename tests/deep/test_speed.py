"""The speed table measures what it says, on networks of the right size."""

from __future__ import annotations

import io
import math
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep import speed  # noqa: E402
from deep.optim.fast.build import compiler  # noqa: E402

pytestmark = pytest.mark.skipif(compiler() is None, reason="no C compiler")


@pytest.mark.parametrize(("network", "numbers"), [("ResNet18", 11_173_962), ("VGG16", 14_728_266), ("MLP", 1_863_690)])
def test_the_networks_have_their_known_sizes(network, numbers):
    assert sum(math.prod(shape) for shape in speed.NETWORKS[network]()) == numbers


def test_each_case_is_measured_compiled_and_plain(monkeypatch):
    from rich.console import Console

    from deep.optim import base

    compiled = []
    step = base.compiled_step
    monkeypatch.setattr(base, "compiled_step", lambda *a: compiled.append(step(*a)) or compiled[-1])
    monkeypatch.setattr(speed, "NETWORKS", {"small": lambda: [(8, 4, 3, 3), (8,), (5, 8), (5,)]})
    monkeypatch.setattr(speed, "prox_maps", lambda rounds: iter([("l1", 1.0, 1.2)]))
    threads = torch.get_num_threads()
    text = io.StringIO()
    speed.report(Console(file=text, width=140), rounds=2)
    assert torch.get_num_threads() == threads
    assert compiled and all(compiled)
    for name in ("RMDA + l1", "RMDA + group LASSO", "ProxGEN-Adam + l1/2", "ProxSSI", "SR2"):
        assert text.getvalue().count(name) >= 2


def test_the_first_steps_of_resnet18_start_within_half_a_minute(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # nothing compiled before
    cases = speed._cases()[:2]
    monkeypatch.setattr(speed, "_cases", lambda: cases)
    assert all(row.first < 30 for row in speed.steps("ResNet18", 1, rounds=1, plain=False))


def test_what_is_written_by_hand_is_the_update_rule():
    from deep.optim import RMDA
    from deep.speed_floor import LAM, LR, by_hand
    from verify.penalties import L1

    made = [speed._parameters([(8, 4, 3, 3), (8,)]) for _ in range(3)]
    rule = RMDA(made[0], lr=LR, momentum=1.0, penalty=L1(LAM), fast=False)
    steps = rule.step, by_hand(made[1], short=False), by_hand(made[2], short=True)
    for _ in range(5):
        for step in steps:
            step()
    for right, exact, short in zip(*made, strict=True):
        torch.testing.assert_close(exact, right, rtol=2e-6, atol=1e-8)
        torch.testing.assert_close(short, right, rtol=1e-5, atol=1e-7)
        assert not torch.equal(right, torch.zeros_like(right))


@pytest.mark.parametrize("name", ["taken", "refused"])
def test_sr2_is_timed_on_steps_that_are_all_alike(name):
    case = next(case for case in speed._cases() if case.name.endswith(name))
    made, decisions = [], []
    recorded = replace(case, make=lambda groups, **options: made.append(case.make(groups, **options)) or made[0])
    step = speed._job(recorded, [(8, 4, 3, 3), (8,)], fast=False)
    for _ in range(300):
        step()
        decisions.append(bool(made[0].decision.taken))
    assert decisions == 300 * [name == "taken"]
    assert 10 <= float(made[0].sigma) < 10.5
