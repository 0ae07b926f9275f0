"""A split whose images are decoded from files when a batch is asked for, or shortly before."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import torch

from deep.data.augment import Augment
from deep.data.resized import ResizedCropFlip, centre
from deep.data.sets import Batch
from verify.data.layouts import damaged

AHEAD = 4  # batches that wait at most; a fifth pushes out the first, which nobody seems to want


@dataclass(frozen=True, eq=False)
class FileSplit:
    """Images in ``files`` with ``labels`` (int64, (N,), on the device), decoded by ``workers`` threads.

    A batch is (size, size) images with (raw scale + shift) in float32, in channels-last order. Without augmentation it is of
    the centres of the images, see :func:`deep.data.resized.centre`; any but :class:`ResizedCropFlip` starts from these.
    """

    files: Sequence[str]
    labels: torch.Tensor
    scale: torch.Tensor
    shift: torch.Tensor
    size: int = 224
    workers: int = field(default_factory=lambda: min(os.cpu_count() or 1, 16))
    _ahead: dict[Any, tuple[torch.Tensor, list[Future[None]]]] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.files)

    @property
    def place(self) -> torch.device:
        """The files are opened from the CPU."""
        return torch.device("cpu")

    def batch(
        self,
        index: torch.Tensor,
        *,
        generator: torch.Generator | None = None,
        augment: Augment | None = None,
        parameters: torch.Tensor | None = None,
    ) -> Batch:
        """See :meth:`deep.data.sets.Split.batch`. Raises ValueError with the name of a file that cannot be decoded."""
        if augment is not None and parameters is None:
            parameters = augment.draw(len(index), generator)
        self.prefetch(index, augment=augment, parameters=parameters)
        pixels, jobs = self._ahead.pop(self._key(index, augment, parameters))
        for job in jobs:
            job.result()
        device = self.labels.device
        images = pixels.to(device, non_blocking=True).permute(0, 3, 1, 2)
        if augment is not None and parameters is not None and not isinstance(augment, ResizedCropFlip):
            images = augment.apply(images.contiguous(), _sent(parameters, device))
        images = images.to(torch.float32, memory_format=torch.channels_last).mul_(self.scale).add_(self.shift)
        return images, self.labels.index_select(0, _sent(index, device))

    def prefetch(self, index: torch.Tensor, *, augment: Augment | None = None, parameters: torch.Tensor | None = None) -> None:
        """Begin to decode a batch. ValueError for an augmentation without its parameters: they would be drawn twice."""
        if augment is not None and parameters is None:
            raise ValueError("prefetch needs the parameters of the augmentation: parameters=augment.draw(n, generator)")
        key = self._key(index, augment, parameters)
        if key in self._ahead:
            return
        while len(self._ahead) >= AHEAD:
            for job in self._ahead.pop(next(iter(self._ahead)))[1]:
                job.cancel()
        pinned = self.labels.device.type == "cuda"
        pixels = torch.empty(len(index), self.size, self.size, 3, dtype=torch.uint8, pin_memory=pinned)
        crop = augment if isinstance(augment, ResizedCropFlip) else None
        rows = parameters.cpu() if crop and parameters is not None else [None] * len(index)
        jobs = [
            self._pool.submit(self._decode, self.files[i], crop, row, into)
            for i, row, into in zip(index.tolist(), rows, pixels, strict=True)
        ]
        self._ahead[key] = pixels, jobs

    def _decode(self, file: str, crop: ResizedCropFlip | None, row: Any, into: torch.Tensor) -> None:
        from PIL import Image

        try:
            with Image.open(file) as opened:
                if opened.mode[0] in "IF":  # of which Pillow would cut off all above 255
                    raise ValueError(f"its pixels are of Pillow's mode {opened.mode}, of more than 8 bits: make 8 of them")
                image = opened.convert("RGB")
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:  # Pillow raises each of them
            raise damaged(file, str(error)) from error
        pixels = centre(image, self.size) if crop is None else crop.apply([image], row[None])[0]
        into.copy_(torch.from_numpy(pixels.copy()))

    @staticmethod
    def _key(index: torch.Tensor, augment: Augment | None, parameters: torch.Tensor | None) -> Any:
        drawn = None if parameters is None else parameters.cpu().numpy().tobytes()
        return index.cpu().numpy().tobytes(), augment, drawn

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.workers, thread_name_prefix="decode")


def _sent(x: torch.Tensor, device: torch.device) -> torch.Tensor:
    """x on the device; from pinned memory, else the host would wait until the device has done all before."""
    return (x.pin_memory() if device.type == "cuda" and not x.is_cuda else x).to(device, non_blocking=True)
