"""Mistakes of arrays that only inputs of one pattern show."""

from __future__ import annotations

import numpy as np
import pytest

from tests.verify.audit.right import block, length
from verify.audit import check_prox
from verify.audit.inputs import graded, pattern


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


def truncated(z, fraction):
    """The projection onto the semidefinite cone but for eigenvalues below a fraction of the largest, which become zero."""
    e, q = np.linalg.eigh((z + z.T) / 2)
    return ((q * np.where(e > max(fraction * e[-1], 0), e, 0)) @ q.T).astype(z.dtype)


def semidefinite(x):
    size = 1e-6 * (1 + np.abs(x).max())
    return 0.0 if np.abs(x - x.T).max() <= size and np.linalg.eigvalsh((x + x.T) / 2)[0] >= -size else np.inf


def clipped(z, fraction):
    """The projection onto the spectral ball but for singular values below a fraction of the largest, which become zero."""
    u, s, v = np.linalg.svd(z, full_matrices=False)
    return ((u * np.where(s > fraction * s[0], np.minimum(s, 1), 0)) @ v).astype(z.dtype)


def short(x):
    return 0.0 if np.linalg.norm(x, 2) <= 1 + 1e-6 else np.inf


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("prox", "value", "shape"), [(truncated, semidefinite, (3, 3)), (clipped, short, (3, 4))])
def test_a_map_that_drops_small_singular_values_is_found(prox, value, shape, seed):
    arguments = {"shape": shape, "t": (0.3, 0.5, 1.0, 2.0), "dtype": "float64", "seed": seed}
    assert check_prox(lambda z, t: prox(z, 0.0), value, **arguments).ok
    assert not check_prox(lambda z, t: prox(z, 0.003), value, **arguments, raise_on_error=False).ok


@pytest.mark.parametrize("shape", [(3, 3), (2, 5)])
def test_graded_matrices(shape):
    z = graded(shape, np.random.default_rng(0))
    s = np.linalg.svd(z, compute_uv=False)
    assert s[0] <= 1
    assert 1e-4 <= s[-1] < s[0]
    if shape == (3, 3):
        assert np.array_equal(z, z.T)
        assert np.linalg.eigvalsh(z)[0] > 0
