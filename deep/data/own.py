"""A data set of the user's own: four arrays that a function of a file of theirs gives."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from deep.data.source import Arrays, Source

CHUNK = 1000  # images that are float64 at once


@dataclass(frozen=True, eq=False)
class Own:
    """``give()`` returns the arrays that :func:`deep.data.register` says; it is called once, when they are first asked for."""

    name: str
    give: Callable[[], Any]

    @cached_property
    def arrays(self) -> Arrays:
        """Images (uint8 or float32, (n, c, h, w)) and labels (int64, (n,)). ValueError where they are not what they must be."""
        try:
            arrays = Arrays(*map(np.asarray, self.give()))
        except Exception as error:  # whatever the function does
            raise self._wrong(f"load() failed or gives no four arrays: {type(error).__name__}: {error}") from error
        parts = (
            *self._checked("train", arrays.train_images, arrays.train_labels),
            *self._checked("test", arrays.test_images, arrays.test_labels),
        )
        train, labels, test, test_labels = parts
        if (train.dtype, train.shape[1:]) != (test.dtype, test.shape[1:]):
            kinds = " and ".join(f"{x.dtype} of {' x '.join(map(str, x.shape[1:]))}" for x in (train, test))
            raise self._wrong(f"images to train and to test with must be of one type and shape; got {kinds}")
        known = np.unique(labels)
        if known[-1] != len(known) - 1 or test_labels.max() > known[-1]:
            got = f"{len(known)} kinds, {known[0]} to {known[-1]}; to test with up to {test_labels.max()}"
            raise self._wrong(f"labels must be 0, 1, 2, ..., each with an image to train with; got {got}")
        return Arrays(*parts)

    def _checked(self, split: str, images: Any, labels: Any) -> tuple[Any, Any]:
        if images.ndim != 4 or 0 in images.shape or not (images.dtype == np.uint8 or np.issubdtype(images.dtype, np.floating)):
            allowed = "must be (n, c, h, w), of uint8 or floating-point numbers"
            raise self._wrong(f"images to {split} with {allowed}; got {images.shape} of {images.dtype}")
        if labels.shape != images.shape[:1] or not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0:
            got = f"{labels.shape} of {labels.dtype} for {len(images)} images"
            raise self._wrong(f"labels to {split} with must be integers >= 0, one an image; got {got}")
        with np.errstate(over="ignore"):
            images = images if images.dtype == np.uint8 else images.astype(np.float32)
        if not np.isfinite(images).all():
            raise self._wrong(f"images to {split} with must be finite in float32")
        return images, labels.astype(np.int64)

    def _wrong(self, reason: str) -> ValueError:
        return ValueError(f"data set {self.name!r}, of a file of yours: {reason}")

    @cached_property
    def content(self) -> str:
        """SHA-256 of the arrays, by which runs with them are named."""
        whole = hashlib.sha256()
        for array in self.arrays:
            whole.update(f"{array.dtype.str} {array.shape} ".encode())
            whole.update(np.ascontiguousarray(array).data)
        return whole.hexdigest()

    @property
    def size(self) -> tuple[tuple[int, int, int], int, int]:
        """The shape of an image, the number of classes, and of images to train with."""
        n, c, h, w = self.arrays.train_images.shape
        return (c, h, w), int(self.arrays.train_labels.max()) + 1, n

    @cached_property
    def source(self) -> Source:
        """The data set as those of the package are: by channel pixels have mean 0 and deviation 1 over the training images."""
        white = 255.0 if self.arrays.train_images.dtype == np.uint8 else 1.0
        mean, deviation = _moments(self.arrays.train_images)
        return Source(
            name=self.name,
            classes=self.size[1],
            mean=tuple(mean / white),
            deviation=tuple(np.where(deviation > 0, deviation / white, 1.0)),  # a channel of one colour is 0
            layouts=(),
            arrange=lambda parts: self.arrays,
            origin="",
            white=white,
        )


def _moments(images: Any) -> tuple[Any, Any]:
    """Mean and deviation by channel, in float64."""
    chunks = [images[k : k + CHUNK] for k in range(0, len(images), CHUNK)]
    count = images.size / images.shape[1]
    mean = sum(chunk.sum(axis=(0, 2, 3), dtype=np.float64) for chunk in chunks) / count
    squares = sum(np.square(chunk - mean[:, None, None]).sum(axis=(0, 2, 3)) for chunk in chunks)
    return mean, np.sqrt(squares / count)
