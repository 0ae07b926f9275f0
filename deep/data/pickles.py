"""CIFAR's Python batches, read without running what a pickle could hold."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np


def records(*labels: str) -> Callable[[bytes], Any]:
    """Read a batch, a dict of ``data`` (uint8, (n, 3072)) and lists of ``labels``, as records of label bytes and pixels."""

    def decode(data: bytes) -> Any:
        batch = _Unpickler(io.BytesIO(data)).read()
        if not isinstance(batch, dict):
            raise ValueError("not a dict")
        batch = {name.decode("latin1") if isinstance(name, bytes) else name: value for name, value in batch.items()}
        pixels = batch.get("data")
        if not (isinstance(pixels, np.ndarray) and pixels.dtype == np.uint8 and pixels.ndim == 2):
            raise ValueError("it has no 'data' of bytes, a row an image")
        return np.column_stack([*(_column(batch, name, len(pixels)) for name in labels), pixels])

    return decode


def _column(batch: dict[Any, Any], name: str, n: int) -> Any:
    values = batch.get(name)
    if not (isinstance(values, list) and len(values) == n and all(isinstance(v, int) and 0 <= v < 256 for v in values)):
        raise ValueError(f"it has no list {name!r} of {n} labels")
    return np.array(values, np.uint8)


def _encode(text: str, encoding: str) -> bytes:
    """How Python 3 writes bytes for Python 2."""
    if encoding != "latin1":
        raise ValueError(f"it has bytes in the encoding {encoding!r}")
    return text.encode(encoding)


class _Unpickler(pickle.Unpickler):
    """Admits numbers, text, bytes, lists, tuples, dicts and NumPy arrays: any other name in the file is refused, not looked up.

    NumPy's modules had other names when the batches were written; a batch may have been written again since.
    """

    _admitted: ClassVar[dict[tuple[str, str], Any]] = {
        **{(f"numpy.{core}.multiarray", "_reconstruct"): np.zeros(0).__reduce__()[0] for core in ("core", "_core")},
        **{(f"numpy.{core}.numeric", "_frombuffer"): np.zeros(0).__reduce_ex__(5)[0] for core in ("core", "_core")},
        ("_codecs", "encode"): _encode,
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
    }

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, encoding="latin1")  # of Python 2, where text and bytes were one

    def read(self) -> Any:
        try:
            return self.load()
        except ValueError:
            raise
        except Exception as error:  # a damaged pickle raises almost anything
            raise ValueError(f"not a readable pickle: {error}") from error

    def find_class(self, module: str, name: str) -> Any:
        try:
            return self._admitted[module, name]
        except KeyError:
            raise ValueError(f"it asks for {module}.{name}, which no batch of CIFAR needs") from None
