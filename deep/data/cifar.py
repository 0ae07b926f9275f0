"""CIFAR-10 and CIFAR-100: 50,000 + 10,000 colour images of 32 x 32 (Krizhevsky, 2009), pickled or binary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from deep.data import packed
from deep.data.pickles import records
from deep.data.source import Source, from_records
from verify.data.layouts import Known, Layout

PIXELS = 3 * 32 * 32
ORIGIN = "www.cs.toronto.edu/~kriz/cifar.html"
BATCHES = (*(f"data_batch_{k}" for k in range(1, 6)), "test_batch")
# Of the binary files; the pickles and the packed files hold the same records.
CIFAR10_KNOWN = tuple(
    Known((10000, 1 + PIXELS), sha256)
    for sha256 in (
        "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
        "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
        "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
        "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
        "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
        "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
    )
)


def binary(labels: int, check: Callable[[Any], None] | None = None) -> Callable[[bytes], Any]:
    """Read records of ``labels`` bytes and the pixels."""

    def decode(data: bytes) -> Any:
        if len(data) % (labels + PIXELS):
            raise ValueError(f"{len(data)} bytes are no records of {labels + PIXELS}")
        array = np.frombuffer(data, np.uint8).reshape(-1, labels + PIXELS)
        if check is not None:
            check(array)
        return array

    return decode


def _balanced(array: Any) -> None:
    """The binary files' digests are not published: at least all 100 classes are there, equally often, each in one of 20."""
    coarse, fine = array[:, 0], array[:, 1]
    if len(set(np.bincount(fine, minlength=100).tolist())) != 1 or len(np.unique(coarse.astype(int) * 256 + fine)) != 100:
        raise ValueError("its labels are not 100 classes of equally many images")


CIFAR10 = Source(
    name="cifar10",
    classes=10,
    mean=(0.4914, 0.4822, 0.4465),  # of the training pixels, by channel, as the field rounds them
    deviation=(0.2470, 0.2435, 0.2616),
    layouts=(
        Layout(
            ("cifar-10-batches-py", "cifar10/cifar-10-batches-py", "cifar10", ""), BATCHES, records("labels"), CIFAR10_KNOWN
        ),
        Layout(
            ("cifar-10-batches-bin", "cifar10/cifar-10-batches-bin", "cifar10", ""),
            tuple(f"{name}.bin" for name in BATCHES),
            binary(1),
            CIFAR10_KNOWN,
        ),
        Layout(("cifar10", ""), packed.FILES, packed.unpack, CIFAR10_KNOWN, packed.join),
    ),
    arrange=from_records((3, 32, 32)),
    origin=ORIGIN,
)

CIFAR100 = Source(
    name="cifar100",
    classes=100,
    mean=(0.5071, 0.4865, 0.4409),  # as RMDA's authors have them
    deviation=(0.2673, 0.2564, 0.2762),
    layouts=(
        Layout(
            ("cifar-100-python", "cifar100/cifar-100-python", "cifar100", ""),
            ("train", "test"),
            records("coarse_labels", "fine_labels"),
            (
                Known((50000, 2 + PIXELS), md5="16019d7e3df5f24257cddd939b257f8d"),  # as torchvision has them
                Known((10000, 2 + PIXELS), md5="f0ef6b0ae62326f3e7ffdfab6717acfc"),
            ),
        ),
        Layout(
            ("cifar-100-binary", "cifar100/cifar-100-binary", "cifar100", ""),
            ("train.bin", "test.bin"),
            binary(2, _balanced),
            (Known((50000, 2 + PIXELS)), Known((10000, 2 + PIXELS))),
        ),
    ),
    arrange=from_records((3, 32, 32), label=1),
    origin=ORIGIN,
)
