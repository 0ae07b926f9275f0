"""MNIST (LeCun et al. 1998): 60,000 + 10,000 images of 28 x 28, in four IDX files."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from verify.data.layouts import Known, Layout

FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
SHAPES = ((60000, 28, 28), (60000,), (10000, 28, 28), (10000,))
ORIGIN = "yann.lecun.com/exdb/mnist, packed (.gz) or not"
AXES = 4
MEAN, DEVIATION = 0.1307, 0.3081  # of the training pixels over 255, as RMDA's authors and PyTorch's examples round them


def idx(data: bytes) -> Any:
    """The array (uint8) of an IDX file of bytes: two zeros, the type 8, the number of axes, their lengths (big-endian), the
    values. Raises ValueError for anything else."""
    if len(data) < 4 or data[:3] != b"\0\0\x08" or data[3] > AXES:
        raise ValueError(f"not an IDX file of bytes with at most {AXES} axes")
    start = 4 + 4 * data[3]
    shape = tuple(int.from_bytes(data[k : k + 4]) for k in range(4, start, 4))
    if len(data) < start or len(data) - start != math.prod(shape):
        raise ValueError(f"{len(data) - start} bytes of content where its header says {math.prod(shape)}")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def layout(folders: tuple[str, ...], digests: tuple[str, ...]) -> Layout:
    """The files of MNIST, or of a data set in files of the same names and shapes; ``digests`` are SHA-256, in the order of
    FILES."""
    return Layout(folders, FILES, idx, tuple(map(Known, SHAPES, digests)), other=_dotted)


def _dotted(name: str) -> str:
    """As mirrors have it: train-images.idx3-ubyte."""
    return name.replace("-idx", ".idx")


LAYOUT = layout(
    ("mnist", "MNIST/raw", "raw", ""),
    (
        "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
        "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
        "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
        "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
    ),
)
