"""Mistakes of arrays that only inputs of one pattern show."""

from __future__ import annotations

import numpy as np
import pytest

from tests.verify.audit.right import block, length
from verify.audit import check_prox
from verify.audit.inputs import pattern


def largest_alone(z, t):
    """The projection onto {x >= 0, at most one entry}, without max(., 0)."""
    x, i = 0 * z, int(np.argmax(z))
    x[i] = z[i]
    return x


def one_at_most(x):
    return 0.0 if (x >= 0).all() and np.count_nonzero(x) <= 1 else np.inf


def nonnegative_block(z, t):
    """Right but where no entry is positive."""
    return block(np.maximum(z, 0) if (z > 0).any() else np.abs(z), t, 1.0)


def nonnegative_length(x):
    return length(x, 1.0) if (x >= 0).all() else np.inf


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("prox", "value"), [(largest_alone, one_at_most), (nonnegative_block, nonnegative_length)])
def test_a_map_wrong_where_no_entry_is_positive_is_found(prox, value, seed):
    assert not check_prox(prox, value, shape=30, t=(0.5, 1.0), seed=seed, raise_on_error=False).ok


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("factor", [0.9, 1.1, 2.0])
def test_a_map_wrong_where_one_entry_is_not_zero_is_found(factor, seed):
    def prox(z, t):
        return block(z, t, factor if np.count_nonzero(z) == 1 else 1.0)

    assert not check_prox(prox, lambda x: length(x, 1.0), shape=50, t=(0.1, 1.0), seed=seed, raise_on_error=False).ok


@pytest.mark.parametrize("shape", [(1,), (50,), (3, 4)])
def test_negative_arrays_and_arrays_of_one_entry(shape):
    rng = np.random.default_rng(0)
    assert (pattern(shape, 6, rng) < 0).all()
    assert np.count_nonzero(pattern(shape, 7, rng)) == 1
