"""Small data sets of random bytes, written in the forms that the real ones come in, with tables of what is known of them."""

from __future__ import annotations

import gzip
import hashlib
import io
import pickle
import zlib
from dataclasses import replace
from functools import partial

import numpy as np

from deep.data import packed
from tests.idx import idx
from verify.data.layouts import Known
from verify.data.mnist import FILES


def mnist(seed=0, train=30, test=20):
    """The four arrays of an MNIST with few images."""
    rng = np.random.default_rng(seed)
    shapes = ((train, 28, 28), (train,), (test, 28, 28), (test,))
    return [rng.integers(256 if len(s) == 3 else 10, size=s, dtype=np.uint8) for s in shapes]


def write_mnist(folder, arrays, packed=True):
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(FILES, arrays, strict=True):
        (folder / (name + ".gz" * packed)).write_bytes(gzip.compress(idx(array)) if packed else idx(array))


def cifar(labels, parts, n, classes=10, seed=0):
    """Parts of n records each; with two label bytes the first says in which five of the ``classes`` the second is."""
    rng = np.random.default_rng(seed)
    fine = [rng.permutation(np.arange(n) % classes) for _ in range(parts)]
    columns = [np.stack([f // 5, f][-labels:], axis=1) for f in fine]
    return [np.concatenate([c, rng.integers(256, size=(n, 3072))], axis=1).astype(np.uint8) for c in columns]


def write_binary(folder, names, parts):
    folder.mkdir(parents=True, exist_ok=True)
    for name, part in zip(names, parts, strict=True):
        (folder / name).write_bytes(part.tobytes())


class _Python2(pickle._Pickler):
    """Writes text and bytes as Python 2 did, as one kind of string."""

    def _string(self, value):
        data = value.encode("latin1") if isinstance(value, str) else value
        self.write(pickle.BINSTRING + len(data).to_bytes(4, "little") + data)
        self.memoize(value)

    dispatch = {**pickle._Pickler.dispatch, str: _string, bytes: _string}  # noqa: RUF012


def write_pickles(folder, names, parts, labels):
    """As Python 2 wrote them, with names of modules that NumPy has moved since; the md5 of each."""
    folder.mkdir(parents=True, exist_ok=True)
    digests = []
    for name, part in zip(names, parts, strict=True):
        columns = {key: part[:, k].tolist() for k, key in enumerate(labels)}
        batch = {"data": np.ascontiguousarray(part[:, len(labels) :]), **columns, "batch_label": "x"}
        file = io.BytesIO()
        _Python2(file, protocol=2).dump(batch)
        data = file.getvalue().replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
        (folder / name).write_bytes(data)
        digests.append(hashlib.md5(data).hexdigest())
    return digests


def write_packed(folder, parts):
    """The inverse of :func:`deep.data.packed.join`, pixel by pixel, from the definition of the predictor."""
    folder.mkdir(parents=True, exist_ok=True)
    records = np.concatenate(parts).astype(int)
    images = records[:, 1:].reshape(-1, 3, 32, 32)
    green = images[:, 1]
    planes = np.stack([green, images[:, 0] - green, images[:, 2] - green], axis=1) % 256
    residuals = np.empty_like(planes)
    for i in range(32):
        for j in range(32):
            left, up = planes[:, :, i, j - 1], planes[:, :, i - 1, j]
            if i and j:
                corner = planes[:, :, i - 1, j - 1]
                low, high = np.minimum(left, up), np.maximum(left, up)
                guess = np.where(corner >= high, low, np.where(corner <= low, high, left + up - corner))
            else:
                guess = left if j else up if i else 0
            residuals[:, :, i, j] = (planes[:, :, i, j] - guess) % 256
    for k, third in enumerate(np.split(residuals.astype(np.uint8), 3), 1):
        (folder / f"images-{k}.z").write_bytes(zlib.compress(np.ascontiguousarray(third.transpose(1, 2, 3, 0)).tobytes()))
    (folder / "labels.z").write_bytes(zlib.compress(records[:, 0].astype(np.uint8).tobytes()))


def knowing(source, parts, md5=None):
    """The source, with these arrays in place of the original ones in what is known of each of its layouts."""

    def known(layout):
        sha = any(k.sha256 for k in layout.known)
        digests = md5 if md5 and any(k.md5 for k in layout.known) else [""] * len(parts)
        return tuple(
            Known(p.shape, hashlib.sha256(p.tobytes()).hexdigest() if sha else "", d)
            for p, d in zip(parts, digests, strict=True)
        )

    def layout(old):
        join = old.join and partial(packed.join, batch=len(parts[0]))
        return replace(old, known=known(old), join=join)

    return replace(source, layouts=tuple(map(layout, source.layouts)))


def line(error):
    """The words of an error, which are one line."""
    text = str(error.value)
    assert "\n" not in text
    return text
