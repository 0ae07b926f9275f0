"""CIFAR's Python batches, read without running what a pickle could hold."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np


def records(*labels: str) -> Callable[[bytes], Any]:
    """Read a batch, a dict of ``data`` (uint8, (n, 3072)) and lists of ``labels``, as records of label bytes and pixels."""

    def decode(file: bytes) -> Any:
        batch = _Unpickler(io.BytesIO(file)).read()
        if not isinstance(batch, dict):
            raise ValueError("not a dict")
        batch = {name.decode("latin1") if isinstance(name, bytes) else name: value for name, value in batch.items()}
        data = batch.get("data")
        pixels = data.pixels if isinstance(data, _Array) else None
        if pixels is None or pixels.ndim != 2:
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


class _DType:
    """In the place of NumPy's, of which a pickle could make one that takes bytes for addresses: its name alone."""

    def __init__(self, name: str, *copied: Any) -> None:
        self.name = name

    def __setstate__(self, state: Any) -> None:
        """Byte order and flags, of which bytes have none."""


class _Array:
    """In the place of NumPy's: an array of bytes, once its state is there."""

    pixels: Any = None

    def __setstate__(self, state: Any) -> None:
        _version, shape, dtype, columns_first, raw = state
        self.pixels = _pixels(raw, dtype, shape, "F" if columns_first else "C")

    @classmethod
    def begun(cls, *_: Any) -> _Array:
        """What NumPy's ``_reconstruct`` gives."""
        return cls()

    @classmethod
    def of(cls, raw: Any, dtype: Any, shape: Any, order: str, axes: Any = None) -> _Array:
        """What NumPy's ``_frombuffer`` gives."""
        made = cls()
        made.pixels = _pixels(raw, dtype, shape, order)
        return made


def _pixels(raw: Any, dtype: Any, shape: Any, order: Any) -> Any:
    if not isinstance(dtype, _DType) or dtype.name not in ("u1", "|u1", "uint8"):
        raise ValueError("it has an array of something else than bytes")
    content = raw.encode("latin1") if isinstance(raw, str) else bytes(memoryview(raw))
    return np.frombuffer(content, np.uint8).reshape(shape, order=order)


class _Unpickler(pickle.Unpickler):
    """Admits numbers, text, bytes, lists, tuples, dicts and arrays of bytes: any other name in the file is refused, not looked
    up. No name stands for code of NumPy's.

    NumPy's modules had other names when the batches were written; a batch may have been written again since.
    """

    _admitted: ClassVar[dict[tuple[str, str], Any]] = {
        **{(f"numpy.{core}.multiarray", "_reconstruct"): _Array.begun for core in ("core", "_core")},
        **{(f"numpy.{core}.numeric", "_frombuffer"): _Array.of for core in ("core", "_core")},
        ("_codecs", "encode"): _encode,
        ("numpy", "ndarray"): _Array,
        ("numpy", "dtype"): _DType,
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
