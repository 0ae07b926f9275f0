"""What a loaded data set is: two splits that give batches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import torch

from deep.data.augment import Augment, CropFlip

Batch = tuple[torch.Tensor, torch.Tensor]  # images float32 (n, c, h, w), normalised; labels int64 (n,)


class Split(Protocol):
    """Images with labels, in batches."""

    def __len__(self) -> int: ...

    @property
    def place(self) -> torch.device:
        """Where ``index`` and ``parameters`` are read: from elsewhere they have to be fetched."""
        ...

    def batch(
        self,
        index: torch.Tensor,
        *,
        generator: torch.Generator | None = None,
        augment: Augment | None = None,
        parameters: torch.Tensor | None = None,
    ) -> Batch:
        """Images and labels number ``index`` (int64, (n,), on any device), on the split's device.

        With ``augment`` its parameters are drawn from ``generator``, for the whole batch in one call; or ``parameters``, of
        n rows, are used as they are. So processes that share a batch draw for the whole of it and pass their rows.
        """
        ...

    def prefetch(self, index: torch.Tensor, *, augment: Augment | None = None, parameters: torch.Tensor | None = None) -> None:
        """Say that ``batch`` will be called with these next; images in files are then read meanwhile."""
        ...


@dataclass(frozen=True)
class Data:
    """A data set: ``classes`` is their number, ``shape`` that of an image, (c, h, w), ``augment`` its usual augmentation."""

    name: str
    classes: int
    shape: tuple[int, int, int]
    train: Split
    test: Split
    augment: Augment = field(default_factory=CropFlip)
