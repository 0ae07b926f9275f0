"""Images in folders of classes, decoded when they are asked for: on tiny made-up ones of different sizes and forms."""

from __future__ import annotations

import importlib.util
from dataclasses import replace

import numpy as np
import pytest
import torch

from deep import data
from deep.data import files, imagenet, resized
from deep.data.load import DATA_SETS

Image = pytest.importorskip("PIL.Image")
MEAN, DEVIATION = (np.array(a)[:, None, None] for a in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
SIZES = ((300, 200), (200, 300), (256, 256), (40, 400), (31, 33))


def picture(seed, size, mode="RGB"):
    """A smooth picture, which JPEG hardly changes."""
    u, v = np.meshgrid(np.linspace(0, 1, size[0]), np.linspace(0, 1, size[1]))
    phase = np.random.default_rng(seed).uniform(0, 6, 3)
    pixels = np.stack([127 + 120 * np.sin(3 * u + 2 * v + p) for p in phase], axis=-1).astype(np.uint8)
    return Image.fromarray(pixels).convert(mode)


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Three classes of 5, 4 and 4 images to train with and 2 each to test with, one of them grey, in ``imagenet``."""
    monkeypatch.setitem(DATA_SETS, "imagenet", replace(DATA_SETS["imagenet"], classes=3, counts=(13, 6)))
    for part, counts in (("train", (5, 4, 4)), ("val", (2, 2, 2))):
        for label, count in enumerate(counts):
            folder = tmp_path / "imagenet" / part / f"n0{label}"
            folder.mkdir(parents=True)
            for k in range(count):
                image = picture(10 * label + k, SIZES[k], "L" if label == k == 1 else "RGB")
                image.save(folder / f"{k}.JPEG", quality=98)
    return tmp_path


def test_a_subset_has_the_first_images_of_all_classes(root):
    loaded = data.load("imagenet", root)
    assert (loaded.classes, loaded.shape, len(loaded.train), len(loaded.test)) == (3, (3, 224, 224), 13, 6)
    assert loaded.train.labels.tolist() == [0, 1, 2] * 4 + [0]
    assert loaded.augment == data.ResizedCropFlip()
    assert data.load("imagenet", root, subset=4).train.labels.tolist() == [0, 1, 2, 0]
    with pytest.raises(ValueError, match="subset=14"):
        data.load("imagenet", root, subset=14)


def test_what_begins_with_a_dot_is_no_image_and_no_class(root):
    (root / "imagenet" / "train" / ".ipynb_checkpoints").mkdir()
    (root / "imagenet" / "train" / "n00" / "._0.JPEG").write_bytes(b"Mac OS X")
    assert len(data.load("imagenet", root).train) == 13


def test_pixels_of_16_bits_are_refused_and_not_cut_off(root):
    Image.fromarray(np.full((40, 40), 30000, np.uint16)).save(root / "imagenet" / "train" / "n00" / "0.png")
    (root / "imagenet" / "train" / "n00" / "0.JPEG").unlink()
    with pytest.raises(ValueError, match=r"0\.png .*of more than 8 bits"):
        data.load("imagenet", root).train.batch(torch.tensor([0]))


@pytest.mark.parametrize("folder", ["", "ILSVRC2012"])
def test_folders_are_found_in_the_root_too(root, folder):
    moved = root / "elsewhere" / folder
    moved.parent.mkdir(parents=True, exist_ok=True)
    (root / "imagenet").rename(moved)
    assert len(data.load("imagenet", root / "elsewhere").test) == 6


def test_a_test_image_is_the_centre_of_it_resized(root):
    split = data.load("imagenet", root).test
    index = torch.tensor([4, 0])
    images, labels = split.batch(index)
    assert labels.tolist() == [1, 0] and images.shape == (2, 3, 224, 224) and images.dtype == torch.float32
    assert images.is_contiguous(memory_format=torch.channels_last)
    for image, seed, size, mode in zip(images, (11, 0), (SIZES[1], SIZES[0]), ("L", "RGB"), strict=True):
        w, h = (round(256 * length / min(size)) for length in size)
        whole = picture(seed, size, mode).convert("RGB").resize((w, h), Image.Resampling.BILINEAR)
        pixels = np.asarray(whole.crop((w // 2 - 112, h // 2 - 112, w // 2 + 112, h // 2 + 112))).transpose(2, 0, 1)
        assert np.abs(image.numpy() - (pixels / 255 - MEAN) / DEVIATION).max() < 5 / 255 / DEVIATION.min()  # JPEG's loss


def test_training_images_are_those_of_their_parameters(root):
    split, augment, index = data.load("imagenet", root).train, data.ResizedCropFlip(), torch.arange(6)
    drawn = augment.draw(6, torch.Generator().manual_seed(3))
    whole = split.batch(index, augment=augment, generator=torch.Generator().manual_seed(3))[0]
    assert torch.equal(whole[2:4], split.batch(index[2:4], augment=augment, parameters=drawn[2:4])[0])
    assert not torch.equal(whole, split.batch(index, augment=augment, generator=torch.Generator().manual_seed(4))[0])
    flipped = drawn.clone()
    flipped[:, -1] = 1 - drawn[:, -1]
    assert torch.equal(whole.flip(-1), split.batch(index, augment=augment, parameters=flipped)[0])


def test_other_augmentation_is_of_the_centres(root):
    split, index, augment = data.load("imagenet", root).train, torch.arange(3), data.CropFlip(0)
    images = split.batch(index, augment=augment, parameters=torch.tensor([1, 0, 1]))[0]
    plain = split.batch(index)[0]
    assert torch.equal(images, torch.stack([plain[0].flip(-1), plain[1], plain[2].flip(-1)]))


def test_parts_have_the_areas_and_ratios_of_the_definition():
    crop, n = data.ResizedCropFlip(), 4000
    drawn = crop.draw(n, torch.Generator().manual_seed(0)).tolist()
    extents = np.array([crop._extent(500, 375, numbers) for numbers in drawn])
    share, ratio = extents.prod(axis=1) / (500 * 375), extents[:, 0] / extents[:, 1]
    assert share.min() > 0.07 and share.max() <= 1 and ratio.min() > 0.73 and ratio.max() < 1.36
    small = share < 0.4  # these always fit: uniform in the share and in the logarithm of the ratio
    assert np.median(share[small]) == pytest.approx(0.24, abs=0.02)
    assert np.median(np.log(ratio[small])) == pytest.approx(0, abs=0.03)
    assert np.quantile(np.log(ratio[small]), 0.75) == pytest.approx(np.log(4 / 3) / 2, abs=0.03)


@pytest.mark.parametrize("size, expected", [((1000, 100), (133, 100)), ((100, 1000), (100, 133))])
def test_a_part_that_never_fits_is_the_largest_of_an_allowed_ratio(size, expected):
    assert data.ResizedCropFlip()._extent(*size, [0.99] * 10 + [0.5] * 13) == expected


def test_places_reach_both_ends_of_the_image():
    crop = data.ResizedCropFlip(size=4, share=(1 / 4, 1 / 4), ratio=(1, 1))
    image = Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).convert("RGB")
    least, most = torch.zeros(1, 23), torch.full((1, 23), 1 - 2**-24)
    least[:, -1] = 1
    assert crop.apply([image], least)[0][..., 0].tolist() == [[8 * i + j for j in range(4)] for i in range(4)]
    assert crop.apply([image], most)[0][..., 0].tolist() == [[8 * i + j for j in range(4, 8)] for i in range(4, 8)]


def test_it_is_not_for_images_in_memory():
    with pytest.raises(ValueError, match="CropFlip for images in memory"):
        data.load("digits").train.batch(torch.arange(2), augment=data.ResizedCropFlip())


def test_a_prefetched_batch_is_decoded_once(root, monkeypatch):
    decoded, original = [], resized.centre
    monkeypatch.setattr(files, "centre", lambda image, size: decoded.append(1) or original(image, size))
    split, index = data.load("imagenet", root).train, torch.arange(5)
    split.prefetch(index)
    split.prefetch(index)
    images = split.batch(index)[0]
    assert len(decoded) == 5
    assert torch.equal(images, split.batch(index)[0]) and len(decoded) == 10


def test_batches_that_nobody_takes_are_given_up(root):
    split = data.load("imagenet", root).train
    for k in range(9):
        split.prefetch(torch.tensor([k]))
    assert len(split._ahead) == files.AHEAD
    assert torch.equal(split.batch(torch.tensor([0]))[0], data.load("imagenet", root).train.batch(torch.tensor([0]))[0])


def test_to_prefetch_with_augmentation_needs_its_parameters(root):
    with pytest.raises(ValueError, match="parameters"):
        data.load("imagenet", root).train.prefetch(torch.arange(2), augment=data.ResizedCropFlip())


def line(error):
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("content", [b"", b"not an image", None])
def test_a_damaged_image_is_named(root, content):
    file = root / "imagenet" / "train" / "n02" / "0.JPEG"
    file.write_bytes(file.read_bytes()[:600] if content is None else content)
    with pytest.raises(ValueError, match="damaged") as error:
        data.load("imagenet", root).train.batch(torch.arange(5))
    assert line(error).startswith(str(file))


def test_what_is_missing_is_said(root, tmp_path):
    with pytest.raises(FileNotFoundError, match="train/CLASS") as error:
        data.load("imagenet", tmp_path / "nowhere")
    assert str(tmp_path / "nowhere" / "imagenet") in line(error)
    (root / "imagenet" / "val" / "n01" / "0.JPEG").unlink()
    with pytest.raises(ValueError, match="has 5 images; imagenet has 6") as error:
        data.load("imagenet", root)
    (root / "imagenet" / "val" / "n01").rename(root / "n01")
    with pytest.raises(FileNotFoundError, match="n01 is missing") as error:
        data.load("imagenet", root)
    (root / "imagenet" / "train" / "n03").mkdir()
    with pytest.raises(ValueError, match="folders of 4 classes; imagenet has 3") as error:
        data.load("imagenet", root)
    (root / "imagenet" / "val").rename(root / "val")
    with pytest.raises(FileNotFoundError, match="val/CLASS") as error:
        data.load("imagenet", root)
    line(error)


def test_the_numbers_of_imagenet():
    assert (DATA_SETS["imagenet"].classes, DATA_SETS["imagenet"].counts) == (1000, (1281167, 50000))


def test_without_pillow_it_says_so(root, monkeypatch):
    monkeypatch.setattr(imagenet, "find_spec", lambda name: None if name == "PIL" else importlib.util.find_spec(name))
    with pytest.raises(ValueError, match="pip install pillow"):
        data.load("imagenet", root)
