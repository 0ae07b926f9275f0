"""Infinite entries, and numbers at the ends of the range that prox documents."""

from __future__ import annotations

import numpy as np
import pytest

from tests.verify.penalties.test_protocol import SCALAR, TIMES, VECTOR, name
from verify.arrays.exact import DecimalArrays
from verify.claims.prox.scalars import scalar_penalties
from verify.penalties import MCP, Box, CardinalityBall, GroupL2, GroupMCP, SparseGroup

DIGITS = DecimalArrays(420)  # a W's prox of 1e-60 moves a distance from 1
ENDS = {np.float64: 1e60, np.float32: 1e12}
PAIRS = [SparseGroup(MCP(0.1, 2.0), group) for group in (GroupL2(0.2, axes=(-1,)), GroupMCP(0.2, 2.0, axes=(-1,)))]


@pytest.mark.parametrize("kind", ["numpy", "torch"])
@pytest.mark.parametrize("t", [1e-3, TIMES, 1.5])
@pytest.mark.parametrize("penalty", [*SCALAR, *VECTOR, *PAIRS], ids=name)
def test_an_infinite_entry_gives_itself_or_nan(penalty, t, kind):
    z = np.array([[np.inf, 1.0], [-np.inf, -1.0], [np.inf, -np.inf], [0.5, 2.0]])
    given = z
    if kind == "torch":
        given = pytest.importorskip("torch", reason="the deep extra is not installed").as_tensor(z)
        if penalty in PAIRS:
            pytest.skip("runs with NumPy alone")
    x = np.asarray(penalty.prox(given, t))
    infinite = np.isinf(z)
    if isinstance(penalty, Box):
        np.testing.assert_array_equal(x, np.clip(z, penalty.lower, penalty.upper))
    else:
        assert np.all(np.isnan(x[infinite]) | (x[infinite] == z[infinite]))
    assert np.isfinite(x[3]).all()


def test_a_group_with_an_infinite_entry_is_not_zero():
    z = np.array([[np.inf, 1.0]])
    for penalty in [p for p in VECTOR if not isinstance(p, CardinalityBall)] + PAIRS:
        assert np.isnan(penalty.prox(z, TIMES)).all()
    assert np.isnan(GroupL2(0.2, axes=(-1,)).prox(z, np.array([1.0, 2.0]))).all()


@pytest.mark.parametrize("dtype", ENDS)
@pytest.mark.parametrize(("penalty", "fixed"), [row[1:] for row in scalar_penalties()], ids=[r[0] for r in scalar_penalties()])
def test_nothing_overflows_in_the_documented_range(penalty, fixed, dtype):
    """All corners, and the middles between them, off the ties; parameters as a user gives them, numbers."""
    if penalty is Box:
        return
    names = [n for n in penalty.ranges() if n not in fixed]
    sizes = ENDS[dtype] ** np.array([-1, -0.5, 0, 0.5, 1])
    z, t, *rest = (
        np.ravel(v) for v in np.meshgrid(*(sizes * f / 2 for f in (1.7, 1.3, 1.1, 1.9)[: 2 + len(names)]), indexing="ij")
    )
    drawn = dict(zip(names, rest, strict=True))
    if "q" in drawn:
        drawn["q"] = np.resize([0.1, 0.5, 0.9, 0.3, 0.7], z.size)
    if penalty.__name__ == "SCAD":
        drawn["a"] = np.maximum(drawn["a"], 1.05)
    z, met = z.astype(dtype), penalty._unchecked(**fixed, **drawn).prox_bound > 1.1 * t
    z, t, drawn = z[met], t[met], {n: v[met] for n, v in drawn.items()}
    x = [
        penalty(**fixed, **{n: float(v[i]) for n, v in drawn.items()}).prox(z[i : i + 1], float(t[i]))[0] for i in range(z.size)
    ]
    exact = penalty._unchecked(**fixed, **{n: DIGITS.held(v) for n, v in drawn.items()})
    right = exact._prox(DIGITS.held(z), DIGITS.held(t), DIGITS).astype(np.float64)
    np.testing.assert_allclose(x, right, rtol=1e-4, atol=float(np.finfo(dtype).smallest_normal))
