"""CIFAR-10 packed without loss: the residuals of a predictor, in zlib files that also hold the labels.

The files are ``images-1.z`` to ``images-3.z``, of 20,000 images each, and ``labels.z``. An image's channels are stored as
green, red - green and blue - green; in each, a pixel is stored as its difference to the prediction from its left, upper and
upper-left neighbours (the median edge detector of JPEG-LS), in the order (channel, row, column, image). All is modulo 256.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

FILES = ("images-1.z", "images-2.z", "images-3.z", "labels.z")
BATCH = 10000
MOST = 20000 * 3072  # bytes of one file
BLOCK = 1000  # images that are decoded together: their running row stays in the cache


def unpack(data: bytes) -> Any:
    """The bytes of one file, as an array (uint8)."""
    stream = zlib.decompressobj()
    content = stream.decompress(data, MOST + 1)
    if not stream.eof:
        raise ValueError(f"it is cut short, or has more than {MOST} bytes")
    return np.frombuffer(content, np.uint8)


def join(files: list[Any], batch: int = BATCH) -> list[Any]:
    """Records of a label and 3072 pixels, in parts of ``batch`` as CIFAR-10's binary files have them."""
    *residuals, labels = files
    images = np.concatenate([_images(r) for r in residuals])
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images and {len(labels)} labels")
    records = np.concatenate([labels[:, None], images.reshape(len(images), -1)], axis=1)
    return [records[k : k + batch] for k in range(0, len(records), batch)]


def _images(residuals: Any) -> Any:
    if residuals.size % 3072:
        raise ValueError(f"{residuals.size} bytes are no images of 3 x 32 x 32")
    whole = residuals.reshape(3, 32, 32, -1)
    images = np.empty((whole.shape[-1], 3, 32, 32), np.uint8)
    for k in range(0, len(images), BLOCK):
        x = whole[..., k : k + BLOCK].copy()
        for j in range(1, 32):
            x[:, 0, j] += x[:, 0, j - 1]
        for i in range(1, 32):
            x[:, i, 0] += x[:, i - 1, 0]
            for j in range(1, 32):
                x[:, i, j] += _predicted(x[:, i, j - 1], x[:, i - 1, j], x[:, i - 1, j - 1])
        x[1:] += x[0]
        images[k : k + BLOCK] = x[[1, 0, 2]].transpose(3, 0, 1, 2)
    return images


def _predicted(left: Any, up: Any, corner: Any) -> Any:
    """min(left, up) if the corner is above both, max if it is below both, and otherwise left + up - corner: in one formula."""
    return left + up - np.clip(corner, np.minimum(left, up), np.maximum(left, up))
