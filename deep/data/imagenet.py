"""ImageNet (ILSVRC 2012): 1,281,167 + 50,000 images of 1000 classes, in folders ``train`` and ``val`` of a folder a class."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path

import torch

from deep.data.arrays import normalisation
from deep.data.files import FileSplit
from deep.data.resized import ResizedCropFlip
from deep.data.sets import Data
from verify.data.layouts import ROOT

IMAGES = (".jpeg", ".jpg", ".png")


@dataclass(frozen=True)
class ImageFolders:
    """A data set of image files: ``train/<class>/*`` and ``val/<class>/*``, in one of ``folders`` of the root.

    Classes are numbered in the order of their folders' names. Images are numbered with the first of each class first, then the
    second of each, and so on: a subset has all classes. ``counts`` are of the images to train and to test with.
    """

    name: str
    classes: int
    counts: tuple[int, int]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    folders: tuple[str, ...]
    origin: str
    size: int = 224

    def folder(self, root: Path) -> Path:
        """The folder of ``train`` and ``val``. Raises FileNotFoundError."""
        folder = next((root / f for f in self.folders if (root / f / "train").is_dir()), None)
        if folder is None or not (folder / "val").is_dir():
            place = folder or root / self.folders[0]
            raise FileNotFoundError(
                f"{self.name} is not in {root}: put train/CLASS/*.JPEG and val/CLASS/*.JPEG in {place} ({self.origin}), "
                f"or say with --data or {ROOT} in which folder they lie"
            )
        return folder

    def load(self, root: Path, device: torch.device, subset: int | None) -> Data:
        """The data set; images stay in their files. Raises FileNotFoundError, ValueError (also where Pillow is missing)."""
        if find_spec("PIL") is None:
            raise ValueError(f"{self.name} needs Pillow to decode its images: pip install pillow")
        folder = self.folder(root)
        names = sorted(entry.name for entry in _shown(folder / "train") if entry.is_dir())
        if len(names) != self.classes:
            raise ValueError(f"{folder / 'train'} has folders of {len(names)} classes; {self.name} has {self.classes}")
        train = self._split(folder / "train", names, self.counts[0], device, subset)
        test = self._split(folder / "val", names, self.counts[1], device, None)
        return Data(self.name, self.classes, (3, self.size, self.size), train, test, augment=ResizedCropFlip(self.size))

    def _split(self, folder: Path, names: list[str], count: int, device: torch.device, subset: int | None) -> FileSplit:
        if missing := [name for name in names if not (folder / name).is_dir()]:
            raise FileNotFoundError(f"{folder / missing[0]} is missing: {folder} needs a folder of each class that train has")
        by_class = [_images(folder / name) for name in names]
        rounds = [(file, label) for rank in zip_longest(*by_class) for label, file in enumerate(rank) if file is not None]
        if len(rounds) != count:
            raise ValueError(
                f"{folder} has {len(rounds)} images; {self.name} has {count} there: put back what is missing, away what is not"
            )
        files, labels = zip(*rounds[:subset], strict=True)
        scale, shift = normalisation(self.mean, self.deviation, 255.0, device)
        return FileSplit(files, torch.tensor(labels).to(device), scale, shift, self.size)


def _images(folder: Path) -> list[str]:
    return sorted(entry.path for entry in _shown(folder) if entry.name.lower().endswith(IMAGES))


def _shown(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What systems and editors leave in folders begins with a dot."""
    return (entry for entry in os.scandir(folder) if not entry.name.startswith("."))


IMAGENET = ImageFolders(
    name="imagenet",
    classes=1000,
    counts=(1281167, 50000),
    mean=(0.485, 0.456, 0.406),  # of training pixels, by channel, as torchvision's models were trained with
    deviation=(0.229, 0.224, 0.225),
    folders=("imagenet", "ILSVRC2012", ""),
    origin="image-net.org",
)
