"""What a run is said to cost before it is made."""

from dataclasses import replace

import numpy as np
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


class Clock:
    """In the place of the module ``time``: it goes on only when a step is made, and remembers on how many images each was.
    ``took`` is the time of a step by its images; the first on so many is ten times as long, and others by ``noise``."""

    def __init__(self, took, noise=(1.0,)):
        self.now, self.took, self.noise, self.made = 0.0, took, noise, []

    def perf_counter(self):
        return self.now

    def step(self, images):
        self.now += self.took(images) * (self.noise[len(self.made) % len(self.noise)] if images in self.made else 10)
        self.made.append(images)


def vgg19(images):
    """Seconds of a step of VGG19 on one thread, as measured: below eight images its parameters are what takes time."""
    seconds = {1: 0.087, 2: 0.093, 4: 0.122, 8: 0.205, 16: 0.32, 32: 0.55, 64: 1.12, 128: 2.4}
    return float(np.interp(images, list(seconds), list(seconds.values())))


@pytest.mark.parametrize("noise", [(1.0,), (1.3, 1.0), (1.0, 1.0, 5.0)], ids=str)
@pytest.mark.parametrize(
    ("took", "batch"),
    [
        (vgg19, 128),
        (lambda images: 10 * vgg19(images), 128),
        (lambda images: vgg19(images) / 1000, 128),
        (lambda images: 0.08 * images, 100),
        (lambda images: 1.0 + 0.001 * images, 256),
        (lambda images: 0.5 + 0.02 * images, 128),
        (lambda images: 1.0, 64),
        (lambda images: 0.3 * images, 1),
    ],
    ids=[
        "vgg19",
        "on a slow machine",
        "on a fast one",
        "images alone",
        "parameters mostly",
        "both",
        "parameters alone",
        "one image",
    ],
)
def test_the_time_of_a_step_is_that_of_its_whole_batch(took, batch, noise, monkeypatch):
    clock = Clock(took, noise)
    monkeypatch.setattr(cost, "time", clock)
    monkeypatch.setattr(cost, "steps", lambda recipe, device: clock.step)
    seconds = cost.seconds_per_epoch(replace(find("mrda.table5.vgg19.mrda"), batch=batch), torch.device("cpu"))
    seconds /= -(-50_000 // batch)
    assert took(batch) / 1.5 <= seconds <= 1.5 * took(batch)


def test_images_are_not_free_where_few_took_as_long_as_fewer(monkeypatch):
    """A machine that was busy at first: steps on up to 32 images took as long as one on 32."""
    clock = Clock(lambda images: max(0.55, vgg19(images)))
    monkeypatch.setattr(cost, "time", clock)
    monkeypatch.setattr(cost, "steps", lambda recipe, device: clock.step)
    seconds = cost.seconds_per_epoch(find("mrda.table5.vgg19.mrda"), torch.device("cpu")) / 391
    assert vgg19(128) / 1.5 <= seconds <= 1.5 * vgg19(128)


def test_a_network_that_takes_long_is_timed_on_few_images(monkeypatch):
    clock = Clock(lambda images: 0.3 * images)
    monkeypatch.setattr(cost, "time", clock)
    monkeypatch.setattr(cost, "steps", lambda recipe, device: clock.step)
    cost.seconds_per_epoch(find("mrda.table5.vgg19.mrda"), torch.device("cpu"))
    assert set(clock.made) == {8, 16}  # batch normalisation of one image of one pixel is refused, and of two can overflow
