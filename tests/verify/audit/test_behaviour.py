"""Maps that are right, and misbehave in one way each."""

from __future__ import annotations

import threading

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


class SharedInput:
    """Right, one call after the other: the input waits in an attribute that every thread overwrites."""

    def __call__(self, z, t):
        self.z = z
        return soft(self.z, t, 1.0)


class SharedStep:
    def __call__(self, z, t):
        self.t = t
        return soft(z, self.t, 1.0)


class SharedScratch:
    def __init__(self):
        self.buffers = {}

    def __call__(self, z, t):
        size = self.buffers.setdefault((z.shape, z.dtype), np.empty_like(z))
        np.abs(z, out=size)
        np.maximum(size - t, 0, out=size)
        return np.sign(z) * size


class RemembersTheStep:
    """Right but for another step between the two assignments."""

    t = None

    def __call__(self, z, t):
        if self.t != t:
            self.threshold = 1.0 * t
            self.t = t
        return soft(z, self.threshold, 1.0)


class CountsItsCallers:
    """Wrong where two are inside at once."""

    inside = 0

    def __call__(self, z, t):
        self.inside += 1
        x = soft(z, t if self.inside == 1 else 2 * t, 1.0)
        self.inside -= 1
        return x


class SharesLate:
    """The shared attribute comes after a loop."""

    def __call__(self, z, t):
        for i in range(50):
            abs(z[i % len(z)])
        self.t = t
        return soft(z, self.t, 1.0)


class HandsOutItsCache:
    def __init__(self):
        self.known = {}

    def __call__(self, z, t):
        return self.known.setdefault((z.tobytes(), z.dtype, t), soft(z, t, 1.0))


class KnowsArraysByTheirId:
    def __init__(self):
        self.known = {}

    def __call__(self, z, t):
        _kept, x = self.known.setdefault((id(z), t), (z, soft(z, t, 1.0)))  # kept, so that its id is not used again
        return x.copy()


class KnowsArraysByOneNumber:
    """Another array with the same number gets the answer of the first."""

    def __init__(self, prox, number):
        self.known, self.prox, self.number = {}, prox, number

    def __call__(self, z, t):
        return self.known.setdefault((self.number(z), z.shape, z.dtype, t), self.prox(z, t, 1.0)).copy()


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
    "threads": SharedInput(),
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


@pytest.mark.parametrize("memory", [Remembers, HandsOutItsCache, KnowsArraysByTheirId])
def test_a_map_with_a_memory_is_found(memory):
    report = check_prox(memory(), lambda x: l1(x, 1.0), scalar=True, raise_on_error=False, t=(0.5, 1.0))
    assert "state" in {finding.kind for finding in report.findings}


def test_what_a_check_writes_to_a_result_does_not_mislead_the_next():
    report = check_prox(HandsOutItsCache(), lambda x: l1(x, 1.0), scalar=True, raise_on_error=False)
    assert {finding.kind for finding in report.findings} == {"state"}, str(report)


@pytest.mark.parametrize("number", [lambda z: z.flat[0], np.sum, np.max])
def test_a_memory_that_knows_arrays_by_too_little_is_found(number):
    scalar = check_prox(KnowsArraysByOneNumber(soft, number), lambda x: l1(x, 1.0), scalar=True, t=1.0, raise_on_error=False)
    assert {finding.kind for finding in scalar.findings} == {"coupled"}, str(scalar)
    shaped = check_prox(KnowsArraysByOneNumber(block, number), lambda x: length(x, 1.0), shape=4, t=1.0, raise_on_error=False)
    assert shaped.smallest.kind == "objective"


def test_a_separable_map_that_fails_on_one_number_is_found():
    def prox(z, t):
        if len(z) == 1:
            raise IndexError("one number")
        return soft(z, t, 1.0)

    report = check_prox(prox, lambda x: l1(x, 1.0), scalar=True, t=1.0, raise_on_error=False)
    assert {finding.kind for finding in report.findings} == {"coupled"}, str(report)
    assert "IndexError: one number" in str(report)


@pytest.mark.parametrize("shared", [SharedStep, SharedScratch, RemembersTheStep, CountsItsCallers, SharesLate])
@pytest.mark.parametrize("seed", range(3))
def test_whatever_two_threads_share_is_found(shared, seed):
    report = check_prox(shared(), lambda x: l1(x, 1.0), scalar=True, raise_on_error=False, t=(0.5, 1.0), seed=seed)
    assert {finding.kind for finding in report.findings} == {"threads"}, str(report)


class EndOfTest(BaseException):
    """As the exceptions with which a test framework ends a test."""


def in_other_threads(error):
    main = threading.current_thread()

    def prox(z, t):
        if threading.current_thread() is not main:
            raise error
        return soft(z, t, 1.0)

    return prox


def test_the_end_of_a_test_in_a_thread_is_the_callers():
    with pytest.raises(EndOfTest):
        check_prox(in_other_threads(EndOfTest()), lambda x: l1(x, 1.0), scalar=True)


def test_an_exit_in_a_thread_is_found():
    report = check_prox(in_other_threads(SystemExit(0)), lambda x: l1(x, 1.0), scalar=True, raise_on_error=False, t=1.0)
    assert {finding.kind for finding in report.findings} == {"threads"}, str(report)
    assert "the map raises SystemExit: 0" in str(report)


def test_a_lock_makes_shared_memory_safe():
    lock, shared = threading.Lock(), SharedScratch()

    def prox(z, t):
        with lock:
            return shared(z, t)

    assert check_prox(prox, lambda x: l1(x, 1.0), scalar=True, t=(0.5, 1.0)).ok


def test_where_a_map_is_wrong_among_other_inputs_alone_these_are_the_finding():
    def prox(z, t):
        return soft(z, t, 1.0 if np.abs(z).max() < 1e3 else 1.1)

    report = check_prox(prox, lambda x: l1(x, 1.0), scalar=True, raise_on_error=False, t=1.0)
    smallest = report.smallest
    assert smallest.kind == "coupled"
    assert smallest.z.shape == (2,)
    assert np.array_equal(smallest.returned, prox(smallest.z, 1.0))
    assert abs(smallest.returned[0] - prox(smallest.z[:1], 1.0)[0]) > 1e-3


def test_the_result_may_be_the_input_itself():
    assert check_prox(lambda z, t: z, lambda x: 0.0, shape=(3,), t=(0.5, 1.0)).ok


def test_numbers_in_a_list_have_no_dtype():
    def prox(z, t):
        return [max(v - t, 0) + min(v + t, 0) for v in z]

    assert check_prox(prox, lambda x: sum(map(abs, x)), shape=(2,), arrays=np.ndarray.tolist, t=(0.5, 1.0)).ok


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
