"""What a run is said to cost before it is made."""

from dataclasses import replace

import pytest
import torch

from deep.recipes import find
from deep.training import cost


def test_a_subset_larger_than_the_data_is_refused():
    with pytest.raises(ValueError, match="subset=1438 is more than the 1437 training images of digits"):
        cost.cost(replace(find("quickstart"), subset=1438))
    assert cost.cost(replace(find("quickstart"), subset=1437)) == cost.cost(find("quickstart"))


def test_a_batch_larger_than_the_data_is_all_of_the_data(monkeypatch):
    monkeypatch.setattr(cost, "_seconds", lambda step, images: float(images))  # a second an image
    recipe = find("quickstart")
    for batch in (64, 10**8):
        seconds = cost.seconds_per_epoch(replace(recipe, batch=batch), torch.device("cpu"))
        assert 1437 <= seconds < 1437 + 64
    assert cost.seconds_per_epoch(replace(recipe, batch=10**8, subset=100), torch.device("cpu")) == 100
