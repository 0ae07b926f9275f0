"""Random changes of a batch of images, in two steps: random numbers are drawn, then the images are changed by them.

Processes that share a batch draw the numbers for all of it, from generators of one state, and each applies its own rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import torch
import torch.nn.functional as F


class Augment(Protocol):
    """A random change of images."""

    def draw(self, n: int, generator: torch.Generator | None = None) -> torch.Tensor:
        """The random numbers of n images, a row each, in one call of ``generator`` and on its device."""
        ...

    def apply(self, images: Any, parameters: torch.Tensor) -> Any:
        """The images changed by their rows of ``parameters``: the same for the same numbers."""
        ...


@dataclass(frozen=True)
class CropFlip:
    """Crop at a random place of the image with ``padding`` black pixels around it, then flip left to right half of the time.

    All places are equally likely. It is for raw pixels (uint8), before they are normalised, so that the padding is black and
    not the mean colour: RMDA's authors pad likewise (their code: torchvision's RandomCrop(32, padding=4) before ToTensor and
    Normalize). ``flip=False`` leaves the flip out. A parameter is one int64 an image, which says the flip and the place.
    """

    padding: int = 4
    flip: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.padding, int) or self.padding < 0:
            raise ValueError(f"CropFlip: padding={self.padding!r} must be an integer of 0 or more")

    def draw(self, n: int, generator: torch.Generator | None = None) -> torch.Tensor:
        """(n,), int64: (flip (2 padding + 1) + row) (2 padding + 1) + column."""
        outcomes = (1 + self.flip) * (2 * self.padding + 1) ** 2
        return torch.randint(outcomes, (n,), generator=generator, device=generator.device if generator else "cpu")

    def apply(self, images: torch.Tensor, parameters: torch.Tensor) -> torch.Tensor:
        """The images (n, c, h, w), cropped and flipped, as a new tensor of the same shape and type."""
        n, c, h, w = images.shape
        places = _places(h, w, self.padding, images.device)[parameters.to(images.device)]
        padded = F.pad(images, (self.padding,) * 4).view(n, c, -1)
        return padded.gather(2, places[:, None].expand(n, c, h * w)).view(n, c, h, w)


@lru_cache(maxsize=8)
def _places(h: int, w: int, padding: int, device: torch.device) -> torch.Tensor:
    """Where the h w pixels come from in the padded image, a row for every parameter: a crop and flip is then one gather."""
    side = 2 * padding + 1
    code = torch.arange(2 * side * side, device=device)
    flip, row, column = code // side**2, code // side % side, code % side
    across = torch.arange(w, device=device)
    across = torch.where(flip[:, None] == 1, w - 1 - across, across) + column[:, None]
    down = torch.arange(h, device=device) + row[:, None]
    return (down[:, :, None] * (w + 2 * padding) + across[:, None, :]).flatten(1)
