"""MNIST and Fashion-MNIST: 60,000 + 10,000 images of 28 x 28, in IDX files of the same names."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from deep.data.layouts import Known, Layout
from deep.data.source import Arrays, Source

FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
SHAPES = ((60000, 28, 28), (60000,), (10000, 28, 28), (10000,))


def idx(data: bytes) -> Any:
    """The array of an IDX file of bytes: two zeros, the type 8, the number of axes, their lengths (big-endian), the values."""
    if len(data) < 4 or data[:3] != b"\0\0\x08":
        raise ValueError("not an IDX file of bytes")
    start = 4 + 4 * data[3]
    shape = tuple(int.from_bytes(data[k : k + 4]) for k in range(4, start, 4))
    if len(data) < start or len(data) - start != math.prod(shape):
        raise ValueError(f"{len(data) - start} bytes of content where its header says {math.prod(shape)}")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def _arrange(parts: list[Any]) -> Arrays:
    train_images, train_labels, test_images, test_labels = parts
    return Arrays(train_images[:, None], train_labels, test_images[:, None], test_labels)


def _layout(folders: tuple[str, ...], digests: tuple[str, ...]) -> Layout:
    return Layout(folders, FILES, idx, tuple(map(Known, SHAPES, digests)))


MNIST = Source(
    name="mnist",
    classes=10,
    mean=(0.1307,),  # of the training pixels, as RMDA's authors and PyTorch's examples round them
    deviation=(0.3081,),
    layouts=(
        _layout(
            ("mnist", "MNIST/raw", ""),
            (
                "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
                "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
                "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
                "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
            ),
        ),
    ),
    arrange=_arrange,
    origin="yann.lecun.com/exdb/mnist, packed (.gz) or not",
)

# Debian's package dataset-fashion-mnist has its own folder, whatever the data root is.
FASHION_MNIST = Source(
    name="fashion-mnist",
    classes=10,
    mean=(0.2860,),  # of the training pixels, rounded to four digits
    deviation=(0.3530,),
    layouts=(
        _layout(
            ("fashion-mnist", "FashionMNIST/raw", "", "/usr/share/datasets/fashion-mnist"),
            (
                "2e487a6c89124f78f2d7521542223cafe96f7123c3ca13d447772ac6ecbb3012",
                "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7",
                "c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423f621867a",
                "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9",
            ),
        ),
    ),
    arrange=_arrange,
    origin="github.com/zalandoresearch/fashion-mnist, packed (.gz) or not, or Debian's package dataset-fashion-mnist",
)
