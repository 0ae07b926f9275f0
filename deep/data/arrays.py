"""A split that lies in the memory of the device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch

from deep.data.augment import Augment
from deep.data.sets import Batch

FLOATS = 1 << 30  # bytes: up to here the normalised images are kept too, four times the size of the raw ones


@dataclass(frozen=True, eq=False)
class ArraySplit:
    """Raw ``images`` (uint8 or float32, (N, c, h, w)) with ``labels`` (int64, (N,)), both on the device.

    A batch is (raw scale + shift) in float32, with ``scale`` and ``shift`` (c, 1, 1) on the device. Without augmentation it is
    taken from images that are normalised once, when they are first asked for and take at most 1 GiB.
    """

    images: torch.Tensor
    labels: torch.Tensor
    scale: torch.Tensor
    shift: torch.Tensor

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def place(self) -> torch.device:
        """The images are indexed where they lie."""
        return self.labels.device

    def batch(
        self,
        index: torch.Tensor,
        *,
        generator: torch.Generator | None = None,
        augment: Augment | None = None,
        parameters: torch.Tensor | None = None,
    ) -> Batch:
        """See :meth:`deep.data.sets.Split.batch`. Images are contiguous; one copy makes them channels-last."""
        index = index.to(self.labels.device)
        labels = self.labels.index_select(0, index)
        if augment is None and 4 * self.images.numel() <= FLOATS:
            return self._normalised.index_select(0, index), labels
        images = self.images.index_select(0, index)
        if augment is not None:
            images = augment.apply(images, augment.draw(len(index), generator) if parameters is None else parameters)
        return self._normalise(images), labels

    def prefetch(self, index: torch.Tensor, *, augment: Augment | None = None, parameters: torch.Tensor | None = None) -> None:
        """Nothing: all is in memory."""

    @cached_property
    def _normalised(self) -> torch.Tensor:
        return self._normalise(self.images)

    def _normalise(self, images: torch.Tensor) -> torch.Tensor:
        return images.to(torch.float32, copy=True).mul_(self.scale).add_(self.shift)


def normalisation(
    mean: Sequence[float], deviation: Sequence[float], white: float, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    """Scale and shift, (c, 1, 1) in float32, with raw scale + shift = (raw/white - mean)/deviation."""
    m, d = (torch.tensor(a, dtype=torch.float64).view(-1, 1, 1) for a in (mean, deviation))
    return (1 / (white * d)).to(device, torch.float32), (-m / d).to(device, torch.float32)
