"""Whole steps of training are timed beside plain SGD's on the same network."""

from __future__ import annotations

import io
import time
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from rich.console import Console  # noqa: E402

from deep.recipes import find  # noqa: E402
from deep.speed import train  # noqa: E402
from deep.training.rules import Rule  # noqa: E402

CPU = torch.device("cpu")


def small(name):
    return replace(find(f"rmda.table1.logistic.{name.split('.')[-1]}"), batch=4)


def test_each_method_is_a_row_beside_sgd(monkeypatch):
    monkeypatch.setattr(train, "find", small)
    monkeypatch.setattr(train, "NETWORKS", {"cpu": ("small",), "cuda": ("small",)})
    text = io.StringIO()
    train.report(Console(file=text, width=140), rounds=2)
    rows = [line.split("│")[2:6] for line in text.getvalue().splitlines() if "small" in line]
    assert [row[0].strip() for row in rows] == ["SGD", "proxsgd", "proxssi", "rmda"]
    assert float(rows[0][2]) == 1
    assert all(float(row[1]) > 0 for row in rows)


def test_a_slower_step_has_the_larger_multiple(monkeypatch):
    step = Rule.step

    def slowed(self, forward):
        time.sleep(0.1 * (self.recipe.optimizer == "RMDA"))
        return step(self, forward)

    monkeypatch.setattr(Rule, "step", slowed)
    (_, one, first), (_, other, multiple) = train.ratios({"rmda": small("rmda")}, CPU, rounds=3)
    assert first == 1
    assert other >= 0.1
    assert multiple == pytest.approx(other / one)


def test_plain_sgd_has_the_rate_and_no_penalty():
    recipe = train.plain(find("rmda.table1.vgg19-cifar10.rmda"))
    assert (recipe.optimizer, recipe.penalty, recipe.by, recipe.model) == ("SGD", None, None, "vgg19")
    assert recipe.numbers(0) == {"lr": 0.1}
