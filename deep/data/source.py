"""A data set that fits in memory: where it comes from, how it is read, and how its pixels are normalised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from deep.data.arrays import ArraySplit, normalisation
from deep.data.sets import Data
from verify.data.layouts import Layout, first_right, locate


class Arrays(NamedTuple):
    """Images (uint8, (n, c, h, w)) and labels (uint8, (n,)), to train and to test with; those of :class:`deep.data.own.Own` may
    be float32 and int64."""

    train_images: Any
    train_labels: Any
    test_images: Any
    test_labels: Any


@dataclass(frozen=True)
class Source:
    """Pixels become (pixel/white - mean)/deviation, by channel. ``arrange`` makes the arrays from a layout's parts, and from
    nothing where there are no ``layouts``.

    ``origin`` says in a few words where the files are to be had.
    """

    name: str
    classes: int
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    layouts: tuple[Layout, ...]
    arrange: Callable[[list[Any]], Arrays]
    origin: str
    white: float = 255.0

    def folder(self, root: Path) -> Path:
        """Where the files are, all of them. Raises FileNotFoundError."""
        layout, folder = locate(self.name, root, self.layouts, self.origin)[0]
        layout.paths(folder)
        return folder

    def load(self, root: Path, device: torch.device, subset: int | None) -> Data:
        """The data set on the device; ``subset`` of its training images if given. Raises FileNotFoundError, ValueError."""
        parts = first_right(locate(self.name, root, self.layouts, self.origin)) if self.layouts else []
        arrays = self.arrange(parts)
        c, h, w = arrays.train_images.shape[1:]
        return Data(
            name=self.name,
            classes=self.classes,
            shape=(c, h, w),
            train=self._split(arrays.train_images[:subset], arrays.train_labels[:subset], device),
            test=self._split(arrays.test_images, arrays.test_labels, device),
        )

    def _split(self, images: Any, labels: Any, device: torch.device) -> ArraySplit:
        return ArraySplit(
            torch.from_numpy(np.array(images, order="C")).to(device),
            torch.from_numpy(labels.astype(np.int64)).to(device),
            *normalisation(self.mean, self.deviation, self.white, device),
        )


def from_records(shape: tuple[int, int, int], label: int = 0, tests: int | None = None) -> Callable[[list[Any]], Arrays]:
    """Arrays from records of label bytes, number ``label`` being the one that counts, and then the pixels of an image.

    The last part is to test with; or the last ``tests`` records of the only one.
    """

    def arrange(parts: list[Any]) -> Arrays:
        *train, test = parts if tests is None else (parts[0][:-tests], parts[0][-tests:])
        pixels = int(np.prod(shape))
        together = np.concatenate(train)
        return Arrays(
            together[:, -pixels:].reshape(-1, *shape), together[:, label], test[:, -pixels:].reshape(-1, *shape), test[:, label]
        )

    return arrange
