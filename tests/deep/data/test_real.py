"""The real data sets, where they are at hand: in PROXPROOF_DATA, or in shared/data beside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from deep import data

ROOT = Path(os.environ.get("PROXPROOF_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")


@pytest.mark.parametrize("name, of_a_class, colour", [
    ("mnist", 5421, False), ("fashion-mnist", 6000, False), ("cifar10", 5000, True), ("cifar100", 500, True),
])  # fmt: skip
def test_a_real_data_set_passes_its_checks_and_is_normalised(name, of_a_class, colour):
    try:
        loaded = data.load(name, ROOT)
    except FileNotFoundError as error:
        pytest.skip(str(error))
    assert len(loaded.train) == (50000 if colour else 60000) and len(loaded.test) == 10000
    counts = torch.bincount(loaded.train.labels)
    assert len(counts) == loaded.classes and counts.min() == of_a_class
    pixels = loaded.train.images[::5].double()
    channels = (0, 2, 3)
    mean, deviation = pixels.mean(channels).view(-1, 1, 1), pixels.std(channels).view(-1, 1, 1)
    scale, shift = loaded.train.scale, loaded.train.shift
    assert (mean * scale + shift).abs().max() < 0.02 and (deviation * scale - 1).abs().max() < 0.02
