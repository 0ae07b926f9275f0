"""MNIST and Fashion-MNIST: 60,000 + 10,000 images of 28 x 28, in IDX files of the same names (verify.data.mnist)."""

from __future__ import annotations

from typing import Any

from deep.data.source import Arrays, Source
from verify.data.mnist import DEVIATION, LAYOUT, MEAN, ORIGIN, layout


def _arrange(parts: list[Any]) -> Arrays:
    train_images, train_labels, test_images, test_labels = parts
    return Arrays(train_images[:, None], train_labels, test_images[:, None], test_labels)


MNIST = Source(
    name="mnist",
    classes=10,
    mean=(MEAN,),
    deviation=(DEVIATION,),
    layouts=(LAYOUT,),
    arrange=_arrange,
    origin=ORIGIN,
)

# Debian's package dataset-fashion-mnist has its own folder, whatever the data root is.
FASHION_MNIST = Source(
    name="fashion-mnist",
    classes=10,
    mean=(0.2860,),  # of the training pixels, rounded to four digits
    deviation=(0.3530,),
    layouts=(
        layout(
            ("fashion-mnist", "FashionMNIST/raw", "raw", "", "/usr/share/datasets/fashion-mnist"),
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
