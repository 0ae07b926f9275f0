"""Data sets are found in every usual layout; what is missing is said in one line."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
import torch

from deep import data
from deep.data.cifar import BATCHES
from deep.data.load import DATA_SETS, whereabouts
from tests.deep.data import fakes
from tests.deep.data.fakes import line
from verify.data.mnist import FILES


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("name, folder", [
    *(("mnist", folder) for folder in ("", "mnist", "MNIST/raw", "raw")),
    *(("fashion-mnist", folder) for folder in ("", "fashion-mnist", "FashionMNIST/raw", "raw")),
])  # fmt: skip
def test_idx_files_are_found_in_each_folder(mnist, tmp_path, name, folder, packed):
    fakes.write_mnist(tmp_path / folder, mnist, packed)
    loaded = data.load(name, tmp_path)
    assert (loaded.name, loaded.classes, loaded.shape) == (name, 10, (1, 28, 28))
    assert len(loaded.train) == 30 and len(loaded.test) == 20
    mean, deviation = {"mnist": (0.1307, 0.3081), "fashion-mnist": (0.2860, 0.3530)}[name]
    for split, pixels, labels in ((loaded.train, *mnist[:2]), (loaded.test, *mnist[2:])):
        images, found = split.batch(torch.arange(len(labels)))
        assert torch.equal(found, torch.tensor(labels.astype(int)))
        assert images.dtype == torch.float32 and images[:, 0].numpy() == pytest.approx(
            (pixels / 255 - mean) / deviation, abs=1e-6
        )


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_idx_files_may_have_the_names_that_mirrors_give_them(mnist, tmp_path, name, packed):
    fakes.write_mnist(tmp_path, mnist, packed)
    for path in tmp_path.iterdir():
        path.rename(tmp_path / path.name.replace("images-idx3", "images.idx3").replace("labels-idx1", "labels.idx1"))
    assert len(data.load(name, tmp_path).train) == 30


def test_debians_folder_is_looked_at_whatever_the_root(mnist, tmp_path, monkeypatch):
    source = DATA_SETS["fashion-mnist"]
    assert source.layouts[0].folders[-1] == "/usr/share/datasets/fashion-mnist"
    fakes.write_mnist(tmp_path / "debian", mnist)
    layout = replace(source.layouts[0], folders=(*source.layouts[0].folders[:-1], str(tmp_path / "debian")))
    monkeypatch.setitem(DATA_SETS, "fashion-mnist", replace(source, layouts=(layout,)))
    assert len(data.load("fashion-mnist", tmp_path / "elsewhere").train) == 30


@pytest.mark.parametrize("form, folder", [
    *(("pickled", folder) for folder in ("", "cifar10", "cifar-10-batches-py", "cifar10/cifar-10-batches-py")),
    *(("binary", folder) for folder in ("", "cifar10", "cifar-10-batches-bin", "cifar10/cifar-10-batches-bin")),
    *(("packed", folder) for folder in ("", "cifar10")),
])  # fmt: skip
def test_cifar10_is_the_same_in_each_form(cifar10, tmp_path, form, folder):
    if form == "pickled":
        fakes.write_pickles(tmp_path / folder, BATCHES, cifar10, ["labels"])
    elif form == "binary":
        fakes.write_binary(tmp_path / folder, [f"{name}.bin" for name in BATCHES], cifar10)
    else:
        fakes.write_packed(tmp_path / folder, cifar10)
    loaded = data.load("cifar10", tmp_path)
    records = np.concatenate(cifar10)
    assert (loaded.classes, loaded.shape, len(loaded.train), len(loaded.test)) == (10, (3, 32, 32), 50, 10)
    assert torch.equal(loaded.train.labels, torch.tensor(records[:50, 0].astype(int)))
    assert np.array_equal(loaded.train.images, records[:50, 1:].reshape(-1, 3, 32, 32))
    assert np.array_equal(loaded.test.images, records[50:, 1:].reshape(-1, 3, 32, 32))


def test_what_is_there_in_part_does_not_hide_what_is_there_whole(cifar10, mnist, tmp_path):
    fakes.write_pickles(tmp_path / "cifar-10-batches-py", BATCHES[:1], cifar10[:1], ["labels"])
    fakes.write_packed(tmp_path / "cifar10", cifar10)
    assert len(data.load("cifar10", tmp_path).train) == 50
    fakes.write_mnist(tmp_path, mnist)
    (tmp_path / f"{FILES[0]}.gz").unlink()
    for folder in ("mnist", "MNIST/raw"):
        fakes.write_mnist(tmp_path / folder, mnist)
        assert whereabouts("mnist", tmp_path) == f"found in {tmp_path / folder}"
        (tmp_path / folder / f"{FILES[0]}.gz").unlink()
    assert whereabouts("mnist", tmp_path).startswith(f"not there: {FILES[0]} is missing in ")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("key", [str, str.encode])
def test_cifar10_may_have_been_pickled_again(cifar10, tmp_path, key, protocol):
    for name, part in zip(BATCHES, cifar10, strict=True):
        batch = {key("data"): part[:, 1:].copy(), key("labels"): part[:, 0].tolist(), key("batch_label"): b"x"}
        (tmp_path / name).write_bytes(pickle.dumps(batch, protocol))
    loaded = data.load("cifar10", tmp_path)
    assert np.array_equal(loaded.test.images, cifar10[-1][:, 1:].reshape(-1, 3, 32, 32))
    assert np.array_equal(loaded.test.labels, cifar10[-1][:, 0])


@pytest.mark.parametrize("form, folder", [
    *(("pickled", folder) for folder in ("", "cifar100", "cifar-100-python")),
    *(("binary", folder) for folder in ("", "cifar100", "cifar-100-binary")),
])  # fmt: skip
def test_cifar100_has_its_fine_labels(tmp_path, monkeypatch, form, folder):
    parts, md5 = fakes.cifar(2, 2, 100, classes=100), None
    if form == "pickled":
        md5 = fakes.write_pickles(tmp_path / folder, ["train", "test"], parts, ["coarse_labels", "fine_labels"])
    else:
        fakes.write_binary(tmp_path / folder, ["train.bin", "test.bin"], parts)
    monkeypatch.setitem(DATA_SETS, "cifar100", fakes.knowing(DATA_SETS["cifar100"], parts, md5))
    loaded = data.load("cifar100", tmp_path)
    assert (loaded.classes, len(loaded.train), len(loaded.test)) == (100, 100, 100)
    assert np.array_equal(loaded.train.labels, parts[0][:, 1])
    assert np.array_equal(loaded.test.images, parts[1][:, 2:].reshape(-1, 3, 32, 32))


def test_cifar100_in_binary_form_needs_100_equal_classes(tmp_path, monkeypatch):
    parts = fakes.cifar(2, 2, 100, classes=100)
    monkeypatch.setitem(DATA_SETS, "cifar100", fakes.knowing(DATA_SETS["cifar100"], parts))
    parts[0][0, 1] = parts[0][1, 1]
    fakes.write_binary(tmp_path, ["train.bin", "test.bin"], parts)
    with pytest.raises(ValueError, match="100 classes") as error:
        data.load("cifar100", tmp_path)
    assert line(error).startswith(str(tmp_path / "train.bin"))


def test_digits_come_with_the_package(monkeypatch):
    monkeypatch.delenv("PROXPROOF_DATA", raising=False)
    loaded = data.load("digits")
    assert (loaded.classes, loaded.shape, len(loaded.train), len(loaded.test)) == (10, (1, 8, 8), 1437, 360)
    images, labels = loaded.train.batch(torch.arange(1437))
    assert images.min() == 0 and images.max() == 1 and torch.equal(images * 16, (images * 16).round())
    assert torch.bincount(labels).min() > 140  # of each digit


def test_pixels_that_are_not_normalised_lie_between_0_and_1(mnist, tmp_path):
    fakes.write_mnist(tmp_path, mnist)
    images, _ = data.load("mnist", tmp_path, normalise=False).train.batch(torch.arange(30))
    assert images.numpy() == pytest.approx(np.expand_dims(mnist[0] / 255, 1), abs=1e-7)


def test_the_root_is_the_argument_then_the_environment_then_the_folder_data(mnist, tmp_path, monkeypatch):
    for k, folder in enumerate(("given", "environment", "here/data")):
        fakes.write_mnist(tmp_path / folder, mnist)
        (tmp_path / folder / FILES[0]).write_bytes(bytes(k))  # a file that names the folder when it fails
    (tmp_path / "here").mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("PROXPROOF_DATA", str(tmp_path / "environment"))
    with pytest.raises(ValueError, match="given"):
        data.load("mnist", tmp_path / "given")
    with pytest.raises(ValueError, match="environment"):
        data.load("mnist")
    monkeypatch.delenv("PROXPROOF_DATA")
    with pytest.raises(ValueError, match=r"^data"):
        data.load("mnist")


def test_subset_keeps_the_first_training_images(mnist, tmp_path):
    fakes.write_mnist(tmp_path, mnist)
    loaded = data.load("mnist", tmp_path, subset=7)
    assert np.array_equal(loaded.train.images[:, 0], mnist[0][:7]) and len(loaded.test) == 20
    with pytest.raises(ValueError, match="subset=31 is more than the 30"):
        data.load("mnist", tmp_path, subset=31)
    for subset in (0, 2.5, "3"):
        with pytest.raises(ValueError, match=f"subset={subset!r} must be an integer of 1 or more"):
            data.load("mnist", tmp_path, subset=subset)


def test_where_a_data_set_is_can_be_asked_before_it_is_read(mnist, tmp_path):
    fakes.write_mnist(tmp_path / "mnist", mnist)
    assert whereabouts("mnist", tmp_path) == f"found in {tmp_path / 'mnist'}"
    (tmp_path / "mnist" / f"{FILES[2]}.gz").unlink()
    assert whereabouts("mnist", tmp_path).startswith(f"not there: {FILES[2]} is missing in ")
    assert whereabouts("imagenet", tmp_path).startswith(f"not there: imagenet is not in {tmp_path}: put ")
    for folder in ("train", "val"):
        (tmp_path / "imagenet" / folder).mkdir(parents=True)
    assert whereabouts("imagenet", tmp_path) == f"found in {tmp_path / 'imagenet'}"


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="'minst': digits, mnist, fashion-mnist, cifar10, cifar100, imagenet"):
        data.load("minst")


@pytest.mark.parametrize("name", ["mnist", "cifar10", "cifar100"])
def test_nothing_there_says_what_to_put_where(tmp_path, name):
    with pytest.raises(FileNotFoundError) as error:
        data.load(name, tmp_path)
    layout = DATA_SETS[name].layouts[0]
    for said in (name, str(tmp_path / layout.folders[0]), layout.files[0], "--data", "PROXPROOF_DATA"):
        assert said in line(error)
