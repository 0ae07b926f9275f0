"""Batches are the images asked for, normalised; crops and flips are what they say; an epoch's randomness is its number's."""

from __future__ import annotations

import pytest
import torch

from deep import data
from deep.data import arrays
from deep.data.arrays import ArraySplit

MEAN, DEVIATION = torch.tensor([0.5, 0.4, 0.3]).view(3, 1, 1), torch.tensor([0.2, 0.25, 0.3]).view(3, 1, 1)


def split(n=20, size=8):
    images = torch.randint(256, (n, 3, size, size), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    return ArraySplit(images, torch.arange(n) % 7, scale=1 / (255 * DEVIATION), shift=-MEAN / DEVIATION)


def test_a_batch_is_the_normalised_images_and_their_labels():
    s, index = split(), torch.tensor([3, 19, 0, 3])
    images, labels = s.batch(index)
    assert torch.equal(labels, index % 7) and labels.dtype == torch.int64
    assert images.dtype == torch.float32 and images.is_contiguous()
    torch.testing.assert_close(images, (s.images[index] / 255 - MEAN) / DEVIATION)


def test_a_batch_is_the_same_with_and_without_kept_floats(monkeypatch):
    index = torch.tensor([3, 19, 0, 3])
    kept = split().batch(index)[0]
    monkeypatch.setattr(arrays, "FLOATS", 0)
    assert torch.equal(split().batch(index)[0], kept)


def test_a_batch_may_be_changed_by_who_got_it():
    s, index = split(), torch.tensor([2])
    before = s.batch(index)[0].clone()
    s.batch(index)[0].zero_()
    assert torch.equal(s.batch(index)[0], before)


class Same(data.CropFlip):
    def apply(self, images, parameters):
        return images


def test_augmentation_is_before_normalisation():
    s, index = split(), torch.arange(5)
    assert torch.equal(s.batch(index, augment=Same())[0], s.batch(index)[0])
    parameters = torch.zeros(5, dtype=torch.int64)  # the upper left corner: 4 black rows and columns
    images, _ = s.batch(index, augment=data.CropFlip(), parameters=parameters)
    black = (-MEAN / DEVIATION).expand(5, 3, 4, 8)
    torch.testing.assert_close(images[:, :, :4], black)
    torch.testing.assert_close(images[:, :, 4:, 4:], s.batch(index)[0][:, :, :4, :4])


def test_augmentation_draws_from_the_given_generator_alone():
    s, index, augment = split(), torch.arange(12), data.CropFlip()
    state = torch.get_rng_state()
    first = s.batch(index, augment=augment, generator=torch.Generator().manual_seed(5))[0]
    assert torch.equal(first, s.batch(index, augment=augment, generator=torch.Generator().manual_seed(5))[0])
    assert not torch.equal(first, s.batch(index, augment=augment, generator=torch.Generator().manual_seed(6))[0])
    assert torch.equal(state, torch.get_rng_state())


def test_the_parts_of_a_batch_make_the_whole():
    s, index, augment = split(), torch.arange(12), data.CropFlip()
    whole = s.batch(index, augment=augment, generator=torch.Generator().manual_seed(5))[0]
    drawn = augment.draw(12, torch.Generator().manual_seed(5))
    parts = [s.batch(index[k::3], augment=augment, parameters=drawn[k::3])[0] for k in range(3)]
    for k, part in enumerate(parts):
        assert torch.equal(whole[k::3], part)


@pytest.mark.parametrize("padding, flip", [(4, True), (2, False), (0, True), (0, False)])
def test_crops_and_flips_are_those_of_the_definition(padding, flip):
    images, augment = split(n=6, size=5).images[..., :4], data.CropFlip(padding, flip)  # 5 x 4: rows are not columns
    side = 2 * padding + 1
    outcomes = torch.arange((1 + flip) * side**2)
    padded = torch.zeros(6, 3, 5 + 2 * padding, 4 + 2 * padding, dtype=torch.uint8)
    padded[:, :, padding : padding + 5, padding : padding + 4] = images
    for code in outcomes.tolist():
        row, column = code // side % side, code % side
        cut = padded[:, :, row : row + 5, column : column + 4]
        expected = cut.flip(-1) if code >= side**2 else cut
        assert torch.equal(augment.apply(images, torch.full((6,), code)), expected)


def test_all_crops_and_flips_are_equally_likely():
    drawn = data.CropFlip(1).draw(18000, torch.Generator().manual_seed(0))
    counts = torch.bincount(drawn, minlength=18).double()
    assert len(counts) == 18
    assert ((counts - 1000) ** 2 / 1000).sum() < 40.8  # the 99.9 % quantile of chi^2 with 17 degrees of freedom


@pytest.mark.parametrize("padding", [-1, 1.5, "4"])
def test_a_padding_that_is_no_number_of_pixels_is_refused(padding):
    with pytest.raises(ValueError, match=f"padding={padding!r} must be an integer of 0 or more"):
        data.CropFlip(padding)


def test_an_order_is_a_permutation_that_seed_and_epoch_decide():
    first = data.order(1000, seed=3, epoch=5)
    assert first.dtype == torch.int64 and torch.equal(first.sort().values, torch.arange(1000))
    torch.manual_seed(1)
    assert torch.equal(first, data.order(1000, seed=3, epoch=5))
    for seed, epoch in ((3, 6), (4, 5), (5, 3), (0, 35)):
        assert not torch.equal(first, data.order(1000, seed=seed, epoch=epoch))


def test_a_generator_is_decided_by_seed_and_epoch_and_is_not_the_orders():
    def numbers(seed, epoch):
        return torch.rand(8, generator=data.generator(seed=seed, epoch=epoch))

    assert torch.equal(numbers(0, 1), numbers(0, 1))
    assert not torch.equal(numbers(0, 1), numbers(1, 0)) and not torch.equal(numbers(0, 1), numbers(0, 2))


@pytest.mark.parametrize("numbers", [{"seed": -1, "epoch": 0}, {"seed": 0, "epoch": -2}])
def test_negative_seeds_and_epochs_are_refused(numbers):
    with pytest.raises(ValueError, match="must be 0 or more"):
        data.order(3, **numbers)
    with pytest.raises(ValueError, match="must be 0 or more"):
        data.generator(**numbers)
    with pytest.raises(ValueError, match="n=-3 must be 0 or more"):
        data.order(-3, seed=0, epoch=0)
