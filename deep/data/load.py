"""A data set by its name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from deep.data.cifar import CIFAR10, CIFAR100
from deep.data.digits import DIGITS
from deep.data.imagenet import IMAGENET, ImageFolders
from deep.data.mnist import FASHION_MNIST, MNIST
from deep.data.sets import Data
from deep.data.source import Source
from verify.data.layouts import data_root

_ALL: tuple[Source | ImageFolders, ...] = (DIGITS, MNIST, FASHION_MNIST, CIFAR10, CIFAR100, IMAGENET)
DATA_SETS = {data_set.name: data_set for data_set in _ALL}


def find(name: str) -> Source | ImageFolders:
    """The data set ``name``, before it is read. ValueError for an unknown name."""
    if name not in DATA_SETS:
        raise ValueError(f"there is no data set {name!r}: {', '.join(DATA_SETS)} are known")
    return DATA_SETS[name]


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
    current folder. "digits" needs none. ``subset=n`` keeps the first n training images and all to test with. Pixels have, by
    channel, mean 0 and deviation 1 over the training images, or lie in [0, 1] with ``normalise=False``, and of "digits" always.

    Shapes and digests are checked every time; of ImageNet the numbers of classes and images, of CIFAR-100's binary files, whose
    digests are not published, those of the labels. Raises FileNotFoundError for what
    is not there and ValueError for damaged files, an unknown name or a subset out of range: one line each, with what to do.
    """
    data_set = find(name)
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
    Nothing is read. ValueError for an unknown name."""
    try:
        return f"found in {find(name).folder(data_root(root))}"
    except FileNotFoundError as error:
        return f"not there: {error}"
