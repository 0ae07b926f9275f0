"""A data set of one's own is four arrays and a name."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from deep import data
from deep.data.load import DATA_SETS, content, whereabouts


@pytest.fixture(autouse=True)
def registry():
    known = dict(DATA_SETS)
    yield
    DATA_SETS.clear()
    DATA_SETS.update(known)


def arrays(kind=np.uint8, n=24, tests=6, classes=3):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (n + tests, 2, 5, 4)).astype(kind)
    labels = np.arange(n + tests) % classes
    return [images[:n], labels[:n], images[n:], labels[n:]]


def whole(split):
    return split.batch(torch.arange(len(split)))


@pytest.mark.parametrize("kind", [np.uint8, np.float64, torch.tensor])
@pytest.mark.parametrize("normalise", [True, False])
def test_channels_are_brought_to_mean_0_and_deviation_1_or_left(kind, normalise):
    given = arrays(np.uint8 if kind is np.uint8 else np.float64)
    data.register("mine", lambda: [torch.tensor(x) for x in given] if kind is torch.tensor else given)
    loaded = data.load("mine", "nowhere", normalise=normalise)
    assert (loaded.name, loaded.classes, loaded.shape, len(loaded.train), len(loaded.test)) == ("mine", 3, (2, 5, 4), 24, 6)
    mean, deviation = given[0].mean((0, 2, 3))[:, None, None], given[0].std((0, 2, 3))[:, None, None]
    for _ in range(2):  # the second time from what is kept
        for split, pixels, labels in ((loaded.train, *given[:2]), (loaded.test, *given[2:])):
            images, found = whole(split)
            same = (pixels - mean) / deviation if normalise else pixels / (255 if kind is np.uint8 else 1)
            assert images.dtype == torch.float32 and images.numpy() == pytest.approx(same, rel=1e-5, abs=1e-5)
            assert found.tolist() == labels.tolist()
    flipped, _ = loaded.train.batch(torch.arange(2), augment=data.CropFlip(0), parameters=torch.ones(2, dtype=torch.int64))
    assert torch.equal(flipped, whole(loaded.train)[0][:2].flip(3))


def test_the_first_images_are_a_subset_that_is_normalised_as_all_are():
    data.register("mine", arrays)
    assert torch.equal(whole(data.load("mine", subset=7).train)[0], whole(data.load("mine").train)[0][:7])
    with pytest.raises(ValueError, match="subset=25 is more than the 24 training images of mine"):
        data.load("mine", subset=25)


@pytest.mark.parametrize("colour", [0, 7, 0.1, 123456.7])
def test_a_channel_of_one_colour_is_0_and_no_rounding_is_seen(colour):
    given = arrays(np.float32 if isinstance(colour, float) else np.uint8, n=1440)
    given[0][:, 1] = given[2][:, 1] = colour
    data.register("mine", lambda: given)
    images, _ = whole(data.load("mine").test)
    assert images[:, 1].abs().max() <= 1e-7 * colour and images[:, 0].std() > 0.5


def test_it_is_called_once_and_when_it_is_asked_for():
    calls = []
    data.register("mine", lambda: calls.append(1) or arrays())
    assert not calls
    assert data.load("mine").name == "mine" and content("mine") and "24 images to train and 6" in whereabouts("mine")
    assert len(calls) == 1


def test_every_array_is_part_of_the_digest():
    changed = [arrays() for _ in range(6)]
    for k in range(4):
        changed[k][k].flat[-1] += 1 if k % 2 == 0 else -1
    changed[4] = arrays(np.float64)
    for k, given in enumerate(changed):
        data.register(f"mine{k}", lambda given=given: given)
    data.register("same", arrays)
    assert len({content(f"mine{k}") for k in range(6)}) == 6
    assert content("same") == content("mine5")
    assert content("digits") == content("nothing") == ""


def test_a_name_is_taken_once_and_those_that_are_known_are_named():
    data.register("mine", arrays)
    for name in ("mine", "digits"):
        with pytest.raises(ValueError, match=f"there is a data set '{name}' already: give yours another name"):
            data.register(name, arrays)
    with pytest.raises(ValueError, match=r"no data set 'main': digits, .*, imagenet, mine are known; one that a file of yours"):
        data.load("main")


def with_part(k, change):
    given = arrays()
    given[k] = change(given[k])
    return given


@pytest.mark.parametrize(("load", "words"), [
    (lambda: {}["x"], r"KeyError: 'x'"),
    (lambda: np.load("nowhere.npy"), r"FileNotFoundError: .*nowhere\.npy"),
    (lambda: arrays()[:3], "gives no four arrays"),
    (lambda: with_part(0, lambda x: x[:, 0]), r"images to train with must be \(n, c, h, w\), .*; got \(24, 5, 4\) of uint8"),
    (lambda: with_part(2, lambda x: x[:0]), r"images to test with must be .*; got \(0, 2, 5, 4\)"),
    (lambda: with_part(0, lambda x: x.astype(int)), "images to train with must be .*; got .* of int64"),
    (lambda: with_part(2, lambda x: x.astype(float)), "one type and shape; got uint8 of 2 x 5 x 4 and float32 of 2 x 5 x 4"),
    (lambda: with_part(2, lambda x: x[:, :, 1:]), "one type and shape; got uint8 of 2 x 5 x 4 and uint8 of 2 x 4 x 4"),
    (lambda: with_part(0, lambda x: x * np.nan), "images to train with must be finite"),
    (lambda: with_part(0, lambda x: x * 1e300), "images to train with must be finite in float32"),
    (lambda: with_part(1, lambda x: x[1:]), r"labels to train with .*, one an image; got \(23,\) of int64 for 24 images"),
    (lambda: with_part(3, lambda x: x + 0.5), "labels to test with must be integers >= 0, .* of float64"),
    (lambda: with_part(1, lambda x: x - 1), "labels to train with must be integers >= 0"),
    (lambda: with_part(1, lambda x: x + 1), "labels must be 0, 1, 2, ..., .*; got 3 kinds, 1 to 3"),
    (lambda: with_part(1, lambda x: 2 * x), "labels must be 0, 1, 2, ..., .*; got 3 kinds, 0 to 4"),
    (lambda: with_part(3, lambda x: x + 1), "labels must be 0, 1, 2, ..., .*; to test with up to 3"),
])  # fmt: skip
def test_arrays_that_are_not_such_are_refused_in_words(load, words):
    data.register("mine", load)
    with pytest.raises(ValueError, match=f"data set 'mine', of a file of yours: .*{words}"):
        data.load("mine")
