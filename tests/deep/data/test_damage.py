"""Files that are missing, damaged or another data set's are named, and nothing in them is run."""

from __future__ import annotations

import codecs
import gzip
import pickle
import zlib

import numpy as np
import pytest
import torch

from deep import data
from deep.data.cifar import BATCHES
from deep.data.load import DATA_SETS
from tests.deep.data import fakes
from tests.deep.data.fakes import line
from tests.idx import idx
from verify.data.mnist import FILES


def test_one_file_missing_is_named(mnist, tmp_path):
    fakes.write_mnist(tmp_path, mnist)
    (tmp_path / f"{FILES[3]}.gz").unlink()
    with pytest.raises(FileNotFoundError, match=FILES[3]) as error:
        data.load("mnist", tmp_path)
    assert str(tmp_path) in line(error)


def damage(kind, arrays):
    whole = gzip.compress(idx(arrays[0]))
    changed, fewer = arrays[0].copy(), arrays[0][:-1]
    changed[3, 4, 5] += 1
    return {
        "cut short": whole[: len(whole) // 2],
        "a wrong checksum of gzip": whole[:-8] + bytes(8),
        "no gzip": b"<html>not found</html>",
        "empty": b"",
        "one pixel changed": gzip.compress(idx(changed)),
        "one image fewer": gzip.compress(idx(fewer)),
        "a header alone": gzip.compress(idx(arrays[0])[:10]),
        "content shorter than its header": gzip.compress(idx(arrays[0])[:-1]),
        "more axes than can be": gzip.compress(b"\0\0\x08\xff" + 255 * b"\xff\xff\xff\xff"),
        "another type": gzip.compress(b"\0\0\x0d" + idx(arrays[0])[3:]),
        "the labels": gzip.compress(idx(arrays[1])),
    }[kind]


@pytest.mark.parametrize("kind", [
    "cut short", "a wrong checksum of gzip", "no gzip", "empty", "one pixel changed", "one image fewer", "a header alone",
    "content shorter than its header", "more axes than can be", "another type", "the labels",
])  # fmt: skip
def test_a_damaged_idx_file_is_named(mnist, tmp_path, kind):
    fakes.write_mnist(tmp_path, mnist)
    (tmp_path / f"{FILES[0]}.gz").write_bytes(damage(kind, mnist))
    with pytest.raises(ValueError) as error:
        data.load("mnist", tmp_path)
    assert line(error).startswith(str(tmp_path / FILES[0])) and "get it again" in line(error)
    assert len(line(error)) < 300 + len(str(tmp_path))


def test_a_few_bytes_that_unpack_to_far_too_many_are_damage(mnist, cifar10, tmp_path):
    fakes.write_mnist(tmp_path / "mnist", mnist)
    (tmp_path / "mnist" / f"{FILES[1]}.gz").write_bytes(gzip.compress(bytes(2**24)))
    with pytest.raises(ValueError, match=r"it has more than \d+ bytes"):
        data.load("mnist", tmp_path)
    fakes.write_packed(tmp_path, cifar10)
    (tmp_path / "labels.z").write_bytes(zlib.compress(bytes(2**26)))
    with pytest.raises(ValueError, match=r"labels\.z is damaged .*or has more than 61440000 bytes"):
        data.load("cifar10", tmp_path)


def test_mnist_is_not_taken_for_fashion_mnist(mnist, tmp_path, monkeypatch):
    monkeypatch.setitem(DATA_SETS, "fashion-mnist", fakes.knowing(DATA_SETS["fashion-mnist"], fakes.mnist(seed=1)))
    fakes.write_mnist(tmp_path, mnist)
    with pytest.raises(ValueError, match="another data set's"):
        data.load("fashion-mnist", tmp_path)


def test_files_of_another_set_do_not_hide_those_in_the_next_folder(mnist, tmp_path, monkeypatch):
    fashion = fakes.mnist(seed=1)
    monkeypatch.setitem(DATA_SETS, "fashion-mnist", fakes.knowing(DATA_SETS["fashion-mnist"], fashion))
    fakes.write_mnist(tmp_path / "raw", mnist)
    fakes.write_mnist(tmp_path, fashion)
    images, _ = data.load("fashion-mnist", tmp_path, normalise=False).train.batch(torch.arange(2))
    np.testing.assert_allclose(images.numpy()[:, 0] * 255, fashion[0][:2], atol=1e-4)


@pytest.mark.parametrize("form", ["pickled", "binary", "packed"])
def test_a_changed_pixel_of_cifar10_is_seen_in_each_form(cifar10, tmp_path, form):
    changed = [part.copy() for part in cifar10]
    changed[2][3, 400] += 1
    if form == "pickled":
        fakes.write_pickles(tmp_path, BATCHES, changed, ["labels"])
    elif form == "binary":
        fakes.write_binary(tmp_path, [f"{name}.bin" for name in BATCHES], changed)
    else:
        fakes.write_packed(tmp_path, changed)
    with pytest.raises(ValueError, match="SHA-256") as error:
        data.load("cifar10", tmp_path)
    assert ("data_batch_3" in line(error)) == (form != "packed")


def test_packed_files_that_do_not_fit_are_damaged(cifar10, tmp_path):
    fakes.write_packed(tmp_path, cifar10)
    (tmp_path / "images-2.z").write_bytes((tmp_path / "images-2.z").read_bytes()[:-9])
    with pytest.raises(ValueError, match=r"images-2\.z is damaged"):
        data.load("cifar10", tmp_path)
    fakes.write_packed(tmp_path, cifar10[:3])
    with pytest.raises(ValueError, match="3 parts and not 6"):
        data.load("cifar10", tmp_path)
    fakes.write_packed(tmp_path, cifar10)
    fakes.write_packed(tmp_path / "fewer", cifar10[:3])
    (tmp_path / "labels.z").write_bytes((tmp_path / "fewer" / "labels.z").read_bytes())
    with pytest.raises(ValueError, match="60 images and 30 labels"):
        data.load("cifar10", tmp_path)


class Mischief:
    def __reduce__(self):
        return (print, ("the pickle ran this",))


class Codec:
    def __reduce__(self):
        return (codecs.encode, ("", "rot13"))


class Made:
    """Made by a call of what is admitted, with a state."""

    def __init__(self, function, arguments, *state):
        self.made = function, arguments, *state

    def __reduce__(self):
        return self.made


def addresses():
    """An array of objects, over bytes: a type that is told by its flags that it holds none."""
    objects = Made(np.dtype, ("O", False, True), (3, "|", None, None, None, -1, -1, 0))
    return Made(np.ndarray, (Made(np.ndarray, ((1,), objects, b"A" * 8)),))


def changed_flags():
    """A type of bytes whose flags are those of objects."""
    wrong = Made(np.dtype, ("u1", False, True), (3, "|", None, None, None, -1, -1, 0x3F))
    return Made(np.zeros(0).__reduce__()[0], (np.ndarray, (0,), b"b"), (1, (16,), wrong, False, [1] * 16))


TWO = np.zeros((2, 3072), np.uint8)
PICKLES = {
    "a call": ({"data": Mischief()}, "print"),
    "another encoding": ({"data": Codec()}, "bytes in the encoding 'rot13'"),
    "no dict": ([1, 2], "not a dict"),
    "no array": ({"data": [1]}, "no 'data'"),
    "an array of numbers": ({"data": TWO.astype(np.int64)}, "an array of something else than bytes"),
    "an array of objects": ({"data": TWO.astype(object)}, "an array of something else than bytes"),
    "addresses": ({"data": addresses(), "labels": []}, "takes no arguments"),
    "changed flags": ({"data": changed_flags(), "labels": []}, "not a readable pickle"),
    "a label too large": ({"data": TWO, "labels": [1, 300]}, "no list 'labels' of 2"),
    "a label too few": ({"data": TWO, "labels": [1]}, "no list 'labels' of 2"),
}


@pytest.mark.parametrize("kind", [*PICKLES, "cut short", "empty"])
def test_a_pickle_runs_nothing_and_holds_what_it_should(cifar10, tmp_path, capsys, kind):
    content, reason = PICKLES.get(kind, ({"data": TWO, "labels": [1, 2]}, "not a readable pickle"))
    content = pickle.dumps(content)[: {"cut short": -20, "empty": 0}.get(kind)]
    fakes.write_pickles(tmp_path, BATCHES, cifar10, ["labels"])
    (tmp_path / "data_batch_4").write_bytes(content)
    with pytest.raises(ValueError, match=reason) as error:
        data.load("cifar10", tmp_path)
    assert line(error).startswith(str(tmp_path / "data_batch_4"))
    assert capsys.readouterr().out == ""


def test_a_pickle_of_cifar100_is_checked_before_it_is_read(tmp_path, monkeypatch):
    parts = fakes.cifar(2, 2, 100, classes=100)
    md5 = fakes.write_pickles(tmp_path, ["train", "test"], parts, ["coarse_labels", "fine_labels"])
    monkeypatch.setitem(DATA_SETS, "cifar100", fakes.knowing(DATA_SETS["cifar100"], parts, md5))
    (tmp_path / "test").write_bytes(pickle.dumps(Mischief()))
    with pytest.raises(ValueError, match="MD5"):
        data.load("cifar100", tmp_path)
