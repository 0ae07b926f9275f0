"""Small arrays in the place of real data sets."""

from __future__ import annotations

import pytest

from deep.data.load import DATA_SETS
from tests.deep.data import fakes


@pytest.fixture
def mnist(monkeypatch):
    """Arrays that take MNIST's place, also under Fashion-MNIST's name."""
    arrays = fakes.mnist()
    for name in ("mnist", "fashion-mnist"):
        monkeypatch.setitem(DATA_SETS, name, fakes.knowing(DATA_SETS[name], arrays))
    return arrays


@pytest.fixture
def cifar10(monkeypatch):
    parts = fakes.cifar(1, 6, 10)
    monkeypatch.setitem(DATA_SETS, "cifar10", fakes.knowing(DATA_SETS["cifar10"], parts))
    return parts
