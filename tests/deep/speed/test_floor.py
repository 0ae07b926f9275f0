"""What is written by hand computes what the update rule does."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.optim import RMDA  # noqa: E402
from deep.speed.floor import LAM, LR, by_hand  # noqa: E402
from deep.speed.networks import parameters  # noqa: E402
from verify.penalties import L1  # noqa: E402


def test_what_is_written_by_hand_is_the_update_rule():
    made = [parameters([(8, 4, 3, 3), (8,)]) for _ in range(3)]
    rule = RMDA(made[0], lr=LR, momentum=1.0, penalty=L1(LAM), fast=False)
    steps = rule.step, by_hand(made[1], short=False), by_hand(made[2], short=True)
    for _ in range(5):
        for step in steps:
            step()
    for right, exact, short in zip(*made, strict=True):
        torch.testing.assert_close(exact, right, rtol=2e-6, atol=1e-8)
        torch.testing.assert_close(short, right, rtol=1e-5, atol=1e-7)
        assert not torch.equal(right, torch.zeros_like(right))
