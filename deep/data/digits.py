"""The handwritten digits that come with the package: 1797 images of 8 x 8, so that a first run needs no download.

They are scikit-learn's ``load_digits``, a copy of the test set of UCI's Optical Recognition of Handwritten Digits (E. Alpaydin,
C. Kaynak, 1998, doi 10.24432/C50P49), repacked; the licence is beside them. In scikit-learn's order the first 1437 are to train
with, the last 360 to test with.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np

from deep.data.source import Source, from_records
from verify.data.layouts import Known, Layout


def _records(data: bytes) -> Any:
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return np.column_stack([file["labels"], file["images"].reshape(-1, 64)])


DIGITS = Source(
    name="digits",
    classes=10,
    mean=(0.0,),
    deviation=(1.0,),
    white=16.0,  # pixels are counts from 0 to 16
    layouts=(
        Layout(
            (str(Path(__file__).parent),),
            ("digits.npz",),
            _records,
            (Known((1797, 65), "d8121ca7764eccfaef1df6bc4589c6527c58fcbab0cb1b079e79f97f8cb8219a"),),
        ),
    ),
    arrange=from_records((1, 8, 8), tests=360),
    origin="it comes with the package",
)
