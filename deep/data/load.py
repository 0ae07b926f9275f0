"""A data set by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from deep.data.cifar import CIFAR10, CIFAR100
from deep.data.digits import DIGITS
from deep.data.imagenet import IMAGENET, ImageFolders
from deep.data.mnist import FASHION_MNIST, MNIST
from deep.data.own import Own
from deep.data.sets import Data
from deep.data.source import Source
from verify.data.layouts import data_root

_ALL: tuple[Source | ImageFolders, ...] = (DIGITS, MNIST, FASHION_MNIST, CIFAR10, CIFAR100, IMAGENET)
DATA_SETS: dict[str, Source | ImageFolders | Own] = {data_set.name: data_set for data_set in _ALL}


def register(name: str, load: Callable[[], Any]) -> None:
    """Enter a data set of one's own, that fits in memory, under a name which recipes can then give as their ``data``.

    ``load()`` returns (train_images, train_labels, test_images, test_labels), as NumPy arrays or tensors on the CPU. Images are
    (n, c, h, w): uint8, of which 255 is 1, or floating-point numbers, taken as they are in float32. Labels are integers, (n,):
    0, 1, 2, ..., each with an image to train with. It is called once a process, when the data are first asked for, and not with
    a data root. A digest of what it returns is part of the name of every run with it.

    ValueError where the name is taken; what is wrong with the arrays is a ValueError when they are asked for.
    """
    if name in DATA_SETS:
        raise ValueError(f"there is a data set {name!r} already: give yours another name")
    DATA_SETS[name] = Own(name, load)


def find(name: str) -> Source | ImageFolders | Own:
    """The data set ``name``, before it is read. ValueError for an unknown name."""
    if name not in DATA_SETS:
        known = f"{', '.join(DATA_SETS)} are known"
        raise ValueError(
            f"there is no data set {name!r}: {known}; one that a file of yours registers is, once that is imported"
        )
    return DATA_SETS[name]


def content(name: str) -> str:
    """The digest of a data set of the user's own; "" for others, whose content is known, and for an unknown name."""
    data_set = DATA_SETS.get(name)
    return data_set.content if isinstance(data_set, Own) else ""


def load(
    name: str,
    root: str | Path | None = None,
    *,
    device: str | torch.device = "cpu",
    subset: int | None = None,
    normalise: bool = True,
) -> Data:
    """The data set ``name``, found under ``root``, checked, and kept on the device; of ImageNet the images stay in files.

    ``root`` is a folder in any of the usual layouts: as torchvision leaves it, or the original files in the folder itself or in
    one of the data set's name. Without it the environment variable PROXPROOF_DATA is used, and without that ``data`` in the
    current folder. "digits" and a data set of your own need none. ``subset=n`` keeps the first n training images and all those
    to test with. Pixels have, by channel, mean 0 and deviation 1 over the training images; or, with ``normalise=False`` and of
    "digits" always, they lie in [0, 1], and are as they come where they are floating-point numbers of your own.

    Shapes and digests are checked every time; of ImageNet the numbers of classes and images, of CIFAR-100's binary files, whose
    digests are not published, those of the labels. Raises FileNotFoundError for what
    is not there and ValueError for damaged files, an unknown name or a subset out of range: one line each, with what to do.
    """
    found = find(name)
    data_set = found.source if isinstance(found, Own) else found
    if subset is not None and (not isinstance(subset, int) or subset < 1):
        raise ValueError(f"subset={subset!r} must be an integer of 1 or more")
    if not normalise:
        channels = len(data_set.mean)
        data_set = replace(data_set, mean=(0.0,) * channels, deviation=(1.0,) * channels)
    data = data_set.load(data_root(root), torch.device(device), subset)
    check_subset(name, subset, len(data.train))
    return data


def check_subset(name: str, subset: int | None, images: int) -> None:
    """ValueError if the data set has fewer training images than that."""
    if subset is not None and images < subset:
        raise ValueError(f"subset={subset} is more than the {images} training images of {name}")


def whereabouts(name: str, root: str | Path | None = None) -> str:
    """In which folder the data set is, or that it is not there, and what to put where: what :func:`load` would find, in words.
    Nothing is read, but a data set of the user's own. ValueError for an unknown name."""
    data_set = find(name)
    if isinstance(data_set, Own):
        return f"your own, {data_set.size[2]:,} images to train and {len(data_set.arrays.test_labels):,} to test with"
    try:
        return f"found in {data_set.folder(data_root(root))}"
    except FileNotFoundError as error:
        return f"not there: {error}"
