"""Images of any size made one size: by a random part of them to train with, by their centre to test with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

TRIES = 10
SIDE = 256  # of the image of which the centre is taken


def centre(image: Any, size: int = 224) -> Any:
    """(size, size, 3), uint8: the centre of a Pillow image whose shorter side was made SIDE long."""
    w, h = (int(SIDE * length / min(image.size)) for length in image.size)
    left, top = round((w - size) / 2), round((h - size) / 2)
    return np.asarray(_resized(image, (w, h)).crop((left, top, left + size, top + size)))


@dataclass(frozen=True)
class ResizedCropFlip:
    """A random part of the image resized to ``size`` x ``size``, then flipped left to right half of the time.

    Its share of the image's area is uniform in ``share``, the logarithm of its width over its height in that of ``ratio``, its
    place uniform. A part that does not fit is drawn again, up to ten times; after that it is the largest centred one of an
    allowed ratio. This is the crop of Szegedy et al. (2015, Sect. 6) with torchvision's numbers. For images in files alone.
    """

    size: int = 224
    share: tuple[float, float] = (0.08, 1.0)
    ratio: tuple[float, float] = (3 / 4, 4 / 3)

    def draw(self, n: int, generator: torch.Generator | None = None) -> torch.Tensor:
        """(n, 23), uniform in [0, 1): ten areas, ten ratios, top, left, flip."""
        return torch.rand(n, 2 * TRIES + 3, generator=generator, device=generator.device if generator else "cpu")

    def apply(self, images: Sequence[Any], parameters: torch.Tensor) -> list[Any]:
        """Of each Pillow image an array (size, size, 3), uint8."""
        if isinstance(images, torch.Tensor):
            raise ValueError("ResizedCropFlip is for images in files, of any size: take CropFlip for images in memory")
        return [self._one(image, numbers) for image, numbers in zip(images, parameters.tolist(), strict=True)]

    def _one(self, image: Any, numbers: list[float]) -> Any:
        *_, top, left, flip = numbers
        w, h = self._extent(image.width, image.height, numbers)
        # The product of a number just below 1 is rounded up now and then: the largest place is the last that fits.
        x, y = (
            min(int(u * (room + 1)), room) for u, room in zip((left, top), (image.width - w, image.height - h), strict=True)
        )
        pixels = np.asarray(_resized(image.crop((x, y, x + w, y + h)), (self.size, self.size)))
        return pixels[:, ::-1] if flip < 0.5 else pixels

    def _extent(self, width: int, height: int, numbers: list[float]) -> tuple[int, int]:
        low, high = map(math.log, self.ratio)
        for u, v in zip(numbers[:TRIES], numbers[TRIES : 2 * TRIES], strict=True):
            area = width * height * (self.share[0] + u * (self.share[1] - self.share[0]))
            ratio = math.exp(low + v * (high - low))
            w, h = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
            if 0 < w <= width and 0 < h <= height:
                return w, h
        return self._largest(width, height)

    def _largest(self, width: int, height: int) -> tuple[int, int]:
        return min(width, round(height * self.ratio[1])), min(height, round(width / self.ratio[0]))


def _resized(image: Any, size: tuple[int, int]) -> Any:
    from PIL import Image

    return image.resize(size, Image.Resampling.BILINEAR)
