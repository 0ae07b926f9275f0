"""The speed table measures what it says, on networks of the right size."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from functools import partial

import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.optim.fast.build import compiler  # noqa: E402
from deep.speed import floor, networks, optim, prox  # noqa: E402

pytestmark = pytest.mark.skipif(compiler() is None, reason="no C compiler")


@pytest.mark.parametrize(("network", "numbers"), [("ResNet18", 11_173_962), ("VGG16", 14_728_266), ("MLP", 1_863_690)])
def test_the_networks_have_their_known_sizes(network, numbers):
    assert sum(math.prod(shape) for shape in networks.NETWORKS[network]()) == numbers


def test_each_case_is_measured_compiled_and_plain(monkeypatch):
    from rich.console import Console

    from deep.optim import base

    compiled = []
    step = base.compiled_step
    monkeypatch.setattr(base, "compiled_step", lambda *a: compiled.append(step(*a)) or compiled[-1])
    for module in (optim, floor):
        monkeypatch.setattr(module, "NETWORKS", {"small": lambda: [(8, 4, 3, 3), (8,), (5, 8), (5,)]})
    monkeypatch.setattr(prox, "maps", partial(prox.maps, size=800))
    threads = torch.get_num_threads()
    text = io.StringIO()
    optim.report(Console(file=text, width=140), rounds=2)
    assert torch.get_num_threads() == threads
    assert compiled and all(compiled)
    for name in ("RMDA + l1", "RMDA + group LASSO", "ProxGEN-Adam + l1/2", "ProxSSI", "SR2"):
        assert text.getvalue().count(name) >= 2
    for name in ("RMDA + l1 by hand", "group LASSO, groups of 8"):
        assert name in text.getvalue()


def test_the_first_steps_of_resnet18_start_within_half_a_minute(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # nothing compiled before
    monkeypatch.setattr(optim, "CASES", optim.CASES[:2])
    assert all(row.first < 30 for row in optim.steps("ResNet18", networks.CPU, rounds=1))


@pytest.mark.parametrize("name", ["taken", "refused"])
def test_sr2_is_timed_on_steps_that_are_all_alike(name):
    case = next(case for case in optim.CASES if case.name.endswith(name))
    made, decisions = [], []
    recorded = replace(case, make=lambda groups, **options: made.append(case.make(groups, **options)) or made[0])
    step = optim.job(recorded, [(8, 4, 3, 3), (8,)], fast=False)
    for _ in range(300):
        step()
        decisions.append(bool(made[0].decision.taken))
    assert decisions == 300 * [name == "taken"]
    assert 10 <= float(made[0].sigma) < 10.5
