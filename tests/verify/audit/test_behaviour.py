"""Maps that are right, and misbehave in one way each."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from tests.verify.audit.right import block, l1, length, row_lengths, rows, soft
from verify.audit import check_prox

torch = pytest.importorskip("torch")


def in_place(z, t):
    z *= np.maximum(1 - t / np.maximum(np.abs(z), 1e-300), 0)
    return z


class Remembers:
    """Adds to every answer after the first what it was called with before."""

    def __init__(self):
        self.last = 0.0

    def __call__(self, z, t):
        x = soft(z, t + self.last, 1.0)
        self.last = 0.1 * t
        return x


class OneBuffer:
    """Returns the same array every time."""

    def __init__(self):
        self.buffers = {}

    def __call__(self, z, t):
        out = self.buffers.setdefault((z.shape, z.dtype), np.empty_like(z))
        out[...] = soft(z, t, 1.0)
        return out


class SharedScratch:
    """Right, one call after the other: the input waits in an attribute that every thread overwrites."""

    def __call__(self, z, t):
        self.z = z
        time.sleep(0 if threading.current_thread() is threading.main_thread() else 1e-5)
        return soft(self.z, t, 1.0)


def fortran_blind(z, t):
    """Reads the memory of an array as if its rows were contiguous."""
    flat = np.lib.stride_tricks.as_strided(z, (z.size,), (z.itemsize,)).reshape(z.shape)
    return rows(flat, t, 1.0).astype(z.dtype)


def writes(z, t):
    """Right, and the input is restored at the end."""
    kept = z.copy()
    z[...] = soft(z, t, 1.0)
    x = z.copy()
    z[...] = kept
    return x


SCALAR = {
    "in place": in_place,
    "state": OneBuffer(),
    "threads": SharedScratch(),
    "dtype": lambda z, t: soft(z, t, 1.0).astype(np.float64),
    "shape": lambda z, t: soft(z, t, 1.0)[None],
    "read only": writes,
    "integer step": lambda z, t: soft(z, (0 * t + 1) / 3 * (3 * t) if isinstance(t, float) else 1.5, 1.0),
    "exception": lambda z, t: soft(z, t, 1.0) if t < 50 else 1 / 0,
    "coupled": lambda z, t: soft(z, t * (1 + 0.1 * (len(z) == 5)), 1.0),
}


@pytest.mark.parametrize("kind", SCALAR)
def test_a_map_that_misbehaves_in_one_way_is_said_to_do_just_that(kind):
    report = check_prox(SCALAR[kind], lambda x: l1(x, 1.0), scalar=True, raise_on_error=False)
    assert {finding.kind for finding in report.findings} == {kind}, str(report)


def test_a_map_with_a_memory_is_found():
    report = check_prox(Remembers(), lambda x: l1(x, 1.0), scalar=True, raise_on_error=False)
    assert "state" in {finding.kind for finding in report.findings}


def test_a_map_that_misreads_transposed_arrays_is_found():
    report = check_prox(fortran_blind, lambda x: row_lengths(x, 1.0), shape=(3, 4), raise_on_error=False)
    assert {finding.kind for finding in report.findings} == {"layout"}, str(report)


def test_a_view_of_torch_that_needs_contiguous_memory_is_found():
    def prox(z, t):
        flat = z.view(-1)
        return (flat * torch.clamp(1 - t / flat.norm().clamp(min=1e-30), min=0)).view(z.shape)

    report = check_prox(prox, lambda x: x.norm(), shape=(3, 4), arrays="torch", raise_on_error=False)
    assert {finding.kind for finding in report.findings} == {"layout"}, str(report)


def test_zeros_of_the_default_dtype_at_zero_are_found():
    def prox(z, t):
        return block(z, t, 1.0) if z.any() else np.zeros(z.shape)

    report = check_prox(prox, lambda x: length(x, 1.0), shape=(4,), raise_on_error=False)
    assert {finding.kind for finding in report.findings} == {"dtype"}, str(report)
    assert not report.smallest.z.any()


@pytest.mark.parametrize("dtype", ["float64", ("float32",)])
def test_a_precision_that_is_not_asked_for_is_not_tried(dtype):
    seen = set()

    def prox(z, t):
        seen.add(z.dtype.name)
        return soft(z, t, 1.0)

    check_prox(prox, lambda x: l1(x, 1.0), scalar=True, dtype=dtype, t=1.0)
    assert seen <= {"float64", *([dtype] if isinstance(dtype, str) else dtype)}
