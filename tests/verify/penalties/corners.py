"""What a prox map of groups along the last axis does with zeros, with the least and very large numbers, and with memory."""

from __future__ import annotations

import numpy as np


def corners(dtype):
    """Four groups of four."""
    tiny = np.finfo(dtype).smallest_subnormal
    return np.array([[0, 0, 0, 0], [tiny, -tiny, 0, tiny], [1e30, -1e30, 1e30, 1], [1e-30, 1, 0.1, -5]], dtype=dtype)


def check_corners(penalty, dtype):
    z = corners(dtype)
    for t in (1e-8, 1.0, 1e8):
        x = penalty.prox(z, t)
        assert x.dtype == dtype
        assert np.isfinite(x).all()
        assert (np.abs(x) <= np.abs(z)).all()
        assert not x[:2].any()
        np.testing.assert_allclose(x[2, :3], z[2, :3], rtol=1e-6)
        out = z.copy()
        assert penalty.prox(out, t, out=out) is out
        np.testing.assert_array_equal(out, x)
        np.testing.assert_array_equal(penalty.prox(np.asfortranarray(z), t), x)
    z[0, 0] = np.nan
    assert np.isnan(penalty.prox(z, 1.0)[0, 0])
    assert penalty.prox(np.zeros((0, 4), dtype), 1.0).shape == (0, 4)
