"""The loops that the batched runner is timed against compute the same, and the table is filled."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

from synthetic import speed
from synthetic.loop import iterates, plan_of
from synthetic.one_by_one import loops
from synthetic.problems import SeparatedLogistic
from synthetic.sampling import Sampler
from synthetic.solvers import solver


@pytest.mark.parametrize("name", speed.METHODS)
def test_both_loops_in_pytorch_end_where_ours_does(name):
    torch = pytest.importorskip("torch")
    instance = SeparatedLogistic(samples=40, groups=5, size=3, active=2).instance([0])
    rule, sampler = solver(name, speed.METHODS[name]), Sampler(40, None, "independent", [(0, 0)])
    plan = plan_of(instance, sampler, 50)
    *_, last = iterates(instance, rule, sampler, plan)
    for loop in loops(instance, rule, plan, None).values():
        with torch.inference_mode():
            *_, found = (w.numpy() for w in loop())
        assert np.allclose(found, last.after["w"][0], rtol=1e-10, atol=1e-14)
        assert np.array_equal(found == 0, last.after["w"][0] == 0)


def test_the_report_prints_a_row_for_each_method_and_batch(monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.setattr(speed, "STEPS", 1)
    monkeypatch.setattr(speed, "SETS", 1)
    monkeypatch.setattr(speed, "COPIES", 2)
    monkeypatch.setattr(speed, "TARGETS", {32: 15.0, None: None})
    console = Console(file=io.StringIO(), width=160)
    speed.report(console, 1)
    text = console.file.getvalue()
    assert all(text.count(name) >= 2 for name in speed.METHODS) and "full" in text
